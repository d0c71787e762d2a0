"""The whole bot on a bench's database, and what Slack sends it when Anna acts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from slack_bolt import BoltRequest

from bot.runtime.app import App, build
from bot.settings import load
from tests.support.bench import Bench
from tests.support.cast import ANNA


@contextmanager
def whole_bot(bench: Bench, database_url: str, **more: str) -> Iterator[App]:
    """Build the whole bot, among people who read English; `more` are variables of its environment."""
    bench.sandbox.slack.speak("en-GB")
    told = bench.sandbox.environment | {"WEBCARE_CONFIG": str(bench.ctx.settings.config_path)}
    app = build(load(told | {"DATABASE_URL": database_url} | more))
    yield app
    app.close()


def send(bench: Bench, desk: App, **body: Any) -> Any:
    """Send what Slack sends when Anna acts; return the answer's body."""
    trigger = bench.sandbox.slack.state.triggers.issue(ANNA.id)
    common = {"user": {"id": ANNA.id}, "user_id": ANNA.id, "trigger_id": trigger}
    answer = desk.bolt.dispatch(BoltRequest(body=common | body, mode="socket_mode"))
    assert answer.status == 200
    return answer.body
