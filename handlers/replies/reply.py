"""Reply: the button, the modal with its running count, sending, and settling an unknown outcome."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from slack_bolt import Ack, App

from bot.domain.cases.conversation import Reply, ReplyState
from bot.domain.cases.picture import Picture
from bot.domain.clock.said import Remark
from bot.domain.common.command import Number
from bot.domain.common.errors import RefusalCode, Refused
from bot.platform.i18n import N_, Translator
from bot.usecases.cases import queries
from bot.usecases.desk import our_words
from bot.usecases.knowledge.bank import suggested
from bot.usecases.replies import approval as approvals
from bot.usecases.replies import drafts, work_through
from bot.usecases.replies import reply as usecase
from bot.views.cases.label import CHOSEN as LABEL
from bot.views.cases.models import Seen
from bot.views.cases.promise import ASKED, CHOICE, OTHER
from bot.views.common.blocks import Block, SlackMessage, View
from bot.views.common.modal_update import block_of, reopen_modal
from bot.views.common.refused import sentence
from bot.views.replies import approval as approval_view
from bot.views.replies import incident_line
from bot.views.replies import reply as view
from handlers.cases import home
from handlers.cases import picture as pictures
from handlers.deps import Body, HandlerDeps, entered, fingerprint, metadata, number, picked, user_of
from handlers.registry import Answer, Feature, MenuChoice, SlashRequest, SlashWord

NOTHING_LEFT = (RefusalCode.CLOSED, RefusalCode.ERASED)
"""Refusals after which the modal may not show the customer's words any more, or offer to send."""


ABOUT_THE_TEXT = (
    RefusalCode.TOO_LONG,
    RefusalCode.INVALID_CHARACTER,
    RefusalCode.SLACK_NOTATION,
    RefusalCode.UNCHANGED,
)
"""Refusals after which the same text can be mended: it is kept, and the form offers it."""


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("reply")
    def click(ack: Ack, action: Body, body: Body) -> None:
        ask(deps, body, number(action))
        ack()

    @app.action("text")
    def typed(ack: Ack, body: Body) -> None:
        deps.later(_keep, deps, body, deps.ctx.clock.now(), body["view"]["id"])
        deps.later(_count, deps, body)
        ack()

    @app.action("promise")
    def tick(ack: Ack, body: Body) -> None:
        deps.later(_show_times, deps, body)
        ack()

    @app.view_closed("reply")
    def closed(ack: Ack, body: Body) -> None:
        if block_of(body["view"], "text") in body["view"]["state"]["values"]:
            _keep(deps, body, deps.ctx.clock.now())
        else:
            drafts.closed(deps.ctx, user_of(body), metadata(body)["thread"], body["view"]["id"])
        ack()

    @app.view("reply")
    def submit(ack: Ack, body: Body) -> None:
        thread_id, seen, confirmed = _metadata(body)
        typed = deps.read(_typed(body))
        text = typed.require("text")
        promised_for = _promised_for(body)
        picture = pictures.chosen(deps, body)
        shown = body["view"]  # its metadata holds what the author saw, so it differs from modal to modal
        request = f"view:{fingerprint({'id': shown['id'], 'seen': shown['private_metadata']})}"
        who = deps.introduced(body, "modal")
        try:
            reply = usecase.submit(
                deps.ctx,
                who,
                thread_id,
                text,
                seen=seen,
                idempotency_key=request,
                colleagues=typed.colleagues,
                confirmed=confirmed,
                promised_for=promised_for,
                label_=(entered(body, LABEL).get("selected_option") or {}).get("value"),
                picture=picture,
            )
        except Refused as refusal:
            deps.later(_keep, deps, body, deps.ctx.clock.now(), shown["id"])
            if refusal.code in NOTHING_LEFT:
                t = deps.language(user_of(body))
                left = view.gone(thread_id, sentence(refusal, deps.ctx.clock.now(), t), text, t)
                ack(response_action="update", view=left)
                return
            asked = _asked(deps, body, refusal, text, confirmed, promised_for, picture)
            if asked is None:
                raise
            ack(response_action="update", view=asked)
        else:
            ack()
            deps.later(_confirm, deps, reply)
            home.refresh(deps, body)

    @app.action("mark_sent")
    def mark_sent(ack: Ack, action: Body, body: Body) -> None:
        usecase.decide(deps.ctx, deps.actor(body, "button"), number(action), was_sent=True)
        ack()

    @app.action("send_again")
    def send_again(ack: Ack, action: Body, body: Body) -> None:
        usecase.decide(deps.ctx, deps.actor(body, "button"), number(action), was_sent=False)
        ack()


