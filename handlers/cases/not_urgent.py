"""Not urgent: the button on a card that names a customer's last resort."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.usecases.cases.not_urgent import decline
from handlers.deps import Body, HandlerDeps, number
from handlers.registry import Feature


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("not_urgent")
    def click(ack: Ack, action: Body, body: Body) -> None:
        decline(deps.ctx, deps.actor(body, "button"), number(action))
        ack()


FEATURE = Feature(register)
