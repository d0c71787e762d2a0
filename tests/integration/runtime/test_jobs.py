"""The watches are among the ticks, each as often as it has to be; and once an hour the bill is said."""

from __future__ import annotations

import pytest

from bot.runtime.jobs import schedule
from bot.usecases.alerts import crisis, surge
from bot.usecases.desk.context import Context
from bot.usecases.intake import feed


@pytest.mark.parametrize(("watch", "seconds"), [(surge, 2), (crisis, 60), (feed, 60)])
def test_every_watch_is_kept(ctx: Context, monkeypatch: pytest.MonkeyPatch, watch: object, seconds: int) -> None:
    ticks: list[Context] = []
    monkeypatch.setattr(watch, "tick", ticks.append)
    for job in schedule(ctx).get_jobs():
        if job.trigger.interval.total_seconds() == seconds:
            job.func()
    assert ticks == [ctx]


def test_what_a_network_bills_is_said_once_an_hour(ctx: Context, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "bot.runtime.jobs")
    for job in schedule(ctx).get_jobs():
        if job.trigger.interval.total_seconds() == 3600:
            job.func()
    (said,) = [record for record in caplog.records if record.message == "spent since the start"]
    assert vars(said)["facts"] == {"network": "x:acme", "dollars": "0.00"}