def ask(deps: HandlerDeps, body: Body, thread_id: int, *above: Block) -> None:
    """Open the reply modal, with these blocks above all others."""
    draft = usecase.draft(deps.ctx, deps.introduced(body, "button"), thread_id)
    draft = replace(draft, suggested=suggested(deps.ctx, thread_id))
    count = usecase.length(deps.ctx, draft, deps.read(draft.text).text) if draft.text else None
    form = view.modal(draft, deps.language(user_of(body)), count)
    view_id = deps.open(body, home.marked(body, form | {"blocks": [*above, *form["blocks"]][:100]}))
    deps.later(drafts.opened, deps.ctx, user_of(body), thread_id, view_id)


def _reply(request: SlashRequest) -> Answer:
    thread_id, deps, body = request.thread, request.deps, request.body
    if not request.rest:
        ask(deps, body, thread_id)
        return None
    promise, rest = usecase.promise_in(deps.ctx, request.actor, thread_id, request.rest)
    promised_for = promise.at if promise else None
    typed = request.read(rest)
    who = deps.introduced(body, "command")
    key = f"command:{fingerprint(body)}"
    try:
        sent = usecase.submit(
            deps.ctx,
            who,
            thread_id,
            typed.require(),
            seen=None,
            idempotency_key=key,
            colleagues=typed.colleagues,
            promised_for=promised_for,
        )
    except Refused as refusal:
        if refusal.code in ABOUT_THE_TEXT:
            drafts.keep(deps.ctx, who.id, thread_id, typed.text, deps.ctx.clock.now())  # before it is offered
            refusal.details["mend"] = thread_id
            raise
        if refusal.code is RefusalCode.UNKNOWN_THREAD:  # from here: it may well be another desk's
            raise
        deps.later(drafts.keep, deps.ctx, who.id, thread_id, typed.text, deps.ctx.clock.now())
        asked = _asked(deps, body, refusal, typed.text, (), promised_for)
        if asked is None:
            raise
        deps.open(body, asked)
        return None
    return _confirmation(deps, sent, request.t, promise.remark if promise else None)


def _asked(
    deps: HandlerDeps,
    body: Body,
    refusal: Refused,
    text: str,
    confirmed: Collection[str],
    promised_for: datetime | None,
    picture: Picture | None = None,
) -> View | None:
    """Return the modal that asks the author before this text is sent; None if the refusal leaves nothing to ask."""
    if refusal.code not in (RefusalCode.CHANGED, RefusalCode.UNCONFIRMED):
        return None
    t, details = deps.language(user_of(body)), refusal.details
    shown = (body.get("view") or {}).get("blocks")  # of a workspace that does not let the app read files, they lack it
    has_field = shown is None or any(block["element"]["type"] == "file_input" for block in shown if "element" in block)
    draft = replace(details["draft"], picture=picture)
    draft = replace(draft, takes_pictures=draft.takes_pictures and has_field)
    count = usecase.length(deps.ctx, draft, text)
    if refusal.code is RefusalCode.CHANGED:
        return home.marked(body, view.changed(draft, details["changes"], text, t, count, confirmed, promised_for))
    names, findings = details["names"], [deps.with_suggestions(each) for each in details["findings"]]
    may_add = our_words.may_add(deps.ctx, deps.actor(body, "modal"), draft.card.thread.id)
    shown = view.asked(draft, names, findings, text, t, count, confirmed, promised_for, may_add=may_add)
    return home.marked(body, shown)


