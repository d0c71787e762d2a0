"""The button "10 more minutes" of a reminder to the owner."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.usecases.reminders.nag import more_time
from handlers.deps import Body, HandlerDeps, number
from handlers.registry import Feature


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("more_time")
    def click(ack: Ack, action: Body, body: Body) -> None:
        more_time(deps.ctx, deps.actor(body, "button"), number(action))
        ack()


FEATURE = Feature(register)
