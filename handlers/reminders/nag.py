"""The buttons of a reminder to the owner: "10 more minutes", and "Keep" where nothing was heard of them."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.usecases.reminders.nag import keep, more_time
from handlers.deps import Body, HandlerDeps, number
from handlers.registry import Feature


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("more_time")
    def click(ack: Ack, action: Body, body: Body) -> None:
        more_time(deps.ctx, deps.actor(body, "button"), number(action))
        ack()

    @app.action("keep")
    def keeps(ack: Ack, action: Body, body: Body) -> None:
        keep(deps.ctx, deps.actor(body, "button"), number(action))
        ack()


FEATURE = Feature(register)
