"""The servers that a click is compared with: the desk's own gunicorn, and a Bolt app that only acknowledges.

`python -m tests.benchmarks.nothing before|stock PORT`; "before" sets `process_before_response`.
"""

from __future__ import annotations

import sys

from slack_bolt import Ack, App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult

from bot.runtime.web import Server
from tests.benchmarks.bench import SIGNING_SECRET


def wsgi(*, before: bool) -> SlackRequestHandler:
    bolt = App(
        signing_secret=SIGNING_SECRET,
        process_before_response=before,
        authorize=lambda: AuthorizeResult(enterprise_id=None, team_id=None, bot_token="xoxb-sandbox"),
    )

    @bolt.action("claim")
    def click(ack: Ack) -> None:
        ack()

    return SlackRequestHandler(bolt)


if __name__ == "__main__":
    kind, port = sys.argv[1:]
    Server(lambda: wsgi(before=kind == "before"), int(port), lambda: None, stop_seconds=1).run()
