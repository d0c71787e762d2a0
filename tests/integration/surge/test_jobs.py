"""The watches are among the ticks, each as often as it has to be."""

from __future__ import annotations

import pytest

from bot.jobs import schedule
from bot.usecases import crisis, feed, surge
from bot.usecases.context import Context


@pytest.mark.parametrize(("watch", "seconds"), [(surge, 2), (crisis, 60), (feed, 60)])
def test_every_watch_is_kept(ctx: Context, monkeypatch: pytest.MonkeyPatch, watch: object, seconds: int) -> None:
    ticks: list[Context] = []
    monkeypatch.setattr(watch, "tick", ticks.append)
    for job in schedule(ctx).get_jobs():
        if job.trigger.interval.total_seconds() == seconds:
            job.func()
    assert ticks == [ctx]
