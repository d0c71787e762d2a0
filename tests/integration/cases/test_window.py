"""A network takes an answer for a while only: somebody is reminded before, and at that instant the card says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.delivery.replies import ReplyDeliverer
from bot.delivery.tasks import TaskDeliverer
from bot.delivery.worker import Delivery
from bot.domain.cases.conversation import EventKind, ReplyState
from bot.domain.cases.thread import State
from bot.domain.common.errors import RefusalCode, Refused
from bot.platform.i18n import translator
from bot.usecases.cases import close, queries
from bot.usecases.desk import not_before
from bot.usecases.desk.context import Context
from bot.views.cases import card as card_view
from bot.views.cases.note import note
from tests.support.cast import ANNA, X
from tests.support.samples import fine, pressable
from tests.support.team import Served, Team

EN = translator("en")
DAY = timedelta(hours=24)


@pytest.fixture
def account(ctx: Context) -> Served:
    return Served(ctx.accounts[X])


@pytest.fixture
def desk(ctx: Context, account: Served) -> Team:
    return Team(replace(ctx, accounts={X: account}))


def turn(team: Team, **length: float) -> None:
    """Let time pass, with what comes back on the way."""
    left = timedelta(**length)
    while True:
        step = min(left, timedelta(minutes=30))
        team.ctx.clock.turn(seconds=step.total_seconds())  # type: ignore[attr-defined]
        assert not_before.tick(team.ctx) == 0
        Delivery(team.ctx, (TaskDeliverer(team.ctx),)).settle()
        left -= step
        if not left:
            return


def now(team: Team) -> datetime:
    return team.ctx.clock.now()


def refused(act: Callable[[], object]) -> dict[str, Any]:
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code is RefusalCode.NETWORK_REFUSES
    return caught.value.details


def test_card_says_at_that_instant_that_it_is_over(desk: Team) -> None:
    number = desk.write(answer_until=now(desk) + DAY)
    turn(desk, hours=24, microseconds=-1)
    assert "reply" in pressable(card_view.card(queries.card(desk.ctx, number), EN))
    desk.ctx.clock.turn(microseconds=1)  # type: ignore[attr-defined]
    # The row is not taken yet, and still nobody may answer.
    assert refused(lambda: desk.answer(number))["reason"] == "window"
    turn(desk)
    card = card_view.card(queries.card(desk.ctx, number), EN)
    assert ("reply" in pressable(card), "open_post" in pressable(card)) == (False, True)
    assert "the time in which X takes an answer is over" in fine(card)
    assert (desk.kinds(number)[-1], desk.thread(number).state) == ("window_closed", State.WAITING)


@pytest.mark.parametrize(("minutes", "reminded"), [(40, True), (70, False)], ids=["before the target", "after it"])
def test_owner_is_reminded_before_if_the_target_is_later(desk: Team, minutes: int, reminded: bool) -> None:
    number = desk.write(answer_until=now(desk) + timedelta(minutes=minutes))
    turn(desk, minutes=minutes * 3 / 4, microseconds=-1)
    assert desk.wanted("note") == []
    turn(desk, microseconds=1)
    assert [key.split(":")[2] for key in desk.wanted("note")] == (["window_closes"] if reminded else [])
    assert ("window_closes" in desk.kinds(number)) is reminded


def test_answered_customer_reminds_nobody(desk: Team) -> None:
    number = desk.write(answer_until=now(desk) + timedelta(minutes=40))
    desk.arrive(desk.answer(number))
    turn(desk, minutes=35)
    assert desk.wanted("note") == []


def test_what_the_customer_adds_opens_it_again(desk: Team) -> None:
    number = desk.write(answer_until=now(desk) + DAY)
    turn(desk, hours=25)
    assert desk.thread(number).reply_blocked_reason == "window"
    desk.write("Hallo?", answer_until=now(desk) + DAY)
    assert desk.thread(number).reply_blocked_reason is None
    turn(desk, hours=23)
    assert desk.thread(number).reply_blocked_reason is None
    turn(desk, hours=2)
    assert desk.thread(number).reply_blocked_reason == "window"


@pytest.mark.parametrize("closes", ["answered", "closed", "older", "last"])
def test_line_is_written_where_somebody_can_no_longer_be_answered(desk: Team, closes: str) -> None:
    number = desk.write(answer_until=now(desk) + timedelta(hours=2))
    match closes:
        case "answered":
            desk.arrive(desk.answer(number))
        case "closed":
            close.close(desk.ctx, ANNA, number, "Solved by phone")
        case "older":
            desk.write("Hallo?", answer_until=now(desk) + DAY)
    turn(desk, hours=3)
    assert ("window_closed" in desk.kinds(number)) is (closes == "last")
    assert desk.messages(number)[0].reply_blocked_reason == "window"
    assert desk.thread(number).reply_blocked_reason == (None if closes == "older" else "window")


def test_window_that_was_over_when_it_came_offers_no_reply(desk: Team) -> None:
    number = desk.write(answer_until=now(desk) - timedelta(minutes=1))
    assert desk.thread(number).reply_blocked_reason == "window"
    assert desk.kinds(number) == ["received"]


def test_reply_that_is_late_is_not_sent_and_its_words_are_kept(desk: Team, account: Served) -> None:
    number = desk.write(answer_until=now(desk) + timedelta(seconds=5))
    reply = desk.answer(number)
    desk.ctx.clock.turn(minutes=1)  # type: ignore[attr-defined]
    Delivery(desk.ctx, (ReplyDeliverer(desk.ctx),)).settle()
    assert account.sends == []
    assert (desk.reply(reply.id).state, desk.reply(reply.id).error) == (ReplyState.REJECTED, "window")
    shown = fine(card_view.card(queries.card(desk.ctx, number), EN))
    assert "was not sent:* the time in which X takes an answer is over. The text is kept" in shown
    assert reply.text in shown


def test_note_names_who_has_it_or_says_that_nobody_does() -> None:
    people = {"to": ANNA.id, "network": "X", "until": datetime.fromisoformat("2026-11-21T09:00:00Z").isoformat()}
    assert note(EventKind.WINDOW_CLOSES, people, EN).text.startswith("⏳ <@U0ANNA>, X takes an answer until ")
    unowned = note(EventKind.WINDOW_CLOSES, people | {"to": ""}, EN).text
    assert unowned.endswith("and nobody has claimed this yet.")
