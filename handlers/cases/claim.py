"""The Claim button."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.usecases.cases.claim import claim
from handlers.cases import home
from handlers.deps import Body, HandlerDeps, number


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("claim")
    def click(ack: Ack, action: Body, body: Body) -> None:
        claim(deps.ctx, deps.actor(body, "button"), number(action))
        ack()
        home.again(deps, body)
