"""An answer that came back is one no more: its customer waits again, and its author is told why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.cases.conversation import ReplyState
from bot.domain.cases.thread import State, Thread
from bot.domain.clock.waits import WaitOutcome
from bot.networks.base import Fetched, Returned, Sent
from bot.platform.i18n import translator
from bot.usecases.cases import merge, queries, transition, why
from bot.usecases.cases.came_back import came_back
from bot.usecases.intake import ingest
from bot.usecases.privacy import erase
from bot.usecases.reminders import nag
from bot.usecases.replies import reply as reply_usecase
from bot.usecases.replies import reply_outcome, take_back
from bot.usecases.reports import standup
from bot.views.cases import card as card_view
from bot.views.cases import history
from bot.views.cases import why as why_view
from storage.clock import waits
from storage.engine import Connection, reading
from tests.support.cast import ANNA, LARS, X
from tests.support.samples import fine
from tests.support.team import Served, Team

EN = translator("en")
WHY = "550 mailbox full"


def turn(team: Team, **length: float) -> None:
    team.ctx.clock.turn(**length)  # type: ignore[attr-defined]


def answered(team: Team) -> tuple[int, int]:
    """Have a customer write and be answered half an hour later; return the thread and the answer."""
    number = team.write()
    turn(team, minutes=30)
    reply = team.answer(number)
    team.arrive(reply)
    turn(team, hours=2)
    return number, reply.id


def outcomes(team: Team, number: int) -> list[WaitOutcome | None]:
    with reading(team.ctx.engine) as connection:
        return [wait.outcome for wait in waits.of_thread(connection, number)]


def test_customer_waits_again_and_the_author_is_told_why(team: Team) -> None:
    number, reply = answered(team)
    since = team.thread(number).received_at
    returned = Returned(f"r{reply}", WHY)
    for _ in range(2):  # a network tells it twice
        ingest.receive(team.ctx, *team.ctx.settings.accounts()[0], Fetched((), None, returned=(returned,)))
    after = team.thread(number)
    assert (after.state, after.waiting_since, after.due_at) == (State.WAITING, since, since + timedelta(hours=1))
    assert (team.reply(reply).state, outcomes(team, number)) == (ReplyState.CAME_BACK, [None])
    assert team.kinds(number).count("came_back") == 1
    (told,) = team.wanted("said")
    said = queries.said(team.ctx, int(told.removeprefix("said:")))
    assert (said.people["to"], said.words) == (ANNA.id, WHY)
    assert reply_usecase.draft(team.ctx, ANNA, number).text == "Wij zoeken het uit"
    turn(team, seconds=59)
    assert nag.tick(team.ctx) == 0
    turn(team, seconds=1)
    assert nag.tick(team.ctx) == 1


def test_card_history_and_why_say_so(team: Team) -> None:
    number, reply = answered(team)
    came_back(team.ctx, X, Returned(f"r{reply}", WHY))
    shown = fine(card_view.card(queries.card(team.ctx, number), EN))
    assert "📭 *The answer by <@U0ANNA> came back*" in shown
    assert WHY in shown
    assert f"came back, so it does not count: {WHY}" in fine(why_view.modal(why.why(team.ctx, ANNA, number), EN))
    assert f"came back from X: {WHY}" in fine(history.modal(queries.history(team.ctx, ANNA, number), EN))


@pytest.mark.parametrize("state", ["sending", "verifying", "unknown"])
def test_answer_in_doubt_comes_back_by_the_key_that_it_was_sent_under(team: Team, state: str) -> None:
    number = team.write()
    reply = team.answer(number)
    reply_outcome.begin(team.ctx, reply.id)
    if state != "sending":
        reply_outcome.checking(team.ctx, reply.id)
    if state == "unknown":
        reply_outcome.unknown(team.ctx, reply.id)
    assert came_back(team.ctx, X, Returned(team.reply(reply.id).key, WHY))
    thread = team.thread(number)
    assert (team.reply(reply.id).state, thread.pending_reply_id) == (ReplyState.CAME_BACK, None)
    assert (thread.state, outcomes(team, number)) == (State.WAITING, [None])
    team.answer(number, "Uw pakket ligt bij het postkantoor klaar")  # and can be answered anew


@pytest.mark.parametrize("name", ["", "r99", "reply-1-1", "reply-999999999-1", "reply-1-1795174200"])
def test_what_is_no_answer_of_ours_changes_nothing(team: Team, name: str) -> None:
    number, _ = answered(team)
    assert not came_back(team.ctx, X, Returned(name, WHY))
    assert team.thread(number).state is State.ANSWERED


def test_other_account_cannot_say_so(team: Team) -> None:
    number, reply = answered(team)
    for name in (f"r{reply}", team.reply(reply).key):
        assert not came_back(team.ctx, "inbound:forum", Returned(name, WHY))
    assert team.thread(number).state is State.ANSWERED


@pytest.mark.parametrize("gone", ["came back", "taken back"])
def test_answer_in_a_merged_thread_is_missed_where_that_goes_on(team: Team, gone: str) -> None:
    first, reply = answered(team)
    second = team.write("En nog een vraag", conversation="c2")
    if gone == "taken back":
        take_back.take_back(team.ctx, ANNA, first, "wrong customer")
    merge.merge(team.ctx, ANNA, first, second)
    if gone == "came back":
        came_back(team.ctx, X, Returned(f"r{reply}", WHY))
    else:  # the network did so meanwhile
        take_back.gone(team.ctx, reply)
    since = team.thread(first).received_at
    assert (team.thread(second).waiting_since, team.thread(second).due_at) == (since, since + timedelta(hours=1))
    assert (outcomes(team, first), outcomes(team, second)) == ([], [None, None])
    merge.split(team.ctx, ANNA, first)
    assert (outcomes(team, first), outcomes(team, second)) == ([None], [None])
    assert [team.thread(number).state for number in (first, second)] == [State.WAITING] * 2


@pytest.mark.parametrize("database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_answer_that_arrives_at_that_very_moment_counts_as_one_that_did(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = team.write()
    reply = team.answer(number)
    reply_outcome.begin(team.ctx, reply.id)
    lock = transition.locked

    def late(connection: Connection, thread_id: int) -> Thread:
        monkeypatch.setattr(transition, "locked", lock)
        reply_outcome.arrived(team.ctx, reply.id, Sent("r1", "https://x.com/acme/status/1"))
        return lock(connection, thread_id)

    monkeypatch.setattr(transition, "locked", late)
    assert came_back(team.ctx, X, Returned(reply.key, WHY))
    assert (team.thread(number).state, outcomes(team, number)) == (State.WAITING, [None])


def test_later_answer_stands(team: Team) -> None:
    number, reply = answered(team)
    team.arrive(team.answer(number, "Het pakket ligt bij de buren", by=LARS if not team.thread(number).owner else ANNA))
    came_back(team.ctx, X, Returned(f"r{reply}", WHY))
    assert (team.thread(number).state, outcomes(team, number)) == (State.ANSWERED, [WaitOutcome.ANSWERED])


def test_erased_customer_waits_for_nothing_and_the_reason_is_gone(team: Team) -> None:
    number, reply = answered(team)
    came_back(team.ctx, X, Returned(f"r{reply}", "unknown: jan@example.com"))
    erase.erase(team.ctx, "klant")
    assert team.reply(reply).back_why is None
    assert "jan@example.com" not in str(team.events(number))


def test_figures_count_it_and_no_answer(team: Team) -> None:
    _, reply = answered(team)
    ctx = replace(team.ctx, accounts={X: Served(team.ctx.accounts[X])})
    came_back(ctx, X, Returned(f"r{reply}", WHY))
    turn(team, days=1)
    (one,) = ctx.settings.desks
    figures = standup.standup_of(ctx, one, standup.yesterday(ctx, one)).figures
    assert (figures.came_back, figures.answered) == (1, 0)
