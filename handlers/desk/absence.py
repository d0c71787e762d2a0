"""Slack tells that a user's data has changed, such as the status that says that they are away."""

from __future__ import annotations

from slack_bolt import Ack, App

from handlers.deps import Body, HandlerDeps
from handlers.registry import Feature


def register(app: App, deps: HandlerDeps) -> None:
    @app.event("user_change")
    def changed(ack: Ack, event: Body) -> None:
        ack()
        deps.later(deps.learn_anew, str((event.get("user") or {}).get("id")))


FEATURE = Feature(register)
