"""When a backlog begins, is shown and ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.alerts.backlog import Backlog, Step, next_step

AT = datetime(2026, 11, 20, 15, 40, tzinfo=UTC)
PAUSE = timedelta(seconds=10)
SURGE = Backlog(id=1, desk="Support", started_at=AT, cards_at_start=61, shown_at=AT)


@pytest.mark.parametrize(("backlog", "step"), [(0, None), (60, None), (61, Step.BEGIN), (312, Step.BEGIN)])
def test_backlog_begins_above_a_minute_of_cards(backlog: int, step: Step | None) -> None:
    assert next_step(None, backlog, AT, PAUSE) is step


@pytest.mark.parametrize(("backlog", "step"), [(61, None), (60, None), (10, None), (9, Step.END), (0, Step.END)])
def test_backlog_lasts_until_almost_nothing_waits(backlog: int, step: Step | None) -> None:
    assert next_step(SURGE, backlog, AT, PAUSE) is step


@pytest.mark.parametrize(("seconds", "step"), [(9.9, None), (10, Step.SHOW), (60, Step.SHOW)])
def test_digest_is_edited_at_most_every_ten_seconds(seconds: float, step: Step | None) -> None:
    assert next_step(SURGE, 61, AT + timedelta(seconds=seconds), PAUSE) is step
