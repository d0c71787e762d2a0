"""An answer is taken back on the network, and its customer waits again since they did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.replies import ReplyDeliverer
from bot.delivery.tasks import TaskDeliverer
from bot.delivery.worker import Delivery
from bot.domain.cases.conversation import ReplyState
from bot.domain.cases.thread import State
from bot.domain.clock.promises import PromiseOutcome
from bot.domain.clock.waits import WaitOutcome
from bot.domain.common.errors import RefusalCode, Refused
from bot.networks.base import Ambiguous, Deed, LookedUp, NetworkError, NotDone, Rejected, Returned
from bot.platform.i18n import translator
from bot.usecases.cases import close, merge, queries, why
from bot.usecases.cases.came_back import came_back
from bot.usecases.cases.snooze import snooze
from bot.usecases.desk.context import Context
from bot.usecases.privacy import erase
from bot.usecases.reminders import nag
from bot.usecases.replies import outside_answers
from bot.usecases.replies import reply as reply_usecase
from bot.usecases.replies.take_back import take_back
from bot.usecases.reports import standup
from bot.views.cases import card as card_view
from bot.views.cases import history
from bot.views.cases import why as why_view
from bot.views.replies import reply as reply_view
from storage.clock import promises, waits
from storage.engine import reading
from tests.support.acting import send, whole_bot
from tests.support.bench import Bench
from tests.support.cast import ANNA, HERE, LARS, LEAD, X
from tests.support.process import eventually
from tests.support.samples import fine, pressable
from tests.support.team import Odd, Team

EN = translator("en")
WHY = "wrong customer"


@pytest.fixture
def account(ctx: Context) -> Odd:
    return Odd(ctx.accounts[X])


@pytest.fixture
def desk(ctx: Context, account: Odd) -> Team:
    return Team(replace(ctx, accounts={X: account}))


def turn(team: Team, **length: float) -> None:
    team.ctx.clock.turn(**length)  # type: ignore[attr-defined]


def deliver(team: Team, seconds: float = 0) -> None:
    turn(team, seconds=seconds)
    Delivery(team.ctx, (TaskDeliverer(team.ctx),)).settle()


def refused(act: Callable[[], object]) -> RefusalCode:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


def all_waits(team: Team, number: int) -> list[tuple[str, WaitOutcome | None]]:
    with reading(team.ctx.engine) as connection:
        return [(wait.response_kind.value, wait.outcome) for wait in waits.of_thread(connection, number)]


def answered(team: Team, minutes: float = 30) -> tuple[int, int]:
    """Have a customer write and be answered later; return the thread and the answer."""
    number = team.write()
    turn(team, minutes=minutes)
    reply = team.answer(number)
    team.arrive(reply)
    turn(team, minutes=5)
    return number, reply.id


class TestTheCustomer:
    def test_waits_again_since_they_wrote_with_the_old_deadline(self, desk: Team, account: Odd) -> None:
        number = desk.write()
        before = desk.thread(number)
        turn(desk, minutes=30)
        reply = desk.answer(number)
        desk.arrive(reply)
        take_back(desk.ctx, ANNA, number, WHY)
        assert desk.thread(number).state is State.ANSWERED  # they have it until the network deleted it
        deliver(desk)
        after = desk.thread(number)
        assert account.done == [(Deed.TAKE_BACK, f"r{reply.id}")]
        assert (after.state, after.waiting_since, after.due_at) == (State.WAITING, before.waiting_since, before.due_at)
        assert after.first_response_at is None
        assert desk.reply(reply.id).state is ReplyState.TAKEN_BACK
        assert all_waits(desk, number) == [("first", None)]
        assert desk.kinds(number)[-2:] == ["taking_back", "taken_back"]

    def test_is_late_again_but_nobody_is_reminded_within_a_minute(self, desk: Team) -> None:
        number, _ = answered(desk, minutes=50)
        turn(desk, hours=2)
        take_back(desk.ctx, ANNA, number, WHY)
        deliver(desk)
        turn(desk, seconds=59)
        assert nag.tick(desk.ctx) == 0
        turn(desk, seconds=1)
        assert nag.tick(desk.ctx) == 1

    def test_follow_up_is_part_of_the_wait_that_goes_on(self, desk: Team) -> None:
        number, _ = answered(desk)
        since = desk.thread(number).received_at
        desk.write("En waar is het nu?")
        assert all_waits(desk, number) == [("first", WaitOutcome.ANSWERED), ("next", None)]
        take_back(desk.ctx, ANNA, number, WHY)
        deliver(desk)
        assert all_waits(desk, number) == [("first", None)]
        assert desk.thread(number).waiting_since == since
        desk.arrive(desk.answer(number, "Het komt morgen bij u aan"))
        assert all_waits(desk, number) == [("first", WaitOutcome.ANSWERED)]
        assert all(post.answered_by for post in desk.messages(number) if post.inbound)

    def test_who_writes_while_it_is_taken_back_waits_once(self, desk: Team) -> None:
        number, _ = answered(desk)
        take_back(desk.ctx, ANNA, number, WHY)
        desk.write("En waar is het nu?")
        deliver(desk)
        assert all_waits(desk, number) == [("first", None)]

    def test_waits_where_the_thread_was_merged_into_meanwhile(self, desk: Team) -> None:
        number, reply = answered(desk)
        since = desk.thread(number).received_at
        other = desk.write("En nog een vraag", conversation="c2")
        take_back(desk.ctx, ANNA, number, WHY)
        merge.merge(desk.ctx, ANNA, number, other)
        deliver(desk)
        assert desk.reply(reply).state is ReplyState.TAKEN_BACK
        merged, goes_on = desk.thread(number), desk.thread(other)
        assert (merged.state, merged.waiting_since) == (State.CLOSED, None)
        assert (goes_on.state, goes_on.waiting_since) == (State.WAITING, since)

    def test_does_not_wait_where_a_later_answer_stands(self, desk: Team) -> None:
        number, first = answered(desk)
        better = desk.answer(number, "Sorry: het pakket ligt bij de buren")
        desk.arrive(better)
        take_back(desk.ctx, ANNA, number, WHY, first)
        deliver(desk)
        thread = desk.thread(number)
        sent_at = desk.reply(better.id).sent_at
        assert (thread.state, thread.first_response_at) == (State.ANSWERED, sent_at)
        with reading(desk.ctx.engine) as connection:
            (wait,) = waits.of_thread(connection, number)
        assert (wait.outcome, wait.ended_at) == (WaitOutcome.ANSWERED, sent_at)
        take_back(desk.ctx, ANNA, number, WHY)
        deliver(desk)
        assert all_waits(desk, number) == [("first", None)]

    @pytest.mark.parametrize("ending", ["answered", "closed"])
    @pytest.mark.parametrize("gone", ["taken back", "came back"])
    def test_newer_wait_stays_where_nothing_is_open_again(self, desk: Team, ending: str, gone: str) -> None:
        number, first = answered(desk)
        desk.write("En waar is het nu?")
        if ending == "answered":
            turn(desk, minutes=5)
            desk.arrive(desk.answer(number, "Het pakket ligt bij de buren"))
        else:
            close.close(desk.ctx, ANNA, number, "Solved by phone")
        turn(desk, minutes=5)
        desk.write("Daar is het niet")
        before = desk.thread(number)
        if gone == "taken back":
            take_back(desk.ctx, ANNA, number, WHY, first)
            deliver(desk)
        else:
            came_back(desk.ctx, X, Returned(f"r{first}", WHY))
        after = desk.thread(number)
        kind = "next" if ending == "answered" else "first"  # who had no answer at all waits for the first
        assert after.waiting_since == before.waiting_since
        assert (after.due_at == before.due_at) is (kind == "next")
        outcome = WaitOutcome(ending)
        assert all_waits(desk, number) == [("first", outcome), ("next", outcome), (kind, None)]

    def test_stays_closed_where_the_thread_was_closed_since(self, desk: Team) -> None:
        number, _ = answered(desk)
        desk.write("Laat maar")
        close.close(desk.ctx, ANNA, number, "Solved by phone")
        take_back(desk.ctx, ANNA, number, WHY)
        deliver(desk)
        assert desk.thread(number).state is State.CLOSED
        assert all_waits(desk, number) == [("first", WaitOutcome.CLOSED), ("next", WaitOutcome.CLOSED)]

    def test_who_was_snoozed_is_awake(self, desk: Team) -> None:
        number, _ = answered(desk)
        snooze(desk.ctx, ANNA, number, desk.ctx.clock.now() + timedelta(hours=3), "depot")
        take_back(desk.ctx, ANNA, number, WHY)
        deliver(desk)
        assert (desk.thread(number).snoozed_until, desk.thread(number).state) == (None, State.WAITING)

    def test_promise_goes_with_the_answer_that_made_it(self, desk: Team) -> None:
        number = desk.write()
        first = desk.answer(number, promised_for=desk.ctx.clock.now() + timedelta(hours=4))
        desk.arrive(first)
        turn(desk, minutes=5)
        desk.arrive(desk.answer(number, "Het pakket ligt bij de buren"))
        with reading(desk.ctx.engine) as connection:
            assert [made.outcome for made in promises.of_thread(connection, number)] == [PromiseOutcome.KEPT]
        take_back(desk.ctx, ANNA, number, WHY)
        deliver(desk)
        with reading(desk.ctx.engine) as connection:
            assert [made.outcome for made in promises.of_thread(connection, number)] == [None]
        assert desk.thread(number).promised_for is not None
        take_back(desk.ctx, ANNA, number, WHY)
        deliver(desk)
        with reading(desk.ctx.engine) as connection:
            assert [made.outcome for made in promises.of_thread(connection, number)] == [PromiseOutcome.CANCELLED]
        assert desk.thread(number).promised_for is None


class TestTheCard:
    def test_offers_it_beside_the_answer_and_says_who_did_and_why(self, desk: Team) -> None:
        number, reply = answered(desk)
        settled = card_view.card(queries.card(desk.ctx, number), EN)
        assert f"take_back:{number}" in str(settled.blocks)  # in its menu
        told = reply_view.outcome(queries.card(desk.ctx, number), desk.reply(reply), EN)
        assert "take_back" in pressable(told)
        assert "take_back" in pressable(history.modal(queries.history(desk.ctx, ANNA, number), EN))
        desk.write("En waar is het nu?")
        assert "take_back" in pressable(card_view.card(queries.card(desk.ctx, number), EN))
        take_back(desk.ctx, ANNA, number, WHY)
        asked = card_view.card(queries.card(desk.ctx, number), EN)
        assert "take_back" not in pressable(asked)
        assert "↩️ <@U0ANNA> has this answer taken back: wrong customer" in fine(asked)
        deliver(desk)
        gone = fine(card_view.card(queries.card(desk.ctx, number), EN))
        assert "<@U0ANNA> took their own answer back" in gone
        assert "wrong customer" in gone
        assert "Last answer" not in gone

    def test_why_and_history_say_so(self, desk: Team) -> None:
        number, _ = answered(desk)
        take_back(desk.ctx, LEAD, number, WHY)
        deliver(desk)
        assert "<@U0LEAD> took the answer by <@U0ANNA> back, so it does not count: wrong customer" in fine(
            why_view.modal(why.why(desk.ctx, ANNA, number), EN)
        )
        shown = fine(history.modal(queries.history(desk.ctx, ANNA, number), EN))
        assert "<@U0LEAD> had the answer by <@U0ANNA> taken back: wrong customer" in shown
        assert "↩️ no longer there" in shown

    def test_is_not_offered_after_the_time_for_it(self, desk: Team) -> None:
        number, _ = answered(desk)
        turn(desk, hours=24)
        assert "take_back" not in str(card_view.card(queries.card(desk.ctx, number), EN).blocks)


class TestWho:
    def test_author_and_leads_may_and_one_wins(self, desk: Team) -> None:
        number, _ = answered(desk)
        assert refused(lambda: take_back(desk.ctx, LARS, number, WHY)) is RefusalCode.NOT_YOUR_ANSWER
        take_back(desk.ctx, LEAD, number, WHY)
        assert refused(lambda: take_back(desk.ctx, ANNA, number, WHY)) is RefusalCode.TAKEN_BACK
        deliver(desk)
        assert desk.kinds(number).count("taking_back") == 1
        assert [key.split(":")[0] for key in desk.wanted("said")] == ["said"]  # its author is told

    def test_reason_is_asked_for(self, desk: Team) -> None:
        number, _ = answered(desk)
        assert refused(lambda: take_back(desk.ctx, ANNA, number, " ")) is RefusalCode.REASON_MISSING

    def test_window_closes(self, desk: Team) -> None:
        number, _ = answered(desk)
        turn(desk, hours=24)
        assert refused(lambda: take_back(desk.ctx, ANNA, number, WHY)) is RefusalCode.TAKE_BACK_LATE

    def test_what_cannot_be_deleted_says_so(self, desk: Team) -> None:
        waits_still = desk.write()
        assert refused(lambda: take_back(desk.ctx, ANNA, waits_still, WHY)) is RefusalCode.CANNOT_TAKE_BACK
        number, _ = answered(desk)
        away = replace(desk.ctx, accounts={})
        assert refused(lambda: take_back(away, ANNA, number, WHY)) is RefusalCode.CANNOT_TAKE_BACK
        erase.erase(desk.ctx, "klant")
        assert refused(lambda: take_back(desk.ctx, ANNA, number, WHY)) is RefusalCode.ERASED


class TestTheNetwork:
    def test_lost_answer_is_settled_by_looking(self, desk: Team, account: Odd) -> None:
        number, reply = answered(desk)
        take_back(desk.ctx, ANNA, number, WHY)
        account.error = Ambiguous("lost")
        account.looked_up = LookedUp(frozenset({f"r{reply}"}), ())
        deliver(desk)
        assert (len(account.done), desk.reply(reply).state) == (1, ReplyState.TAKEN_BACK)

    @pytest.mark.parametrize("error", [NotDone("429", 30), Ambiguous("lost")], ids=["not reached", "lost"])
    def test_it_is_asked_again_while_the_answer_stands(self, desk: Team, account: Odd, error: NetworkError) -> None:
        number, reply = answered(desk)
        take_back(desk.ctx, ANNA, number, WHY)
        account.error = error
        deliver(desk)
        assert desk.reply(reply).state is ReplyState.SENT
        deliver(desk, seconds=120)
        assert (len(account.done), desk.reply(reply).state) == (2, ReplyState.TAKEN_BACK)

    def test_what_is_gone_already_is_taken_back(self, desk: Team, account: Odd) -> None:
        number, reply = answered(desk)
        take_back(desk.ctx, ANNA, number, WHY)
        account.error = Rejected("gone", "404")
        deliver(desk)
        assert desk.reply(reply).state is ReplyState.TAKEN_BACK

    def test_account_that_is_gone_refuses_it_too(self, desk: Team) -> None:
        number, reply = answered(desk)
        take_back(desk.ctx, ANNA, number, WHY)
        desk.ctx.accounts.clear()  # type: ignore[attr-defined]
        deliver(desk)
        assert (desk.reply(reply).state, desk.reply(reply).back_by) == (ReplyState.SENT, None)
        assert [key.split(":")[2] for key in desk.wanted("note")] == ["take_back_refused"]

    def test_refusal_is_said_and_the_answer_stands(self, desk: Team, account: Odd) -> None:
        number, reply = answered(desk)
        take_back(desk.ctx, ANNA, number, WHY)
        account.error = Rejected("forbidden", "403")
        deliver(desk)
        assert (desk.reply(reply).state, desk.reply(reply).back_by) == (ReplyState.SENT, None)
        assert desk.thread(number).state is State.ANSWERED
        assert desk.kinds(number)[-1] == "take_back_refused"
        assert [key.split(":")[2] for key in desk.wanted("note")] == ["take_back_refused"]
        take_back(desk.ctx, ANNA, number, WHY)  # and may be asked for again
        deliver(desk)
        assert desk.reply(reply).state is ReplyState.TAKEN_BACK

    def test_account_that_left_the_config_is_said_and_the_answer_stands(self, desk: Team) -> None:
        number, reply = answered(desk)
        take_back(desk.ctx, ANNA, number, WHY)
        deliver(Team(replace(desk.ctx, accounts={})))
        assert (desk.reply(reply).state, desk.reply(reply).back_by) == (ReplyState.SENT, None)
        assert [key.split(":")[2] for key in desk.wanted("note")] == ["take_back_refused"]


def test_its_text_is_kept_for_its_author_alone(desk: Team) -> None:
    number, _ = answered(desk)
    take_back(desk.ctx, ANNA, number, WHY)
    deliver(desk)
    assert reply_usecase.draft(desk.ctx, ANNA, number).text == "Wij zoeken het uit"


def test_figures_count_it_and_no_answer(desk: Team) -> None:
    number, _ = answered(desk)
    take_back(desk.ctx, ANNA, number, WHY)
    deliver(desk)
    turn(desk, days=1)
    (one,) = desk.ctx.settings.desks
    figures = standup.standup_of(desk.ctx, one, standup.yesterday(desk.ctx, one)).figures
    assert (figures.taken_back, figures.answered) == (1, 0)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_x_shows_it_no_more_and_the_desk_does_not_hear_of_it_anew(bench: Bench) -> None:
    x = bench.sandbox.x
    x.post("klant", "@acme mijn pakket is weg")
    bench.fetch()
    number = bench.thread("klant")
    bench.team.answer(number, "Wij zoeken het meteen voor u uit")
    bench.clock.turn(seconds=30)
    replies_, tasks = ReplyDeliverer(bench.ctx), TaskDeliverer(bench.ctx)
    Delivery(bench.ctx, (replies_,)).settle()
    assert len([post for post in x.posts if post.author.handle == "acme" and not post.deleted]) == 1
    take_back(bench.ctx, ANNA, number, WHY)
    Delivery(bench.ctx, (tasks,)).settle()
    assert [post for post in x.posts if post.author.handle == "acme" and not post.deleted] == []
    outside_answers.look(bench.ctx, X, bench.ctx.settings.desks[0].networks[0], again=True)
    assert bench.team.kinds(number)[-1] == "taken_back"
    assert bench.team.thread(number).state is State.WAITING


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_button_and_menu_ask_why_in_a_form(bench: Bench, database_url: str) -> None:
    with whole_bot(bench, database_url) as app:
        number = bench.mention()
        reply = bench.team.answer(number, "Wij kijken het na")
        bench.team.arrive(reply, "900000000000000001", datetime.now(UTC))  # the whole bot goes by the machine's clock
        choice = {"value": f"take_back:{number}", "text": {"type": "plain_text", "text": "Take back the answer"}}
        for action in (
            {"type": "overflow", "action_id": "more", "block_id": "m", "selected_option": choice},
            {"type": "button", "action_id": "take_back", "block_id": "b", "value": f"{number}:{reply.id}"},
        ):
            send(bench, app, type="block_actions", channel={"id": HERE}, actions=[action])
            view = bench.sandbox.slack.views(ANNA.id)[-1]
            assert "Wij kijken het na" in str(view["blocks"])
        given = {"reason": {"reason": {"type": "plain_text_input", "value": WHY}}}
        send(bench, app, type="view_submission", view=view | {"state": {"values": given}})
        assert (bench.team.reply(reply.id).back_by, bench.team.reply(reply.id).back_why) == (ANNA.id, WHY)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_history_from_which_it_was_asked_says_so_afterwards(bench: Bench, database_url: str) -> None:
    with whole_bot(bench, database_url) as app:
        number = bench.mention()
        reply = bench.team.answer(number, "Wij kijken het na")
        bench.team.arrive(reply, "900000000000000001", datetime.now(UTC))
        card = {"type": "button", "action_id": "history", "block_id": "h", "value": str(number)}
        send(bench, app, type="block_actions", channel={"id": HERE}, actions=[card])
        below = bench.sandbox.slack.views(ANNA.id)[-1]
        asked = {"type": "button", "action_id": "take_back", "block_id": "b", "value": f"{number}:{reply.id}"}
        send(bench, app, type="block_actions", view=below, actions=[asked])
        form = bench.sandbox.slack.views(ANNA.id)[-1]
        given = {"reason": {"reason": {"type": "plain_text_input", "value": WHY}}}
        send(bench, app, type="view_submission", view=form | {"state": {"values": given}})
        shown = eventually(
            lambda: [view for view in bench.sandbox.slack.views(ANNA.id) if f"taken back: {WHY}" in str(view["blocks"])]
        )
        assert [view["id"] for view in shown] == [below["id"]]
        assert "take_back" not in pressable(shown[0])
