"""Errors reach the person who acted, in their language, with what to do."""

from __future__ import annotations

import json
import logging
import secrets
from datetime import datetime

from slack_bolt import App, BoltContext, BoltResponse, Respond
from slack_bolt.error import BoltUnhandledRequestError

from bot.domain.common.command import plain
from bot.domain.common.errors import RefusalCode, Refused
from bot.platform import slack
from bot.platform.i18n import Translator
from bot.usecases.cases import queries
from bot.usecases.cases.transition import repeated
from bot.views.cases import picture
from bot.views.common import refused as view
from bot.views.common.blocks import SlackMessage
from bot.views.common.modal_update import block_of, noticed
from handlers.cases import home
from handlers.deps import Body, HandlerDeps, ephemeral, fingerprint, is_ephemeral, user_of, view_of
from handlers.payloads import unreadable
from storage.engine import DatabaseError, cannot_be_stored, cause

log = logging.getLogger(__name__)

FIELD_AT_FAULT = {
    RefusalCode.EMPTY: "text",
    RefusalCode.TOO_LONG: "text",
    RefusalCode.INVALID_CHARACTER: "text",
    RefusalCode.NOT_PERSONAL: "text",
    RefusalCode.INCIDENT_NAME_MISSING: "incident_name",
    RefusalCode.INCIDENT_OPEN: "incident_name",
    RefusalCode.LINE_TOO_LONG: "incident_text",
    RefusalCode.UNCHANGED: "text",
    RefusalCode.NO_PICTURES: picture.FILE,
    RefusalCode.PICTURE_MISSING: picture.ALT,
    RefusalCode.PICTURE_UNFIT: picture.FILE,
    RefusalCode.PICTURE_TOO_LARGE: picture.FILE,
    RefusalCode.ALT_MISSING: picture.ALT,
    RefusalCode.ALT_TOO_LONG: picture.ALT,
    RefusalCode.REASON_MISSING: "reason",
    RefusalCode.WHY_MISSING: "why",
    RefusalCode.NAMES_CUSTOMER: "improvement",
    RefusalCode.UNKNOWN_TARGET: "target",
    RefusalCode.TIME_PAST: "until",
    RefusalCode.TIME_TOO_FAR: "until",
    RefusalCode.YOURS: "to",  # they chose themselves
}
"""Refusals about the content of one modal field, with that field's block id. Others name it as their detail `field`."""

ANSWERED_LATER = ("shortcut", "message_action", "interactive_message", "dialog_submission")
"""What else somebody does in Slack and waits for; its acknowledgement cannot hold words."""


def register(app: App, deps: HandlerDeps) -> None:
    @app.error
    def tell(error: Exception, body: Body, respond: Respond, context: BoltContext) -> BoltResponse:
        if context.authorize_result is None:
            # It failed before its signature was found right: nothing in it may be believed, nor anybody be told.
            return BoltResponse(status=401, body="not signed")
        refusal = as_refusal(error, deps.ctx.settings.command)
        try:
            return answer(deps, _unless_repeated(deps, refusal, body), body, respond)
        except Exception as second:
            where = unreadable(second)
            if where is None:
                raise
            if refusal.code is not RefusalCode.BROKEN:  # which is in the log already
                log.warning("what Slack sent cannot be read", extra={"fields": {"at": where}})
            return BoltResponse(status=200, body="")


def as_refusal(error: Exception, command: str) -> Refused:
    """Turn an error into what to tell the person who acted. An unexpected one gets a reference that is also logged.

    `command` is the slash command's name in this workspace.
    """
    if isinstance(error, Refused):
        return error
    if isinstance(error, BoltUnhandledRequestError):
        log.warning("Slack sent what this version does not know", extra={"fields": _named(error.request.body)})
        return Refused(RefusalCode.OUTDATED, command=command)
    if isinstance(error, DatabaseError) and not cannot_be_stored(error):
        log.warning("database not reached during a click", extra={"fields": {"error": cause(error)}})
        return Refused(RefusalCode.NOT_SAVED)
    if isinstance(error, slack.SlackError):
        log.warning("Slack did not open a modal", extra={"fields": {"error": str(error)}})
        return Refused(RefusalCode.NOT_OPENED)
    reference = secrets.token_hex(4)
    if where := unreadable(error):
        fields = {"at": where, "error": type(error).__name__, "reference": reference}
        log.warning("what Slack sent cannot be read", extra={"fields": fields})
        return Refused(RefusalCode.BROKEN, reference=reference)
    log.error("a click failed", exc_info=error, extra={"fields": {"reference": reference}})
    return Refused(RefusalCode.BROKEN, reference=reference)


