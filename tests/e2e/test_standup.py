"""The daily summary at 09:00 of the desk, once, whatever restarts at that minute."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.platform.clock import parse_clock
from bot.sandbox.server import Sandbox
from tests.support.cast import HERE
from tests.support.office import PATIENT, Office, Start, english, words
from tests.support.process import eventually

# A Monday in November: Amsterdam is an hour ahead of UTC.
EARLY = datetime(2026, 11, 23, 7, tzinfo=UTC)
NINE = datetime(2026, 11, 23, 8, tzinfo=UTC)


def summaries(office: Office) -> list[str]:
    return [words(each) for each in office.slack.messages(HERE) if "received" in each.text]


def test_standup_is_posted_at_nine_and_only_once(start: Start, tmp_path: Path) -> None:
    with english(Sandbox(now=lambda: NINE, rate_limits=False, timing=PATIENT)) as sandbox:
        early = start(sandbox, folder=tmp_path, clock=EARLY.isoformat())
        early.bot.stop()
        assert summaries(early) == []

        told = f"{(NINE - timedelta(seconds=2)).isoformat()}@1#{time.time():.3f}"
        office = start(sandbox, folder=tmp_path, clock=told)
        (summary,) = eventually(lambda: summaries(office))
        assert "Sunday, 22 November 2026" in summary
        assert parse_clock(told).now() >= NINE
        office.bot.stop()

        again = start(sandbox, folder=tmp_path, clock=told)
        again.mention("so that a whole round of everything has passed")
        assert len(summaries(again)) == 1
        again.bot.stop()
