"""What reaches the bot and is none of its business."""

from __future__ import annotations

import re

from slack_bolt import Ack, App

from handlers.deps import HandlerDeps
from handlers.registry import Feature


def register(app: App, _front: HandlerDeps) -> None:
    @app.action("open_post")
    def opened_a_page(ack: Ack) -> None:
        """Slack has opened it already, and wants the click acknowledged all the same."""
        ack()

    @app.event("message")
    def talk(ack: Ack) -> None:
        """Internal, under a card too: only the reply modal and the reply command speak to customers."""
        ack()

    @app.event(re.compile(".*"))
    def anything_else(ack: Ack) -> None:
        """Slack says what is not acknowledged three times more, and turns off an app that acknowledges too little."""
        ack()


FEATURE = Feature(register)
