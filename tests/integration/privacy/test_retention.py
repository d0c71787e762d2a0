"""A desk keeps its threads for as long as it says, and no longer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.cases.mention import Author
from bot.usecases.cases import close, merge
from bot.usecases.privacy import retention
from storage.common import job_locks
from storage.engine import transaction
from tests.support.bench import Bench
from tests.support.cast import ANNA
from tests.support.clock import TurnedClock
from tests.support.team import Team


def _write(bench: Bench, handle: str, *, closed: bool) -> int:
    bench.sandbox.x.post(handle, "@acme hallo")
    bench.fetch()
    thread = bench.thread(handle)
    if closed:
        close.close(bench.ctx, ANNA, thread, "spam")
    return thread


def _numbers(bench: Bench) -> list[int]:
    return sorted(row["id"] for row in bench.tables()["thread"])


def test_expired_thread_goes_with_all_its_rows(bench: Bench) -> None:
    old = _write(bench, "jan", closed=True)
    bench.sandbox.x.edit(bench.tables()["post"][0]["external_id"], "@acme anders")
    bench.clock.turn(days=1)
    bench.recheck()
    assert bench.tables()["earlier_id"]
    bench.finish()
    bench.clock.turn(days=399)
    assert retention.tick(bench.ctx) == 0
    bench.clock.turn(days=1, hours=1)
    assert retention.tick(bench.ctx) == 1
    rows = bench.tables()
    assert not any(
        rows[name] for name in ("thread", "post", "earlier_id", "reply", "event", "wait", "escalation", "outbox")
    )
    assert _write(bench, "piet", closed=False) > old, "a number on an old card is never another thread's"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_index_keeps_no_word_of_an_expired_thread(team: Team, clock: TurnedClock) -> None:
    number = team.write("Waar is mijn geheimwoord")
    team.write("Waar is mijn zonnescherm", author=Author("8", "kim", "Kim"), conversation="c2")
    close.close(team.ctx, ANNA, number, "spam")
    clock.turn(days=401)
    assert retention.tick(team.ctx) == 1
    kept = str([[*row.values()] for row in team.rows("SELECT block FROM post_words_data")])
    assert "zonnescherm" in kept
    assert "geheimwoord" not in kept


@pytest.mark.parametrize("promised", [True, False])
@pytest.mark.parametrize("split", [True, False])
def test_reply_that_a_kept_thread_refers_to_is_kept_there(
    team: Team, clock: TurnedClock, *, promised: bool, split: bool
) -> None:
    one, other = team.write(conversation="c1"), team.write(conversation="c2")
    team.arrive(team.answer(one, promised_for=clock.at + timedelta(hours=2) if promised else None))
    merge.merge(team.ctx, ANNA, one, other)
    team.write("nog", conversation="c1")
    team.arrive(team.answer(other))
    kept = one if split else other
    if split:
        merge.split(team.ctx, ANNA, one)
    clock.turn(days=30)
    team.write("weer", conversation="c1" if split else "c2")
    team.arrive(team.answer(kept))
    clock.turn(days=385)
    assert retention.tick(team.ctx) == 1
    assert [row["id"] for row in team.rows("SELECT id FROM thread")] == [kept]
    assert {row["thread_id"] for row in team.rows("SELECT thread_id FROM reply")} == {kept}
    clock.turn(days=400)
    assert (retention.tick(team.ctx), team.rows("SELECT id FROM reply")) == (1, [])


def test_thread_with_a_recent_event_is_kept(bench: Bench) -> None:
    thread = _write(bench, "jan", closed=True)
    bench.clock.turn(days=390)
    close.reopen(bench.ctx, ANNA, thread)
    close.close(bench.ctx, ANNA, thread, "spam after all")
    bench.clock.turn(days=20)
    assert retention.tick(bench.ctx) == 0
    assert _numbers(bench) == [thread]


def test_waiting_thread_is_never_deleted(bench: Bench) -> None:
    waiting = _write(bench, "jan", closed=False)
    _write(bench, "piet", closed=True)
    bench.clock.turn(days=1000)
    assert retention.tick(bench.ctx) == 1
    assert _numbers(bench) == [waiting]


def test_retention_runs_hourly_for_any_number_of_processes(bench: Bench) -> None:
    retention.tick(bench.ctx)
    _write(bench, "jan", closed=True)
    bench.clock.turn(days=401)
    with transaction(bench.ctx.engine) as connection:
        at = bench.clock.now()
        assert job_locks.take(connection, "retention", at, at + job_locks.HOURLY), "another process looks"
    bench.clock.turn(minutes=59)
    assert retention.tick(bench.ctx) == 0
    bench.clock.turn(minutes=1)
    assert retention.tick(bench.ctx) == 1


def test_many_threads_go_in_batches(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for handle in ("a", "b", "c", "d", "e"):
        bench.sandbox.x.post(handle, "@acme hallo")
    bench.fetch()
    for number in _numbers(bench):
        close.close(bench.ctx, ANNA, number, "spam")
    bench.clock.turn(days=401)
    assert retention.tick(bench.ctx) == 5
    assert _numbers(bench) == []


def test_rows_of_an_unconfigured_desk_are_deleted_too(bench: Bench) -> None:
    _write(bench, "jan", closed=True)
    with transaction(bench.ctx.engine) as connection:
        connection.exec_driver_sql("UPDATE thread SET desk = 'Gone'")
    bench.clock.turn(days=401)
    assert retention.tick(bench.ctx) == 1


def test_customer_of_a_deleted_thread_is_received_anew(bench: Bench) -> None:
    post = bench.sandbox.x.post("jan", "@acme hallo")
    bench.fetch()
    close.close(bench.ctx, ANNA, bench.thread("jan"), "spam")
    bench.clock.turn(days=401)
    assert retention.tick(bench.ctx) == 1
    bench.sandbox.x.post("jan", "@acme nog eens", in_reply_to=post.id)
    bench.fetch()
    assert len(_numbers(bench)) == 1
