"""Requests that reach the bot but need nothing from it."""

from __future__ import annotations

import re

from slack_bolt import Ack, App

from handlers.deps import HandlerDeps
from handlers.registry import Feature


def register(app: App, _deps: HandlerDeps) -> None:
    @app.action("open_post")
    def opened_a_page(ack: Ack) -> None:
        """Slack has already opened the page, but still expects an acknowledgement."""
        ack()

    @app.event(re.compile(".*"))
    def anything_else(ack: Ack) -> None:
        """Slack repeats an unacknowledged event three times, and disables apps that leave too many."""
        ack()


FEATURE = Feature(register)
