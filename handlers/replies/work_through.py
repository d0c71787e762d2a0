"""The button "Answer the next one" of a solved incident."""

from __future__ import annotations

from dataclasses import replace

from slack_bolt import Ack, App

from bot.usecases.replies.work_through import next_one
from handlers.deps import Body, HandlerDeps, number
from handlers.registry import Feature
from handlers.replies.reply import ask


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("incident_next")
    def click(ack: Ack, action: Body, body: Body) -> None:
        # Its own claim is no repeat of the tap that came before: a form that did not open may be asked for again.
        who = replace(deps.actor(body, "button"), idempotency_key=None)
        ask(deps, body, next_one(deps.ctx, who, number(action)))
        ack()


FEATURE = Feature(register)
