"""A contact by phone, mail or at the counter is noted, and answers the customer where the desk says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.cases.conversation import EventKind
from bot.domain.cases.thread import State
from bot.domain.customers.contact import Door, door
from bot.platform.i18n import translator
from bot.usecases.cases import close, customer
from bot.usecases.cases.customer_note import note
from bot.usecases.desk.context import Actor, Context
from bot.usecases.reports import standup
from bot.views.cases.customer_note import done, line
from tests.support.cast import ANNA
from tests.support.clock import TurnedClock
from tests.support.team import Team

CALLED = "called, solved by phone"


@pytest.fixture
def counting(ctx: Context) -> Team:
    desk = ctx.settings.desks[0].model_copy(update={"contacts": "answer"})
    return Team(replace(ctx, settings=replace(ctx.settings, desks=(desk,))))


@pytest.mark.parametrize(
    ("said", "by"),
    [
        (CALLED, Door.PHONE),
        ("Gebeld: komt goed", Door.PHONE),
        ("RINGDE, löst", Door.PHONE),
        ("e-mailed the form", Door.MAIL),
        ("Balie: pakket meegegeven", Door.COUNTER),
        ("wants to be called", None),
        ("calledback", None),
        ("…", None),
    ],
)
def test_first_word_tells_the_door(said: str, by: Door | None) -> None:
    assert door(said) is by


def test_contact_is_a_note_with_its_door_and_ends_no_wait(team: Team) -> None:
    number = team.write()
    assert note(team.ctx, ANNA, number, CALLED)
    (noted,) = customer.of_thread(team.ctx, ANNA, number).notes
    assert (noted.data["note"], noted.data["door"]) == (CALLED, "phone")
    assert line(noted, 100).startswith("📞 <@U0ANNA>")
    assert team.thread(number).state is State.WAITING


def test_contact_answers_where_the_desk_counts_it_so(counting: Team, clock: TurnedClock) -> None:
    number = counting.write()
    clock.turn(minutes=20)
    assert not note(counting.ctx, replace(ANNA, idempotency_key="k1"), number, CALLED)
    assert (counting.thread(number).state, counting.thread(number).close_reason) == (State.CLOSED, CALLED)
    assert counting.kinds(number)[-2:] == [EventKind.NOTED, EventKind.CONTACTED]
    clock.turn(days=1)
    desk = counting.ctx.settings.desks[0]
    figures = standup.standup_of(counting.ctx, desk, standup.yesterday(counting.ctx, desk)).figures
    assert (figures.answered, figures.met, figures.breached) == (1, 1, 0)
    assert figures.first_response.median == timedelta(minutes=20)


def test_reopening_lets_the_customer_wait_on(counting: Team, clock: TurnedClock) -> None:
    number = counting.write()
    before = counting.thread(number)
    clock.turn(minutes=20)
    note(counting.ctx, ANNA, number, CALLED)
    close.reopen(counting.ctx, ANNA, number)
    after = counting.thread(number)
    assert (after.waiting_since, after.due_at) == (before.waiting_since, before.due_at)
    assert [row["outcome"] for row in counting.rows("SELECT outcome FROM wait")] == [None]


def test_contact_beside_a_reply_on_its_way_or_in_a_thread_that_is_over_is_a_note(counting: Team) -> None:
    number, other = counting.write(), counting.write(conversation="c2")
    counting.answer(number)
    close.close(counting.ctx, ANNA, other, "spam")
    for each in (number, other):
        note(counting.ctx, Actor(ANNA.id, "command"), each, CALLED)
        assert counting.kinds(each)[-1] == EventKind.NOTED


def test_what_was_there_at_the_contact_is_settled(counting: Team, clock: TurnedClock) -> None:
    number = counting.write()
    note(counting.ctx, ANNA, number, CALLED)
    clock.turn(days=2)
    later = counting.mention("En nu?")
    counting.receive(later)
    assert counting.thread(number).first_response_at is not None
    clock.turn(minutes=15)
    counting.delete(later.id)
    assert counting.thread(number).waiting_since is None


def test_contact_keeps_a_promise(counting: Team, clock: TurnedClock) -> None:
    number, at = counting.write(), clock.at + timedelta(hours=4)
    counting.arrive(counting.answer(number, promised_for=at))
    note(counting.ctx, ANNA, number, CALLED)
    assert counting.kinds(number)[-3:] == [EventKind.NOTED, EventKind.CONTACTED, EventKind.PROMISE_KEPT]
    assert counting.thread(number).promised_for is None


def test_other_notes_answer_nobody(counting: Team) -> None:
    number = counting.write()
    note(counting.ctx, ANNA, number, "prefers to be called")
    assert counting.thread(number).state is State.WAITING


@pytest.mark.parametrize(("words", "said"), [(CALLED, True), ("gebeld", True), ("wants to be called", False)])
def test_who_noted_a_contact_hears_that_the_clock_runs_on(team: Team, words: str, said: bool) -> None:
    number = team.write()
    waits_on = note(team.ctx, ANNA, number, words)
    assert ("the clock runs on" in str(done(number, translator("en"), waits_on=waits_on))) is said
    close.close(team.ctx, replace(ANNA, idempotency_key="k2"), number, "spam")
    assert not note(team.ctx, replace(ANNA, idempotency_key="k3"), number, words)
