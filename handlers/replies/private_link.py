"""While a reply is written: a start that asks the customer for a private message."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.usecases.replies import private_link
from bot.views.replies.private_link import USE
from handlers.deps import Body, HandlerDeps
from handlers.registry import Feature
from handlers.replies.start import start


def register(app: App, deps: HandlerDeps) -> None:
    @app.action(USE)
    def begin(ack: Ack, action: Body, body: Body) -> None:
        start(deps, ack, action, body, private_link.begin)


FEATURE = Feature(register)
