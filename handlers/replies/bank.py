"""While a reply is written: a start from the knowledge bank."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.usecases.replies import bank
from bot.views.knowledge.suggestions import USE
from handlers.deps import Body, HandlerDeps
from handlers.registry import Feature
from handlers.replies.start import start


def register(app: App, deps: HandlerDeps) -> None:
    @app.action(USE)
    def begin(ack: Ack, action: Body, body: Body) -> None:
        start(deps, ack, action, body, bank.begin)


FEATURE = Feature(register)
