"""Approve a colleague's reply, with or without an edit, or return it: the buttons and their forms."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.domain.common.errors import RefusalCode, Refused
from bot.usecases.replies import approval as usecase
from bot.views.cases.approval import APPROVE, EDIT, RETURN
from bot.views.replies import approval as view
from handlers.cases import home
from handlers.deps import Body, HandlerDeps, metadata, numbered, user_of
from handlers.registry import Feature


def register(app: App, deps: HandlerDeps) -> None:
    @app.action(APPROVE)
    def approve(ack: Ack, action: Body, body: Body) -> None:
        reply_id, seen = _named(action)
        usecase.approve(deps.ctx, deps.actor(body, "button"), reply_id, seen=seen)
        ack()
        home.refresh(deps, body)

    @app.action(EDIT)
    def edit(ack: Ack, action: Body, body: Body) -> None:
        reply_id, _ = _named(action)
        asked = usecase.asked(deps.ctx, deps.actor(body, "button"), reply_id)
        t = deps.language(user_of(body))
        deps.open(body, view.edit_form(asked.card, asked.reply, asked.approval, asked.body, asked.seen, t))
        ack()

    @app.action(RETURN)
    def give_back(ack: Ack, action: Body, body: Body) -> None:
        reply_id, _ = _named(action)
        asked = usecase.asked(deps.ctx, deps.actor(body, "button"), reply_id)
        deps.open(body, view.return_form(asked.card, asked.reply, deps.language(user_of(body))))
        ack()

    @app.view("edit_approval")
    def submit_edit(ack: Ack, body: Body) -> None:
        kept = metadata(body)
        typed = deps.read(body["view"]["state"]["values"]["text"]["text"]["value"] or "")
        text, who = typed.require("text"), deps.actor(body, "modal")
        try:
            usecase.approve(
                deps.ctx,
                who,
                kept["reply"],
                seen=kept["seen"],
                body=text,
                colleagues=typed.colleagues,
                confirmed=kept["confirmed"],
            )
        except Refused as refusal:
            if refusal.code not in (RefusalCode.CHANGED, RefusalCode.UNCONFIRMED):
                raise
            of = refusal.details["request"]
            names, findings = refusal.details.get("names", ()), refusal.details.get("findings", ())
            form = view.edit_form(
                of.card,
                of.reply,
                of.approval,
                text,
                of.seen,
                deps.language(user_of(body)),
                names=names,
                findings=findings,
                confirmed=kept["confirmed"],
                changed=refusal.code is RefusalCode.CHANGED,
            )
            ack(response_action="update", view=form)
        else:
            ack()
            home.refresh(deps, body)

    @app.view("return_reply")
    def submit_return(ack: Ack, body: Body) -> None:
        usecase.give_back(deps.ctx, deps.actor(body, "modal"), metadata(body)["reply"], deps.field(body, "reason"))
        ack()
        home.refresh(deps, body)


def _named(action: Body) -> tuple[int, str]:
    """Return the reply that a button stands for, and what the customer had said when it was shown."""
    reply_id, _, seen = str(action["value"]).partition(":")
    return numbered(reply_id), seen


FEATURE = Feature(register)
