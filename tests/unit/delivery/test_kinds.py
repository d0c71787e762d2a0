"""Every kind of message has one worker that delivers it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from slack_sdk import WebClient

from bot.runtime.app import deliverers
from bot.settings import Settings
from bot.usecases.desk.context import Context
from storage.engine import connect
from storage.outbox.kinds import MessageKind
from tests.support.clock import TurnedClock


def test_every_kind_is_delivered_by_one_deliverer(tmp_path: Path, settings: Settings, clock: TurnedClock) -> None:
    ctx = Context(connect(f"sqlite:///{tmp_path / 'none.db'}"), clock, settings, {}, lambda: None)
    assert Counter(kind for one in deliverers(ctx, WebClient()) for kind in one.kinds) == Counter(MessageKind)
