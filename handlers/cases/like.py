"""Like: a button of the card."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.usecases.cases.like import like
from handlers.deps import Body, HandlerDeps, number
from handlers.registry import Feature


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("like")
    def press(ack: Ack, action: Body, body: Body) -> None:
        like(deps.ctx, deps.actor(body, "button"), number(action))
        ack()


FEATURE = Feature(register)
