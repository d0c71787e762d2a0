"""The Claim button."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.usecases.cases.claim import claim
from handlers.cases import home
from handlers.deps import Body, Front, number


def register(app: App, front: Front) -> None:
    @app.action("claim")
    def click(ack: Ack, action: Body, body: Body) -> None:
        claim(front.ctx, front.actor(body, "button"), number(action))
        ack()
        home.again(front, body)
