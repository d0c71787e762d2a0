"""Answer colleague: the button on the card that another team or lead got, and its modal."""

from __future__ import annotations

from dataclasses import replace

from slack_bolt import Ack, App

from bot.usecases.cases.answer_colleague import answer_colleague, asked
from bot.views.cases import escalate as view
from bot.views.cases.command_results import advised
from handlers.deps import Body, HandlerDeps, channel_of, metadata, number, user_of
from handlers.registry import Feature


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("answer_colleague")
    def click(ack: Ack, action: Body, body: Body) -> None:
        request = asked(deps.ctx, deps.actor(body, "button"), number(action))
        deps.open(body, view.answer(request, channel_of(body), deps.language(user_of(body))))
        ack()

    @app.view("answer_colleague")
    def submit(ack: Ack, body: Body) -> None:
        kept = metadata(body)
        who = replace(deps.actor(body, "modal"), channel=kept.get("channel"))
        request = asked(deps.ctx, who, kept["request"])
        to = answer_colleague(deps.ctx, who, request.id, deps.field(body, "text"))
        ack()
        message = advised(request.thread_id, to, deps.language(who.id))
        deps.later(deps.post_ephemeral, who.id, who.channel or who.id, message)


FEATURE = Feature(register)
