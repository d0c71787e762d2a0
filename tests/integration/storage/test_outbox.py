"""The outbox: the order of work, one lessee at a time, and several changes in one delivery."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from storage import outbox
from storage.engine import reading, transaction
from storage.outbox import Item, leases, rate_buckets
from storage.outbox.kinds import MessageKind
from storage.outbox.messages import NewMessage
from tests.support.clock import FRIDAY

MINUTE = timedelta(minutes=1)


class Box:
    """The outbox, a transaction a call, all at one instant unless another is given."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def want(self, key: str, *, channel: str = "C1", due: int = 0, later: timedelta = timedelta()) -> None:
        with transaction(self.engine) as connection:
            message = NewMessage(MessageKind.CARD, key, channel, order_by=FRIDAY + due * MINUTE)
            outbox.want(connection, message, at=FRIDAY + later)

    def lease(self, after: timedelta = timedelta()) -> Item | None:
        with transaction(self.engine) as connection:
            return leases.lease(connection, (MessageKind.CARD,), FRIDAY + after, MINUTE)

    def leased(self, after: timedelta = timedelta()) -> Item:
        item = self.lease(after)
        assert item is not None
        return item

    def done(self, item: Item) -> bool:
        with transaction(self.engine) as connection:
            return leases.complete(connection, item)

    def postpone(self, item: Item, by: timedelta, error: str | None = None) -> bool:
        with transaction(self.engine) as connection:
            return leases.postpone(connection, item, FRIDAY + by, error=error)


@pytest.fixture
def box(engine: Engine) -> Box:
    return Box(engine)


def test_nearest_deadline_comes_first(box: Box) -> None:
    for key, due in (("late", 60), ("soon", 10), ("later", 90), ("soon too", 10)):
        box.want(key, due=due)
    assert [box.leased().key for _ in range(4)] == ["soon", "soon too", "late", "later"]
    assert box.lease() is None


def test_nothing_goes_out_before_its_time(box: Box) -> None:
    box.want("card:1", later=MINUTE)
    assert box.lease(MINUTE - timedelta(microseconds=1)) is None
    assert box.leased(MINUTE).key == "card:1"


def test_only_the_last_lessee_completes(box: Box) -> None:
    box.want("card:1")
    slow = box.leased()
    assert box.lease(MINUTE - timedelta(microseconds=1)) is None
    quick = box.leased(MINUTE)
    assert quick.lease_token == slow.lease_token + 1
    assert not box.done(slow)
    assert not box.postpone(slow, MINUTE)
    with transaction(box.engine) as connection:
        assert not leases.begin_post(connection, slow, FRIDAY)
        assert not leases.adopt(connection, slow, message_channel="C1", message_ts="1.0", at=FRIDAY)
        assert not leases.repost(connection, slow)
    assert box.done(quick)
    assert box.lease(2 * MINUTE) is None


def test_completion_counts_once(box: Box) -> None:
    box.want("card:1")
    item = box.leased()
    assert box.done(item)
    assert not box.done(item)
    assert not box.postpone(item, MINUTE, "failed")
    assert box.lease() is None


def test_several_changes_become_one_delivery(box: Box) -> None:
    for _ in range(3):
        box.want("card:1")
    assert box.done(box.leased())
    assert box.lease() is None


def test_change_during_a_delivery_is_delivered_after_it(box: Box) -> None:
    box.want("card:1")
    item = box.leased()
    box.want("card:1")
    assert box.done(item)
    assert box.leased().generation == item.generation + 1


def test_change_does_not_hurry_a_failing_row(box: Box) -> None:
    box.want("card:1")
    box.postpone(box.leased(), 5 * MINUTE, error="channel_not_found")
    box.want("card:1")
    assert box.lease(4 * MINUTE) is None
    assert box.leased(5 * MINUTE).failures == 1


def test_busy_channel_holds_up_no_other(box: Box) -> None:
    box.want("card:1", channel="C1", due=1)
    box.want("card:2", channel="C2", due=60)
    with transaction(box.engine) as connection:
        rate_buckets.close(connection, "C1", FRIDAY + MINUTE)
    assert box.leased().key == "card:2"
    assert box.lease() is None
    assert box.leased(MINUTE).key == "card:1"


def test_rate_bucket_goes_to_one_caller(box: Box) -> None:
    def take(_: int) -> bool:
        with transaction(box.engine) as connection:
            return rate_buckets.take(connection, "C1", FRIDAY, FRIDAY + MINUTE)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(8))) == 1


def test_no_two_workers_lease_the_same(box: Box) -> None:
    for number in range(40):
        box.want(f"card:{number}", channel=f"C{number}")

    def work(_: int) -> list[str]:
        taken = []
        while (item := box.lease()) is not None:
            taken.append(item.key)
        return taken

    with ThreadPoolExecutor(4) as pool:
        leased = [key for keys in pool.map(work, range(4)) for key in keys]
    assert sorted(leased) == sorted(f"card:{number}" for number in range(40))


def test_once_only_message_is_wanted_once(box: Box) -> None:
    def state(_: int) -> bool:
        with transaction(box.engine) as connection:
            return outbox.want_once(connection, NewMessage(MessageKind.STANDUP, "standup:1", "C1"), at=FRIDAY)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(state, range(8))) == 1
    with reading(box.engine) as connection:
        assert outbox.exists(connection, "standup:1")


def test_cancelled_row_is_not_leased(box: Box) -> None:
    box.want("card:1")
    with transaction(box.engine) as connection:
        outbox.cancel(connection, "card:1")
    assert box.lease() is None
