"""Like: once, through the outbox, where the account's network and plan allow it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest

from bot.delivery.tasks import TaskDeliverer
from bot.delivery.worker import Delivery
from bot.domain.common.errors import RefusalCode, Refused
from bot.networks.base import Ambiguous, Deed, NetworkError, NotDone, Rejected
from bot.platform.i18n import translator
from bot.usecases.cases import queries
from bot.usecases.cases.like import like, send
from bot.usecases.desk.context import Context
from bot.usecases.privacy import erase
from bot.views.cases import card as card_view
from tests.support.bench import Bench
from tests.support.cast import ANNA, LARS, X
from tests.support.samples import fine, pressable
from tests.support.team import Served, Team

EN = translator("en")


def liking(ctx: Context, *, likes: bool = True) -> Context:
    desk = ctx.settings.desks[0]
    accounts = tuple(account.model_copy(update={"likes": likes}) for account in desk.networks)
    desk = desk.model_copy(update={"networks": accounts})
    return replace(ctx, settings=replace(ctx.settings, desks=(desk,)))


class Odd(Served):
    """An account whose next like goes wrong."""

    error: NetworkError | None = None

    def do(self, deed: Deed, post_id: str) -> None:
        super().do(deed, post_id)
        if self.error is not None:
            raise self.error


@pytest.fixture
def account(ctx: Context) -> Odd:
    return Odd(ctx.accounts[X])


@pytest.fixture
def desk(ctx: Context, account: Odd) -> Team:
    return Team(replace(liking(ctx), accounts={X: account}))


def newest(team: Team, number: int) -> int:
    return team.messages(number)[-1].id


def deliver(team: Team) -> None:
    Delivery(team.ctx, (TaskDeliverer(team.ctx),)).settle()


def test_second_tap_and_second_colleague_change_nothing(desk: Team, account: Odd) -> None:
    number = desk.write("Wat een topservice")
    post = newest(desk, number)
    for agent in (ANNA, ANNA, LARS):
        like(desk.ctx, agent, post)
    deliver(desk)
    deliver(desk)
    assert account.done == [(Deed.LIKE, desk.messages(number)[-1].external_id)]
    assert desk.kinds(number).count("liked") == 1
    assert queries.card(desk.ctx, number).newest.liked_by == ANNA.id  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "error", [lambda: Ambiguous("lost"), lambda: RuntimeError("the process died")], ids=["lost", "died"]
)
def test_like_of_unknown_outcome_is_not_sent_again(desk: Team, account: Odd, error: Callable[[], NetworkError]) -> None:
    post = newest(desk, desk.write())
    like(desk.ctx, ANNA, post)
    account.error = error()
    with suppress(RuntimeError):
        send(desk.ctx, {"post": post})
    account.error = None
    send(desk.ctx, {"post": post})
    assert len(account.done) == 1


def test_like_that_was_certainly_not_done_is_tried_again(desk: Team, account: Odd) -> None:
    post = newest(desk, desk.write())
    like(desk.ctx, ANNA, post)
    account.error = NotDone("busy", 60, "rate_limited")
    deliver(desk)
    assert len(account.done) == 1
    account.error = None
    desk.ctx.clock.turn(minutes=2)  # type: ignore[attr-defined]
    deliver(desk)
    deliver(desk)
    assert len(account.done) == 2


def test_refused_like_is_said_and_may_be_asked_for_again(desk: Team, account: Odd) -> None:
    number = desk.write()
    like(desk.ctx, ANNA, newest(desk, number))
    account.error = Rejected("not_enrolled", "403")
    deliver(desk)
    assert desk.kinds(number)[-1] == "like_refused"
    card = queries.card(desk.ctx, number)
    assert (card.can_like, card.newest.liked_by) == (True, None)  # type: ignore[union-attr]


@pytest.mark.parametrize("why", ["switched off", "our own", "erased"])
def test_like_is_refused_where_it_makes_no_sense(desk: Team, why: str) -> None:
    number = desk.write()
    post, ctx = newest(desk, number), desk.ctx
    if why == "switched off":
        ctx = liking(ctx, likes=False)
    if why == "our own":
        desk.arrive(desk.answer(number, "Wij zoeken het uit"))
        post = newest(desk, number)
    if why == "erased":
        erase.erase(ctx, "klant")
    with pytest.raises(Refused) as refused:
        like(ctx, ANNA, post)
    assert refused.value.code is RefusalCode.CANNOT_LIKE


def test_card_offers_it_where_the_account_can(desk: Team) -> None:
    number = desk.write()
    assert "like" in pressable(card_view.card(queries.card(desk.ctx, number), EN))
    like(desk.ctx, ANNA, newest(desk, number))
    card = card_view.card(queries.card(desk.ctx, number), EN)
    assert "like" not in pressable(card)
    assert "❤️ liked" in fine(card)
    off = queries.card(liking(desk.ctx, likes=False), number)
    assert "like" not in pressable(card_view.card(off, EN))


def test_thanks_that_need_no_answer_can_be_liked(desk: Team) -> None:
    number = desk.write()
    desk.arrive(desk.answer(number, "Wij zoeken het uit"))
    desk.ctx.clock.turn(minutes=1)  # type: ignore[attr-defined]
    desk.write("Dank je wel!")
    assert "like" in pressable(card_view.card(queries.card(desk.ctx, number), EN))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("enterprise", [True, False])
def test_x_takes_a_like_from_enterprise_alone(bench: Bench, enterprise: bool) -> None:
    ctx = liking(bench.ctx)
    bench.sandbox.x.enterprise = enterprise
    post = bench.sandbox.x.post("klant", "@acme wat een topservice")
    bench.fetch()
    number = bench.thread("klant")
    like(ctx, ANNA, newest(bench.team, number))
    Delivery(ctx, (TaskDeliverer(ctx),)).settle()
    assert bench.sandbox.x.likes == ({post.id: {bench.sandbox.x.own.id}} if enterprise else {})
    assert bench.team.kinds(number)[-1] == ("liked" if enterprise else "like_refused")
