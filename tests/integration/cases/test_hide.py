"""A post is hidden on the network when a colleague says why, and can be shown again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.delivery.tasks import TaskDeliverer
from bot.delivery.worker import Delivery
from bot.domain.common.errors import RefusalCode, Refused
from bot.networks.base import Ambiguous, Deed, NetworkError, NotDone, Rejected
from bot.platform.i18n import translator
from bot.usecases.cases import queries
from bot.usecases.cases.hide import hide, unhide
from bot.usecases.desk.context import Context
from bot.usecases.privacy import erase
from bot.usecases.reports import standup
from bot.views.cases import card as card_view
from tests.support.bench import Bench
from tests.support.cast import ANNA, X
from tests.support.samples import fine, pressable
from tests.support.team import Odd, Team

EN = translator("en")
WHY = "names an employee"


@pytest.fixture
def account(ctx: Context) -> Odd:
    return Odd(ctx.accounts[X])


@pytest.fixture
def desk(ctx: Context, account: Odd) -> Team:
    return Team(replace(ctx, accounts={X: account}))


def deliver(team: Team, seconds: float = 0) -> None:
    team.ctx.clock.turn(seconds=seconds)  # type: ignore[attr-defined]
    Delivery(team.ctx, (TaskDeliverer(team.ctx),)).settle()


def refused(act: Callable[[], object]) -> RefusalCode:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


def test_newest_post_is_hidden_and_shown_again(desk: Team, account: Odd) -> None:
    number = desk.write()
    newest = desk.mention("Nog erger")
    desk.receive(newest)
    hide(desk.ctx, ANNA, number, WHY)
    assert refused(lambda: hide(desk.ctx, ANNA, number, "twice")) is RefusalCode.HIDDEN_ALREADY
    deliver(desk)
    desk.write("Hallo?")
    card = card_view.card(queries.card(desk.ctx, number), EN)
    assert ("🙈 Hidden on X by <@U0ANNA>" in fine(card), "unhide" in pressable(card)) == (True, True)
    unhide(desk.ctx, ANNA, number)
    assert refused(lambda: unhide(desk.ctx, ANNA, number)) is RefusalCode.NOT_HIDDEN
    deliver(desk)
    assert account.done == [(Deed.HIDE, newest.id), (Deed.UNHIDE, newest.id)]
    assert [kind for kind in desk.kinds(number) if "hid" in kind] == ["hidden", "unhidden"]
    assert "🙈" not in fine(card_view.card(queries.card(desk.ctx, number), EN))


def test_only_what_is_wanted_last_is_asked_for(desk: Team, account: Odd) -> None:
    number = desk.write()
    hide(desk.ctx, ANNA, number, WHY)
    unhide(desk.ctx, ANNA, number)
    deliver(desk)
    assert {deed for deed, _ in account.done} == {Deed.UNHIDE}


def test_account_that_left_the_config_is_said_and_the_post_stands(desk: Team) -> None:
    number = desk.write()
    hide(desk.ctx, ANNA, number, WHY)
    deliver(Team(replace(desk.ctx, accounts={})))
    assert desk.kinds(number)[-1] == "hide_refused"
    assert desk.messages(number)[0].hidden_by is None


@pytest.mark.parametrize("error", [NotDone("429", 30), Ambiguous("lost")], ids=["not reached", "lost"])
def test_it_is_asked_again_until_the_network_answers(desk: Team, account: Odd, error: NetworkError) -> None:
    number = desk.write()
    hide(desk.ctx, ANNA, number, WHY)
    account.error = error
    deliver(desk)
    deliver(desk, seconds=120)
    assert [deed for deed, _ in account.done] == [Deed.HIDE, Deed.HIDE]


def test_refusal_is_said_and_the_card_says_hidden_no_more(desk: Team, account: Odd) -> None:
    number = desk.write()
    hide(desk.ctx, ANNA, number, WHY)
    account.error = Rejected("forbidden", "403")
    deliver(desk)
    assert desk.kinds(number)[-1] == "hide_refused"
    assert [key.split(":")[2] for key in desk.wanted("note")] == ["hide_refused"]
    assert "🙈" not in fine(card_view.card(queries.card(desk.ctx, number), EN))


def test_what_is_not_shown_again_stays_hidden(desk: Team, account: Odd) -> None:
    number = desk.write()
    hide(desk.ctx, ANNA, number, WHY)
    deliver(desk)
    unhide(desk.ctx, ANNA, number)
    account.error = Rejected("forbidden", "403")
    deliver(desk)
    assert desk.kinds(number)[-1] == "unhide_refused"
    assert "🙈 Hidden on X by <@U0ANNA>" in fine(card_view.card(queries.card(desk.ctx, number), EN))


def test_what_cannot_be_hidden_says_so(desk: Team) -> None:
    number, private = desk.write(), desk.write("In vertrouwen", private=True)
    assert refused(lambda: hide(desk.ctx, ANNA, number, " ")) is RefusalCode.REASON_MISSING
    assert refused(lambda: hide(desk.ctx, ANNA, private, WHY)) is RefusalCode.CANNOT_HIDE
    away = replace(desk.ctx, accounts={})
    assert refused(lambda: hide(away, ANNA, number, WHY)) is RefusalCode.CANNOT_HIDE
    erase.erase(desk.ctx, "klant")
    assert refused(lambda: hide(desk.ctx, ANNA, number, WHY)) is RefusalCode.CANNOT_HIDE


def test_figures_count_it(desk: Team) -> None:
    hide(desk.ctx, ANNA, desk.write(), WHY)
    desk.ctx.clock.turn(days=1)  # type: ignore[attr-defined]
    (one,) = desk.ctx.settings.desks
    figures = standup.standup_of(desk.ctx, one, standup.yesterday(desk.ctx, one)).figures
    assert figures.hidden == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("began", [True, False], ids=["ours", "theirs"])
def test_x_hides_replies_to_what_we_began_alone(bench: Bench, began: bool) -> None:
    x = bench.sandbox.x
    first = x.post(x.own.handle if began else "ander", "De winkel is open")
    answer = x.post("klant", "@acme schande", in_reply_to=first.id)
    bench.fetch()
    number = bench.thread("klant")
    hide(bench.ctx, ANNA, number, WHY)
    Delivery(bench.ctx, (TaskDeliverer(bench.ctx),)).settle()
    assert x.hidden == ({answer.id} if began else set())
    assert bench.team.kinds(number)[-1] == ("hidden" if began else "hide_refused")
    if began:
        unhide(bench.ctx, ANNA, number)
        Delivery(bench.ctx, (TaskDeliverer(bench.ctx),)).settle()
        assert x.hidden == set()
