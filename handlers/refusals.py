"""Errors reach the person who acted, in their language, with what to do."""

from __future__ import annotations

import json
import logging
import secrets

from slack_bolt import App, BoltResponse, Respond

from bot import slack
from bot.domain.command import plain
from bot.domain.errors import Refused
from bot.usecases import show
from bot.views import refused as view
from bot.views.blocks import Message
from handlers import home
from handlers.front import Body, Front, user_of
from storage.engine import DatabaseError

log = logging.getLogger(__name__)


def register(app: App, front: Front) -> None:
    @app.error
    def tell(error: Exception, body: Body, respond: Respond) -> BoltResponse:
        return answer(front, as_refusal(error), body, respond)


def as_refusal(error: Exception) -> Refused:
    """What to tell the person who acted; what nobody foresaw gets a reference that is in the log as well."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, DatabaseError):
        log.warning("database not reached during a click", extra={"facts": {"error": type(error).__name__}})
        return Refused("not_saved")
    reference = secrets.token_hex(4)
    log.error("a click failed", exc_info=error, extra={"facts": {"reference": reference}})
    return Refused("broken", reference=reference)


def answer(front: Front, refusal: Refused, body: Body, respond: Respond) -> BoltResponse:
    """A field's error in a modal, the answer of a command, or a message that only the one who clicked can see."""
    if refusal.code == "repeated":
        log.warning("a repeat of what Slack sent changed nothing", extra={"facts": {"user": user_of(body)}})
        return BoltResponse(status=200, body="")
    if "command" in body:
        refusal.facts["text"] = _written(body)
    language = front.remembered_language if refusal.code == "not_saved" else front.language
    message = view.refused(refusal, language(user_of(body)))
    if body.get("type") == "view_submission":
        return _json({"response_action": "errors", "errors": {_first_input(body): message.text}})
    if "command" in body:
        return _json({"response_type": "ephemeral", "text": message.text, "blocks": message.blocks})
    if body.get("type") == "block_actions":
        front.later(_tell, front, body, respond, message)
        home.again(front, body)
        thread = refusal.facts.get("thread")
        if isinstance(thread, int):
            front.later(show.anew, front.ctx, thread)
    return BoltResponse(status=200, body="")


def _tell(front: Front, body: Body, respond: Respond, message: Message) -> None:
    if body.get("response_url"):
        respond(text=message.text, blocks=message.blocks, response_type="ephemeral", replace_original=False)
    else:
        slack.call(front.client, "chat.postMessage", channel=user_of(body), text=message.text, blocks=message.blocks)


def _written(body: Body) -> str:
    """What follows a command's word and number: Slack's composer has forgotten it by now."""
    return plain("".join((body.get("text") or "").split(maxsplit=2)[2:]))


def _first_input(body: Body) -> str:
    blocks: list[Body] = body["view"]["blocks"]
    return next((str(block["block_id"]) for block in blocks if block["type"] == "input"), "")


def _json(payload: Body) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(payload), headers={"Content-Type": "application/json"})
