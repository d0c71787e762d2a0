"""Buttons that only open a page: Slack wants them acknowledged all the same."""

from __future__ import annotations

from slack_bolt import Ack, App

from handlers.front import Front


def register(app: App, _front: Front) -> None:
    @app.action("open_post")
    def opened(ack: Ack) -> None:
        ack()
