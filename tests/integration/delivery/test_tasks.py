"""Slow work out of the outbox: it is done at least once, whatever fails, and holds up no message."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import Any

import pytest

from bot.delivery.slack_messages import SlackMessageDeliverer
from bot.delivery.tasks import TaskDeliverer
from bot.delivery.worker import Delivery, Worker
from bot.platform import slack
from bot.usecases.desk.context import Context
from bot.usecases.privacy import erase
from storage import outbox
from storage.engine import transaction
from storage.outbox.tasks import task
from tests.support.bench import Bench
from tests.support.clock import TurnedClock
from tests.support.team import Team


@dataclass
class Desk:
    """Whose only task is called "summary", notes its arguments, and raises as often as `failures` says."""

    ctx: Context
    clock: TurnedClock
    ran: list[Any] = field(default_factory=list)
    failures: int = 0

    def __post_init__(self) -> None:
        self.deliverer = TaskDeliverer(self.ctx, {"summary": self.run})
        self.worker = Worker(self.ctx, self.deliverer)

    def run(self, _ctx: Context, arguments: Mapping[str, Any]) -> None:
        self.ran.append(arguments["post"])
        if self.failures:
            self.failures -= 1
            raise RuntimeError("the model is away")

    def want(self, name: str = "summary", post: int = 1, thread_id: int | None = None) -> str:
        message = task(name, 12, {"post": post}, thread_id=thread_id)
        with transaction(self.ctx.engine) as connection:
            outbox.want(connection, message, at=self.clock.now())
        return message.key

    def work(self, **turn: float) -> list[Any]:
        """Turn the clock and do what can be done: what ran."""
        self.clock.turn(**turn)
        self.ran.clear()
        while self.worker.step():
            pass
        return list(self.ran)


@pytest.fixture
def desk(ctx: Context, clock: TurnedClock) -> Desk:
    return Desk(ctx, clock)


def test_task_runs_once(desk: Desk) -> None:
    desk.want()
    assert (desk.work(), desk.work(hours=1)) == ([1], [])


def test_task_wanted_again_runs_again(desk: Desk) -> None:
    desk.want()
    desk.want(post=2)
    assert desk.work() == [2], "two wishes before it ran are one"
    desk.want(post=3)
    assert desk.work() == [3]


def test_task_wanted_again_while_it_runs_runs_again(desk: Desk) -> None:
    desk.want()
    item = desk.deliverer.lease()
    assert item is not None
    desk.want(post=2)
    desk.deliverer.deliver(item)
    assert desk.work() == [2]


def test_failed_task_backs_off(desk: Desk) -> None:
    desk.failures = 2
    desk.want()
    assert [desk.work(seconds=wait) for wait in (0, 0.9, 0.2, 1.9, 0.2, 3600)] == [[1], [], [1], [], [1], []]


def test_task_survives_its_lease(desk: Desk) -> None:
    desk.want()
    dead = desk.deliverer.lease()
    assert dead is not None
    assert desk.work(seconds=TaskDeliverer.lease_seconds - 1) == []
    assert desk.work(seconds=2) == [1]
    desk.want(post=2)
    desk.deliverer.deliver(dead)  # it was only held up, and must not complete what was wanted since
    assert desk.work() == [2]


def test_cancelled_task_is_not_run(desk: Desk) -> None:
    key = desk.want()
    with transaction(desk.ctx.engine) as connection:
        outbox.cancel(connection, key)
    assert desk.work(hours=1) == []


def test_task_is_erased_with_its_thread(desk: Desk, team: Team) -> None:
    desk.want(thread_id=team.write())
    erase.erase(desk.ctx, "klant")
    assert desk.work(hours=1) == []


def test_unknown_task_waits_and_is_logged_once(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.want("picture")
    with caplog.at_level(logging.ERROR):
        assert [desk.work(seconds=wait) for wait in (0, 301, 301)] == [[], [], []]
    assert [record.getMessage() for record in caplog.records] == ["nobody knows this task; it waits"]
    newer = Worker(desk.ctx, TaskDeliverer(desk.ctx, {"picture": desk.run}))
    desk.clock.turn(seconds=301)
    assert (newer.step(), desk.ran) == (True, [1])


def test_slow_task_delays_no_card(bench: Bench) -> None:
    begun, finish, posted = Event(), Event(), Event()

    def slow(_ctx: Context, _arguments: Mapping[str, Any]) -> None:
        begun.set()
        assert posted.wait(30)
        finish.set()

    class Posting(SlackMessageDeliverer):
        def deliver(self, item: outbox.Item) -> None:
            assert begun.wait(30)
            super().deliver(item)
            posted.set()

    client = slack.client("xoxb-sandbox", bench.sandbox.slack_api_url)
    delivery = Delivery(bench.ctx, (TaskDeliverer(bench.ctx, {"slow": slow}), Posting(bench.ctx, client)))
    with transaction(bench.ctx.engine) as connection:
        outbox.want(connection, task("slow", 1, {}), at=bench.clock.now())
    bench.mention()
    delivery.start()
    assert finish.wait(60)
    delivery.stop()
    assert (len(bench.channel()), bench.team.wanted("task")) == (1, [])
