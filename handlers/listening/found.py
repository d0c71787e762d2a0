"""The buttons at what was found."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.usecases.listening import to_decide
from handlers.deps import Body, HandlerDeps, number
from handlers.registry import Feature


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("found_card")
    def make_card(ack: Ack, action: Body, body: Body) -> None:
        to_decide.make_card(deps.ctx, deps.actor(body, "button"), number(action))
        ack()

    @app.action("found_not_for_us")
    def not_for_us(ack: Ack, action: Body, body: Body) -> None:
        to_decide.not_for_us(deps.ctx, deps.actor(body, "button"), number(action))
        ack()

    @app.action("found_undo")
    def take_back(ack: Ack, action: Body, body: Body) -> None:
        to_decide.take_back(deps.ctx, deps.actor(body, "button"), number(action))
        ack()


FEATURE = Feature(register)
