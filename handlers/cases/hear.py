"""Needs an answer: the button beside a message that only thanked us."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.usecases.cases.hear import hear
from handlers.deps import Body, HandlerDeps, number
from handlers.registry import Feature


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("needs_answer")
    def click(ack: Ack, action: Body, body: Body) -> None:
        hear(deps.ctx, deps.actor(body, "button"), number(action))
        ack()


FEATURE = Feature(register)
