"""A desk keeps its threads for as long as it says, and no longer."""

from __future__ import annotations

import pytest

from bot.usecases.cases import close
from bot.usecases.privacy import retention
from storage.common import job_locks
from storage.engine import transaction
from tests.support.house import ANNA, House


def _write(house: House, handle: str, *, closed: bool) -> int:
    house.sandbox.x.post(handle, "@acme hallo")
    house.poll()
    thread = house.thread(handle)
    if closed:
        close.close(house.ctx, ANNA, thread, "spam")
    return thread


def _numbers(house: House) -> list[int]:
    return sorted(row["id"] for row in house.rows()["thread"])


def test_a_thread_goes_with_all_its_rows_when_its_last_event_is_older_than_the_desk_keeps_it(house: House) -> None:
    old = _write(house, "jan", closed=True)
    house.settle()
    house.clock.turn(days=399)
    assert retention.tick(house.ctx) == 0
    house.clock.turn(days=1, hours=1)
    assert retention.tick(house.ctx) == 1
    rows = house.rows()
    assert not any(rows[name] for name in ("thread", "post", "reply", "event", "wait", "escalation", "outbox"))
    assert _write(house, "piet", closed=False) > old, "a number on an old card is never another thread's"


def test_a_thread_in_which_something_happened_since_is_kept(house: House) -> None:
    thread = _write(house, "jan", closed=True)
    house.clock.turn(days=390)
    close.reopen(house.ctx, ANNA, thread)
    close.close(house.ctx, ANNA, thread, "spam after all")
    house.clock.turn(days=20)
    assert retention.tick(house.ctx) == 0
    assert _numbers(house) == [thread]


def test_a_thread_whose_customer_waits_is_never_deleted(house: House) -> None:
    waiting = _write(house, "jan", closed=False)
    _write(house, "piet", closed=True)
    house.clock.turn(days=1000)
    assert retention.tick(house.ctx) == 1
    assert _numbers(house) == [waiting]


def test_it_looks_once_an_hour_whatever_the_number_of_processes(house: House) -> None:
    retention.tick(house.ctx)
    _write(house, "jan", closed=True)
    house.clock.turn(days=401)
    with transaction(house.ctx.engine) as connection:
        at = house.clock.now()
        assert job_locks.take(connection, "retention", at, at + retention.EVERY), "another process looks"
    house.clock.turn(minutes=59)
    assert retention.tick(house.ctx) == 0
    house.clock.turn(minutes=1)
    assert retention.tick(house.ctx) == 1


def test_many_go_in_batches(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for handle in ("a", "b", "c", "d", "e"):
        house.sandbox.x.post(handle, "@acme hallo")
    house.poll()
    for number in _numbers(house):
        close.close(house.ctx, ANNA, number, "spam")
    house.clock.turn(days=401)
    assert retention.tick(house.ctx) == 5
    assert _numbers(house) == []


def test_what_belongs_to_a_desk_that_the_config_no_longer_has_is_deleted_too(house: House) -> None:
    _write(house, "jan", closed=True)
    with transaction(house.ctx.engine) as connection:
        connection.exec_driver_sql("UPDATE thread SET desk = 'Gone'")
    house.clock.turn(days=401)
    assert retention.tick(house.ctx) == 1


def test_a_customer_whose_old_thread_was_deleted_is_received_anew(house: House) -> None:
    post = house.sandbox.x.post("jan", "@acme hallo")
    house.poll()
    close.close(house.ctx, ANNA, house.thread("jan"), "spam")
    house.clock.turn(days=401)
    assert retention.tick(house.ctx) == 1
    house.sandbox.x.post("jan", "@acme nog eens", in_reply_to=post.id)
    house.poll()
    assert len(_numbers(house)) == 1
