"""The watches are among the ticks, each as often as it has to be."""

from __future__ import annotations

import pytest
from slack_sdk import WebClient

from bot.runtime.jobs import schedule
from bot.usecases.alerts import backlog, volume_spike
from bot.usecases.desk import roster_reading
from bot.usecases.desk.context import Context
from bot.usecases.intake import feed_health
from bot.usecases.reminders import late_list


@pytest.mark.parametrize(("watch", "seconds"), [(backlog, 2), (late_list, 2), (volume_spike, 60), (feed_health, 60)])
def test_every_watch_is_kept(ctx: Context, monkeypatch: pytest.MonkeyPatch, watch: object, seconds: int) -> None:
    ticks: list[Context] = []
    monkeypatch.setattr(watch, "tick", ticks.append)
    for job in schedule(ctx, WebClient()).get_jobs():
        if job.trigger.interval.total_seconds() == seconds:
            job.func()
    assert ticks == [ctx]


def test_rosters_are_looked_at(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks: list[Context] = []
    monkeypatch.setattr(roster_reading, "tick", lambda ctx, people: ticks.append(ctx))
    for job in schedule(ctx, WebClient()).get_jobs():
        if job.trigger.interval.total_seconds() == 2:
            job.func()
    assert ticks == [ctx]