def _named(body: Body) -> dict[str, str]:
    """Return what identifies a request in the log: its type, and the name of the button, view or shortcut."""
    actions = body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], dict) else {}
    view = body.get("view") if isinstance(body.get("view"), dict) else {}
    names = (action.get("action_id"), body.get("action_id"), (view or {}).get("callback_id"), body.get("callback_id"))
    name = next((name for name in (*names, body.get("command")) if name), "")
    return {"type": str(body.get("type", ""))[:40], "name": str(name)[:80]}


def _unless_repeated(deps: HandlerDeps, refusal: Refused, body: Body) -> Refused:
    """Recognise a refusal of something that already succeeded the first time; then there is nothing to tell."""
    if refusal.code is not RefusalCode.NOT_SAVED and repeated(deps.ctx, fingerprint(body)):
        return Refused(RefusalCode.REPEATED)
    return refusal


def answer(deps: HandlerDeps, refusal: Refused, body: Body, respond: Respond) -> BoltResponse:
    """Tell the person in the refused modal, in the command's answer, or in a message that only they see."""
    if refusal.code is RefusalCode.REPEATED:
        log.warning("a repeat of what Slack sent changed nothing", extra={"fields": {"user": user_of(body)}})
        return BoltResponse(status=200, body="")
    if "command" in body:
        refusal.details.setdefault("text", _written(body))
    language = deps.remembered_language if refusal.code is RefusalCode.NOT_SAVED else deps.language
    t, at = language(user_of(body)), deps.ctx.clock.now()
    kind = body.get("type")
    if kind == "view_submission":
        return _json(_in_modal(refusal, body, at, t))
    if kind == "block_suggestion":
        return _json({"options": []})
    message = view.refused(refusal, at, t)
    if "command" in body:
        return _json(ephemeral(message))
    if kind in ANSWERED_LATER:
        deps.later(_tell, deps, body, respond, message, too_late=False)
    if kind == "block_actions":
        if (modal := view_of(body, "modal")) and "id" in modal:
            shown = noticed(modal, view.notice(refusal, at, t))
            deps.later(slack.call, deps.client, "views.update", view_id=modal["id"], view=shown)
        else:
            deps.later(_tell, deps, body, respond, message, too_late=refusal.code is RefusalCode.TOO_LATE)
        home.refresh(deps, body)
        thread = refusal.details.get("thread")
        if isinstance(thread, int):
            deps.later(queries.resend, deps.ctx, thread)
    return BoltResponse(status=200, body="")


def _in_modal(refusal: Refused, body: Body, at: datetime, t: Translator) -> Body:
    """Keep what was typed. A field can show plain words only; a notice may mention people and times."""
    field = refusal.details.get("field") or FIELD_AT_FAULT.get(refusal.code)
    if field:
        at_fault = block_of(body["view"], field)
        return {"response_action": "errors", "errors": {at_fault: view.field_error(refusal, at, t)}}
    return {"response_action": "update", "view": noticed(body["view"], view.notice(refusal, at, t))}


def _tell(deps: HandlerDeps, body: Body, respond: Respond, message: SlackMessage, *, too_late: bool) -> None:
    if body.get("response_url"):
        spent = too_late and is_ephemeral(body)  # its Undo button has no effect any more
        respond(**ephemeral(message), replace_original=spent)
    else:
        slack.call(deps.client, "chat.postMessage", channel=user_of(body), text=message.text, blocks=message.blocks)


def _written(body: Body) -> str:
    """Return the text after a command's word and number, because Slack's composer has cleared it."""
    return plain("".join((body.get("text") or "").split(maxsplit=2)[2:]))


def _json(payload: Body) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(payload), headers={"Content-Type": "application/json"})
