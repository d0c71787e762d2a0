"""While a reply is written: a start from what a colleague answered who was asked for help."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.usecases.replies import advice
from bot.views.replies.advice import USE
from handlers.deps import Body, HandlerDeps
from handlers.registry import Feature
from handlers.replies.start import start


def register(app: App, deps: HandlerDeps) -> None:
    @app.action(USE)
    def begin(ack: Ack, action: Body, body: Body) -> None:
        start(deps, ack, action, body, advice.begin)


FEATURE = Feature(register)
