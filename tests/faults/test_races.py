"""Two or many do the same thing at the same instant: exactly one wins, on either database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from bot.domain.cases.conversation import Reply, ReplyState
from bot.domain.cases.mention import Author
from bot.domain.common.errors import Refused
from bot.domain.reminders.reminders import INDIVIDUAL_LIMIT, Recipient
from bot.networks.base import Sent
from bot.settings.config import Mandate
from bot.usecases.cases import close, joining, promises, snooze
from bot.usecases.cases.claim import claim
from bot.usecases.desk.context import Context
from bot.usecases.intake import ingest
from bot.usecases.privacy import erase
from bot.usecases.reminders import nag
from bot.usecases.replies import approval, reply, reply_outcome
from storage import outbox, tables
from storage.engine import DatabaseError, reading, transaction
from storage.outbox import leases
from storage.outbox.kinds import MessageKind
from storage.reminders import reminders
from storage.reminders.messages import reminders as several
from tests.support.cast import ANNA, LARS, LEAD, X
from tests.support.clock import TurnedClock
from tests.support.faults.races import claim_everything
from tests.support.team import Served, Team
from tests.support.together import race, winners

ROUNDS = range(8)


@pytest.fixture
def team(ctx: Context) -> Team:
    return Team(ctx)


def _threads(team: Team, number: int) -> list[int]:
    return [team.write(conversation=f"c{each}") for each in range(number)]


def test_claim_race_of_many_has_one_winner_a_thread(team: Team) -> None:
    threads = _threads(team, 30)
    assert claim_everything(team.ctx, threads, 8, seed=1) == dict.fromkeys(threads, 1)
    assert all(team.kinds(thread).count("claimed") == 1 for thread in threads)


def test_reply_race_queues_one(team: Team) -> None:
    for thread in _threads(team, len(ROUNDS)):
        results = race([partial(team.answer, thread, by=by) for by in (ANNA, LARS)])
        assert winners(results) == 1
        assert len(team.rows("SELECT id FROM reply WHERE thread_id = :thread", thread=thread)) == 1


def test_submission_sent_twice_at_once_is_one_reply(team: Team) -> None:
    for thread in _threads(team, len(ROUNDS)):
        first, second = race([partial(team.answer, thread, idempotency_key=f"view:{thread}")] * 2)
        assert first == second


def test_close_against_reply_has_one_winner(team: Team) -> None:
    for thread in _threads(team, len(ROUNDS)):
        claim(team.ctx, ANNA, thread)
        both: list[Callable[[], object]] = [
            partial(close.close, team.ctx, ANNA, thread, "spam"),
            partial(team.answer, thread),
        ]
        assert winners(race(both)) == 1


def test_undo_against_send_has_one_winner(team: Team) -> None:
    for thread in _threads(team, len(ROUNDS)):
        number = team.answer(thread).id
        both: list[Callable[[], object]] = [
            partial(reply.undo, team.ctx, ANNA, number),
            partial(reply_outcome.begin, team.ctx, number),
        ]
        undone, begun = race(both)
        assert isinstance(undone, Reply) != isinstance(begun, Reply)
        state = team.reply(number).state
        assert state is (ReplyState.CANCELLED if begun is None else ReplyState.SENDING)


def test_decision_race_has_one_winner(team: Team) -> None:
    for thread in _threads(team, len(ROUNDS)):
        number = team.answer(thread).id
        reply_outcome.begin(team.ctx, number)
        reply_outcome.unknown(team.ctx, number)
        decisions = [partial(reply.decide, team.ctx, ANNA, number, was_sent=sent) for sent in (True, False)]
        assert winners(race(decisions)) == 1


def test_late_find_beats_a_decision_and_both_wait(team: Team) -> None:
    def at_once(work: Callable[[], object]) -> bool:
        try:
            work()
        except DatabaseError:
            return False
        return True

    for thread in _threads(team, len(ROUNDS)):
        number = team.answer(thread).id
        reply_outcome.begin(team.ctx, number)
        reply_outcome.unknown(team.ctx, number)
        found = Sent(f"r{number}", "https://x.com/acme/status/9")
        both = [
            partial(reply.decide, team.ctx, ANNA, number, was_sent=False),
            partial(reply_outcome.arrived, team.ctx, number, found),
        ]
        assert False not in race([partial(at_once, each) for each in both])
        assert team.reply(number).state is ReplyState.SENT


def test_writers_wait_for_each_other_instead_of_failing(team: Team) -> None:
    """Whoever reads first and writes then must hold the write lock from the beginning."""
    threads = _threads(team, 24)

    def answer(mine: list[int]) -> bool:
        try:
            return bool([team.answer(thread) for thread in mine])
        except DatabaseError:
            return False

    assert race([partial(answer, threads[start::4]) for start in range(4)]) == [True] * 4


def test_workers_lease_nothing_twice(team: Team) -> None:
    _threads(team, 40)
    at = team.ctx.clock.now()

    def lease_all() -> list[int]:
        mine: list[int] = []
        while True:
            with transaction(team.ctx.engine) as connection:
                item = leases.lease(connection, (MessageKind.CARD,), at, timedelta(minutes=1))
            if item is None:
                return mine
            mine.append(item.id)

    leased = Counter(each for result in race([lease_all] * 4) if isinstance(result, list) for each in result)
    with reading(team.ctx.engine) as connection:
        wanted = connection.execute(select(tables.outbox.c.id)).scalars()
        assert leased == dict.fromkeys(wanted, 1)


def test_fetch_race_stores_each_mention_once(team: Team) -> None:
    mentions = [team.mention(conversation=f"c{number}") for number in range(20)]
    results = race([lambda: team.receive(*mentions)] * 3)
    assert sum(result for result in results if isinstance(result, int)) == 20
    assert [row["n"] for row in team.rows("SELECT count(*) AS n FROM post")] == [20]
    assert len(team.wanted("card")) == 20


def test_nag_race_reminds_once(team: Team, clock: TurnedClock) -> None:
    threads = _threads(team, INDIVIDUAL_LIMIT)
    clock.turn(minutes=50)
    race([lambda: nag.tick(team.ctx)] * 3)
    assert all(team.kinds(thread).count("nagged") == 1 for thread in threads)
    assert len(team.wanted("nag")) == INDIVIDUAL_LIMIT


def test_nag_race_puts_each_thread_into_one_message(team: Team, clock: TurnedClock) -> None:
    threads = _threads(team, 60)
    for thread in threads[::2]:
        claim(team.ctx, ANNA, thread)
    clock.turn(hours=2)
    for _ in range(3):
        race([lambda: nag.tick(team.ctx)] * 4)
    assert all(team.kinds(thread).count("nagged") == 1 for thread in threads)
    told = {key: _waits(team, key) for key in team.wanted("reminders")}
    assert {key.rpartition(":")[0]: len(waits) for key, waits in told.items()} == {
        "reminders:C0SUPPORT:C0SUPPORT:": 30,
        "reminders:C0SUPPORT:C0SUPPORT:U0ANNA": 30,
    }


def test_added_thread_is_in_the_leased_message_or_refused(team: Team, clock: TurnedClock) -> None:
    engine, at, to = team.ctx.engine, clock.at, Recipient("C0SUPPORT", "", lead=False)

    def add(key: str) -> bool:
        with transaction(engine) as connection:
            return reminders.join(connection, key, [2], order_by=at)

    def lease() -> list[int]:
        with transaction(engine) as connection:
            item = leases.lease(connection, (MessageKind.REMINDERS,), at, timedelta(minutes=1))
        return item.payload["waits"] if item else []

    for number in range(40):
        key = f"reminders:C0SUPPORT:C0SUPPORT::{number}"
        with transaction(engine) as connection:
            outbox.want_once(connection, several("Support", "C0SUPPORT", to, number, [1], at), at=at)
        both: list[Callable[[], object]] = [partial(add, key), lease]
        added, leased = race(both)
        # Passed over while it was being added to, it is leased at the next look.
        assert (leased or lease()) == ([1, 2] if added else [1])


def _waits(team: Team, key: str) -> list[int]:
    with reading(team.ctx.engine) as connection:
        item = outbox.get(connection, key)
    assert item is not None
    waits: list[int] = item.payload["waits"]
    return waits


def test_poll_race_reads_a_feed_once(team: Team) -> None:
    desk = team.ctx.settings.desks[0]
    network = Served(team.ctx.accounts[X])
    ctx = replace(team.ctx, accounts={X: network})
    race([lambda: ingest.poll(ctx, desk, desk.networks[0])] * 4)
    assert len(network.fetches) == 1


def test_end_of_a_snooze_is_said_once_however_many_workers_see_it(team: Team, clock: TurnedClock) -> None:
    threads = _threads(team, len(ROUNDS))
    for thread in threads:
        snooze.snooze(team.ctx, ANNA, thread, clock.at + timedelta(minutes=5), "waiting for the depot")
    clock.turn(minutes=5)
    ended = race([partial(snooze.tick, team.ctx)] * 4)
    assert sum(each for each in ended if isinstance(each, int)) == len(threads)
    assert all(team.kinds(thread).count("woken") == 1 for thread in threads)
    assert len(team.wanted("snooze_over")) == len(threads)


@pytest.mark.parametrize(("minutes", "said"), [(45, "nagged"), (60, "promise_broken")])
def test_promise_is_spoken_of_once_however_many_workers_see_it(
    team: Team, clock: TurnedClock, minutes: int, said: str
) -> None:
    threads = _threads(team, len(ROUNDS))
    for thread in threads:
        team.arrive(team.answer(thread, promised_for=clock.at + timedelta(minutes=60)))
    clock.turn(minutes=minutes)
    spoken = race([partial(promises.tick, team.ctx)] * 4)
    assert sum(each for each in spoken if isinstance(each, int)) == len(threads)
    assert all(team.kinds(thread).count(said) == 1 for thread in threads)
    assert len(team.wanted("promise_nag")) == len(threads)


class TestJoining:
    """Who is one person changes while their posts come in, are joined elsewhere, or are erased."""

    @staticmethod
    def _write(team: Team, round_: int, who: str, conversation: str) -> int:
        author = Author(f"{who}{round_}", f"{who}{round_}", "Jan Jansen")
        return team.write(f"Woorden van {who}", conversation=f"{conversation}{round_}", author=author)

    def test_post_that_comes_in_meanwhile_is_the_joined_customers(self, team: Team) -> None:
        for each in ROUNDS:
            numbers = [self._write(team, each, who, who) for who in "ab"]
            coming_in = partial(self._write, team, each, "b", "c")
            join = partial(joining.join, team.ctx, ANNA, f"x:a{each}", f"x:b{each}")
            both: list[Callable[[], object]] = [join, coming_in]
            _, third = race(both)
            assert isinstance(third, int)
            assert len({team.thread(number).customer_id for number in (*numbers, third)}) == 1

    def test_post_that_comes_in_meanwhile_moves_out_with_its_author(self, team: Team) -> None:
        for each in ROUNDS:
            first, second = [self._write(team, each, who, who) for who in "ab"]
            joining.join(team.ctx, ANNA, f"x:a{each}", f"x:b{each}")
            coming_in = partial(self._write, team, each, "b", "c")
            _, third = race([partial(joining.split, team.ctx, ANNA, f"x:b{each}"), coming_in])
            assert isinstance(third, int)
            whose = [team.thread(number).customer_id for number in (first, second, third)]
            assert whose[1] == whose[2] != whose[0]

    def test_two_joins_with_one_in_common_make_one_of_three(self, team: Team) -> None:
        for each in ROUNDS:
            numbers = [self._write(team, each, who, who) for who in "abc"]
            pairs = [(f"x:a{each}", f"x:b{each}"), (f"x:b{each}", f"x:c{each}")]
            assert winners(race([partial(joining.join, team.ctx, ANNA, *pair) for pair in pairs])) == 2
            assert len({team.thread(number).customer_id for number in numbers}) == 1

    def test_same_join_of_two_agents_has_one_winner(self, team: Team) -> None:
        for each in ROUNDS:
            for who in "ab":
                self._write(team, each, who, who)
            pair = (f"x:a{each}", f"x:b{each}")
            results = race([partial(joining.join, team.ctx, by, *pair) for by in (ANNA, LARS)])
            assert winners(results) == 1

    def test_erasure_meanwhile_leaves_nothing_of_whom_it_was_asked_for(self, team: Team) -> None:
        for each in ROUNDS:
            first, second = [self._write(team, each, who, who) for who in "ab"]
            join = partial(joining.join, team.ctx, ANNA, f"x:a{each}", f"x:b{each}")
            both: list[Callable[[], object]] = [join, partial(erase.erase, team.ctx, f"b{each}")]
            refused = isinstance(race(both)[0], Refused)
            assert team.thread(second).erased_at is not None
            assert (team.thread(first).erased_at is None) == refused


class TestApproval:
    """A reply that awaits approval: of two decisions at the same instant exactly one holds."""

    @pytest.fixture(autouse=True)
    def _mandate(self, team: Team) -> None:
        (desk,) = team.ctx.settings.desks
        mandate = Mandate(approvers=(LARS.id,), trainees=(ANNA.id,))
        desks = (desk.model_copy(update={"mandate": mandate}),)
        team.ctx.settings = replace(team.ctx.settings, desks=desks)

    def _awaiting(self, team: Team) -> list[tuple[Reply, str]]:
        written = [team.answer(thread) for thread in _threads(team, len(ROUNDS))]
        return [(each, approval.asked(team.ctx, LEAD, each.id).seen) for each in written]

    def test_two_approvers_at_once_have_one_winner(self, team: Team) -> None:
        for written, seen in self._awaiting(team):
            acts: list[Callable[[], object]] = [
                partial(approval.approve, team.ctx, LARS, written.id, seen=seen),
                partial(approval.approve, team.ctx, LEAD, written.id, seen=seen, body="Dat doen we"),
                partial(approval.give_back, team.ctx, LEAD, written.id, "niet zo"),
            ]
            results = race(acts)
            assert winners(results) == 1
            told = [each.details["owner"] for each in results if isinstance(each, Refused)]
            assert set(told) <= {LARS.id, LEAD.id}
            kinds = team.kinds(written.thread_id)
            assert kinds.count("approved") + kinds.count("returned") == 1
            sends = [key for key in team.wanted("reply") if key == f"reply:{written.id}"]
            assert len(sends) == (team.reply(written.id).state is ReplyState.QUEUED)

    def test_taking_back_against_approving_has_one_winner(self, team: Team) -> None:
        for written, seen in self._awaiting(team):
            acts: list[Callable[[], object]] = [
                partial(reply.undo, team.ctx, ANNA, written.id),
                partial(approval.give_back, team.ctx, LARS, written.id, "niet zo"),
            ]
            assert winners(race(acts)) == 1
            assert team.thread(written.thread_id).approval_since is None
            assert team.thread(written.thread_id).pending_reply_id is None
            assert seen

    def test_erasure_against_approving_sends_nothing_of_an_erased_customer(self, team: Team) -> None:
        asked = self._awaiting(team)
        acts: list[Callable[[], object]] = [partial(erase.erase, team.ctx, "klant")]
        acts += [partial(approval.approve, team.ctx, LARS, written.id, seen=seen) for written, seen in asked]
        race(acts)
        for written, _ in asked:
            assert team.reply(written.id).state is ReplyState.CANCELLED
            assert reply_outcome.begin(team.ctx, written.id) is None