def _confirm(deps: HandlerDeps, reply: Reply) -> None:
    thread = queries.card(deps.ctx, reply.thread_id).thread
    message = _confirmation(deps, reply, deps.language(reply.author))
    deps.post_ephemeral(reply.author, deps.ctx.channel_of(thread), message)


def _confirmation(deps: HandlerDeps, reply: Reply, t: Translator, remark: Remark | None = None) -> SlackMessage:
    """Confirm a reply; of a solved incident, offer the next customer who is to be told."""
    awaited = approvals.request(deps.ctx, reply.id) if reply.state is ReplyState.AWAITING else None
    message = (
        view.confirmation(reply, t, remark)
        if awaited is None
        else approval_view.confirmation(reply, awaited.approval, t)
    )
    to_tell = work_through.to_tell(deps.ctx, reply.thread_id)
    return message if to_tell is None else incident_line.with_next(message, to_tell.incident, to_tell.left, t)


def _count(deps: HandlerDeps, body: Body) -> None:
    """Show the length of the text as the network counts it; leave everything else in the modal alone."""
    thread_id, _, _ = _metadata(body)
    draft = usecase.draft(deps.ctx, deps.actor(body, "modal"), thread_id)
    text = deps.read(_typed(body)).text
    counted = view.counted(draft, usecase.length(deps.ctx, draft, text), deps.language(user_of(body)))
    shown = body["view"]
    blocks = [counted if block.get("block_id") == counted["block_id"] else block for block in shown["blocks"]]
    updated = reopen_modal(shown, blocks)
    deps.update(shown, updated)


def _show_times(deps: HandlerDeps, body: Body) -> None:
    """Show the fields for the time of a promise while it is ticked; leave everything else in the modal alone."""
    thread_id, _, _ = _metadata(body)
    draft = usecase.draft(deps.ctx, deps.actor(body, "modal"), thread_id)
    ticked = bool(entered(body, ASKED).get("selected_options"))
    shown = body["view"]
    blocks = view.promising(draft, shown["blocks"], deps.language(user_of(body)), ticked=ticked)
    updated = reopen_modal(shown, blocks)
    deps.update(shown, updated)


def _promised_for(body: Body) -> datetime | None:
    """Return by when the reply promises to come back, if it does. Raises Refused("time_unreadable") without a time."""
    if not entered(body, ASKED).get("selected_options"):
        return None
    return picked(body, choice=CHOICE, other=OTHER)


def _keep(deps: HandlerDeps, body: Body, at: datetime, view_id: str | None = None) -> None:
    """Keep what is typed in the modal at `at`, as it was typed; `view_id` names the modal if it is still open."""
    thread, picture = metadata(body)["thread"], pictures.chosen(deps, body)
    drafts.keep(deps.ctx, user_of(body), thread, _typed(body), at, view_id=view_id, picture=picture)


def _typed(body: Body) -> str:
    return entered(body, "text").get("value") or ""


def _metadata(body: Body) -> tuple[int, Seen, list[str]]:
    """Return the thread, what its author saw, and the names that they confirmed (none in modals from before)."""
    kept = metadata(body)
    seen = kept["seen"]
    at = datetime.fromisoformat(seen["at"])
    elsewhere = seen.get("elsewhere")
    saw = Seen(seen["message"], seen["reply"], at, tuple(elsewhere) if elsewhere else None)
    return kept["thread"], saw, kept.get("confirmed", [])


FEATURE = Feature(
    register,
    words=(
        SlashWord(
            "reply",
            N_("answer the customer in public; without text, it opens the form"),
            Number.NEEDED,
            rest=N_("text…"),
            hinted=True,
            role="reply",
            spoken={"nl": ("beantwoord", "antwoord", "antwoorden"), "sv": ("svara", "svar")},
            run=_reply,
        ),
    ),
    menu=(MenuChoice("reply", ask),),
)
