"""Slack tells that somebody switched their notifications off or on."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.usecases.reminders import do_not_disturb
from handlers.deps import Body, HandlerDeps
from handlers.registry import Feature


def register(app: App, deps: HandlerDeps) -> None:
    @app.event("dnd_updated_user")
    def updated(ack: Ack, event: Body) -> None:
        ack()
        deps.later(do_not_disturb.learn, deps.ctx, {str(event.get("user")): event.get("dnd_status")})


FEATURE = Feature(register)
