"""Muting an author: no cards for a while, nothing lost, undone with one tap."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from bot.domain.cases.mention import Author
from bot.domain.cases.thread import State
from bot.domain.common.errors import RefusalCode, Refused
from bot.usecases.cases import close, merge, mute, queries
from bot.usecases.privacy import erase, retention
from bot.usecases.reports import standup
from storage.cases import mutes
from storage.engine import reading, transaction
from storage.intake import feeds
from tests.support.cast import ANNA, LARS, X
from tests.support.clock import TurnedClock
from tests.support.team import Team
from tests.support.together import race, winners

WEEK = timedelta(days=7)
SPAMMER = Author("66", "spammer", "Spammer", 3)


def spam(team: Team, conversation: str = "s1") -> int:
    return team.write("buy sunglasses", author=SPAMMER, conversation=conversation)


def cards(team: Team) -> int:
    return len(team.rows("SELECT id FROM outbox WHERE kind = 'card'"))


def test_muted_author_gets_no_card_no_clock_and_no_line_and_loses_nothing(team: Team, clock: TurnedClock) -> None:
    first = spam(team)
    mute.mute(team.ctx, ANNA, first, WEEK, "spam")
    assert (team.thread(first).state, team.thread(first).close_reason) == (State.CLOSED, "spam")
    clock.turn(minutes=5)
    known = cards(team)
    assert spam(team) == first
    second = spam(team, "s2")
    assert cards(team) == known
    assert team.wanted("follow_up") == []
    for number in (first, second):
        thread = team.thread(number)
        assert (thread.state, thread.due_at, thread.next_nag_at) == (State.CLOSED, None, None)
    assert [post.muted for post in team.messages(first)] == [False, True]
    assert team.rows("SELECT id FROM wait WHERE ended_at IS NULL") == []


def test_other_customers_and_other_desks_are_not_touched(team: Team) -> None:
    mute.mute(team.ctx, ANNA, spam(team), WEEK, "spam")
    number = team.write()
    assert team.thread(number).state is State.WAITING


def test_mute_ends_by_itself_and_what_comes_then_has_a_card(team: Team, clock: TurnedClock) -> None:
    first = spam(team)
    mute.mute(team.ctx, ANNA, first, WEEK, "spam")
    second = spam(team, "s2")
    clock.turn(days=7)
    assert spam(team, "s2") == second
    thread = team.thread(second)
    assert (thread.state, thread.waiting_since) == (State.WAITING, clock.at)
    assert f"card:{second}" in {row.key for row in team.rows("SELECT key FROM outbox WHERE kind = 'card'")}
    mute.mute(team.ctx, ANNA, second, WEEK, "again")
    with reading(team.ctx.engine) as connection:
        assert [(each.reason, kept) for each, kept in mutes.listed(connection, clock.at)] == [("again", 0)]


def test_unmuting_brings_back_what_came_meanwhile_with_the_time_it_was_written(team: Team, clock: TurnedClock) -> None:
    first = spam(team)
    mute.mute(team.ctx, ANNA, first, WEEK, "spam")
    clock.turn(minutes=5)
    since = clock.at
    second = spam(team, "s2")
    clock.turn(minutes=30)
    assert mute.unmute(team.ctx, LARS, second) == 1
    thread = team.thread(second)
    assert (thread.state, thread.waiting_since, thread.due_at) == (State.WAITING, since, since + timedelta(hours=1))
    assert team.thread(first).state is State.CLOSED
    assert spam(team, "s3") > second
    assert [row.key for row in team.rows("SELECT key FROM outbox WHERE kind = 'card' ORDER BY id")] == [
        f"card:{number}" for number in (first, second, second + 1)
    ]


def test_what_a_mute_kept_that_ran_out_comes_back_when_somebody_says_so(team: Team, clock: TurnedClock) -> None:
    first = spam(team)
    mute.mute(team.ctx, ANNA, first, WEEK, "spam")
    since = clock.turn(minutes=1)
    second = spam(team, "s2")
    clock.turn(days=8)
    assert team.thread(second).state is State.CLOSED
    assert mute.unmute(team.ctx, ANNA, first) == 1
    assert team.thread(second).waiting_since == since
    with pytest.raises(Refused):
        mute.unmute(team.ctx, ANNA, first)


def test_worker_whose_clock_is_behind_loses_nothing(team: Team, clock: TurnedClock) -> None:
    first = spam(team)
    mute.mute(team.ctx, ANNA, first, WEEK, "spam")
    clock.turn(seconds=-2)
    second = spam(team, "s2")
    clock.turn(minutes=1)
    assert mute.unmute(team.ctx, ANNA, first) == 1
    assert team.thread(second).state is State.WAITING


def test_reopened_thread_of_a_muted_author_waits_for_an_answer(team: Team, clock: TurnedClock) -> None:
    mute.mute(team.ctx, ANNA, spam(team), WEEK, "spam")
    since = clock.turn(minutes=1)
    number = spam(team, "s2")
    close.reopen(team.ctx, LARS, number)
    assert (team.thread(number).state, team.thread(number).waiting_since) == (State.WAITING, since)


def test_what_comes_in_while_somebody_unmutes_is_not_lost(team: Team, clock: TurnedClock) -> None:
    with transaction(team.ctx.engine) as connection:  # as after the first fetch
        feeds.take(connection, X, clock.at, clock.at)
    for turn in range(5):
        first = spam(team, f"a{turn}")
        mute.mute(team.ctx, ANNA, first, WEEK, "spam")
        race([partial(mute.unmute, team.ctx, LARS, first), partial(spam, team, f"b{turn}")])
    kept = "SELECT count(*) AS n FROM post JOIN thread ON thread.id = post.thread_id WHERE muted"
    assert team.rows(kept)[0].n == 0


def test_unmuting_and_merging_wait_for_each_other(team: Team) -> None:
    for turn in range(5):
        first = spam(team, f"a{turn}")
        mute.mute(team.ctx, ANNA, first, WEEK, "spam")
        others = [spam(team, f"b{turn}"), spam(team, f"c{turn}")]
        acts: list[Callable[[], object]] = [
            partial(mute.unmute, team.ctx, LARS, others[1]),
            partial(merge.merge, team.ctx, ANNA, *others),
        ]
        for outcome in race(acts):
            assert not isinstance(outcome, Refused) or outcome.code is not RefusalCode.BROKEN


def test_muting_ends_what_was_promised_to_the_author(team: Team, clock: TurnedClock) -> None:
    number = spam(team)
    team.arrive(team.answer(number, promised_for=clock.at + timedelta(hours=1)))
    assert team.thread(number).promised_for is not None
    mute.mute(team.ctx, ANNA, number, WEEK, "insults")
    assert team.thread(number).promised_for is None


def test_reply_that_arrives_after_a_muted_post_leaves_nobody_waiting(team: Team) -> None:
    number = spam(team)
    team.arrive(team.answer(number))
    mute.mute(team.ctx, ANNA, number, WEEK, "insults")
    once_more = team.answer(number, "One more thing")
    spam(team)
    team.arrive(once_more, "77")
    assert team.thread(number).state is State.ANSWERED


def test_second_mute_and_second_unmute_are_refused(team: Team) -> None:
    number = spam(team)
    mute.mute(team.ctx, ANNA, number, WEEK, "spam")
    with pytest.raises(Refused) as refused:
        mute.mute(team.ctx, LARS, number, WEEK, "spam")
    assert refused.value.code is RefusalCode.MUTED
    mute.unmute(team.ctx, LARS, number)
    with pytest.raises(Refused) as refused:
        mute.unmute(team.ctx, ANNA, number)
    assert refused.value.code is RefusalCode.NOT_MUTED


def test_owner_of_an_answered_thread_stays_and_thanks_are_no_exception(team: Team) -> None:
    number = spam(team)
    team.arrive(team.answer(number))
    mute.mute(team.ctx, ANNA, number, WEEK, "insults")
    assert team.thread(number).state is State.ANSWERED
    spam(team)
    assert team.thread(number).state is State.ANSWERED
    assert team.wanted("follow_up") == []


def test_card_says_who_muted_whom_and_figures_count_it_apart(team: Team, clock: TurnedClock) -> None:
    number = spam(team)
    muted = mute.mute(team.ctx, ANNA, number, WEEK, "spam")
    assert queries.card(team.ctx, number).mute == muted
    spam(team, "s2")
    desk = team.ctx.settings.desks[0]
    clock.turn(seconds=1)
    figures = standup.standup_of(team.ctx, desk, clock.at.astimezone(desk.timezone).date()).figures
    assert (figures.received, figures.muted) == (1, 1)


def test_erased_customer_is_no_longer_known_as_muted(team: Team) -> None:
    mute.mute(team.ctx, ANNA, spam(team), WEEK, "spam from @spammer")
    erase.erase(team.ctx, "spammer")
    assert team.rows("SELECT id FROM mute") == []


def test_mutes_are_deleted_when_they_have_been_over_as_long_as_threads_are_kept(team: Team, clock: TurnedClock) -> None:
    mute.mute(team.ctx, ANNA, spam(team), WEEK, "spam")
    clock.turn(days=7 + 399)
    retention.tick(team.ctx)
    assert len(team.rows("SELECT id FROM mute")) == 1
    clock.turn(days=2)
    retention.tick(team.ctx)
    assert team.rows("SELECT id FROM mute") == []


def test_of_two_who_mute_at_once_one_does(team: Team) -> None:
    number = spam(team)
    acts = [partial(mute.mute, team.ctx, who, number, WEEK, "spam") for who in (ANNA, LARS)]
    assert winners(race(acts)) == 1
    assert len(team.rows("SELECT id FROM mute")) == 1
