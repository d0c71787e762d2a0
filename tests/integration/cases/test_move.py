"""An agent gives a thread to another desk: its clock goes with it, and nobody owns it there yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.domain.cases.conversation import EventKind
from bot.domain.cases.routing import Route
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.reminders.reminders import Recipient
from bot.settings.config import LabelConfig
from bot.usecases.cases import claim, label, queries
from bot.usecases.cases.escalate import escalate
from bot.usecases.cases.move import elsewhere, move
from bot.usecases.desk.context import Actor
from bot.usecases.reminders import reminders
from bot.usecases.reports import standup
from storage.clock import waits
from storage.engine import reading, transaction
from storage.outbox import leases
from tests.support.bench import Bench
from tests.support.cast import ANNA, HERE, LARS
from tests.support.team import Team

SALES_CHANNEL = "C0PRESS"


@pytest.fixture
def two(bench: Bench) -> Bench:
    (support,) = bench.ctx.settings.desks
    changes = {"name": "Sales", "slack_channel": SALES_CHANNEL, "networks": (), "escalate_to": ()}
    desks = (support.model_copy(update={"escalate_to": ()}), support.model_copy(update=changes))
    settings = replace(bench.ctx.settings, desks=desks)
    return Bench(replace(bench.ctx, settings=settings), bench.sandbox, bench.clock)


@pytest.fixture
def team(two: Bench) -> Team:
    return two.team


def refused(act: Callable[[], object]) -> RefusalCode:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


def shown(bench: Bench, channel: str) -> str:
    (message,) = bench.channel(channel)
    return str(message.blocks)


def test_card_goes_and_a_line_stays(two: Bench, team: Team) -> None:
    two.ctx.workspace.url = "https://acme.slack.com/"
    number = team.write()
    two.settle()
    before = team.thread(number)
    two.clock.turn(minutes=5)
    assert move(two.ctx, ANNA, number, "sales").name == "Sales"
    two.deliver(turns=2)
    assert ("was moved to Sales" in shown(two, HERE), "Mijn pakket" in shown(two, HERE)) == (True, False)
    assert "Mijn pakket" in shown(two, SALES_CHANNEL)
    two.deliver()
    assert f"{SALES_CHANNEL}/p" in shown(two, HERE)
    after = team.thread(number)
    assert (after.desk, after.due_at, after.waiting_since) == ("Sales", before.due_at, before.waiting_since)
    assert [wait["desk"] for wait in team.rows("SELECT desk FROM wait")] == ["Sales"]
    assert team.kinds(number) == ["received", "posted", "moved", "posted"]


def test_back_again_is_one_card_and_a_line_in_each_channel(two: Bench, team: Team) -> None:
    number = team.write()
    two.settle()
    for desk in ("Sales", "Support"):
        move(two.ctx, ANNA, number, desk)
        two.deliver(turns=2)
    first, second = two.channel(HERE)
    assert ("was moved to Support" in str(first.blocks), "Mijn pakket" in str(second.blocks)) == (True, True)
    assert "was moved to Support" in shown(two, SALES_CHANNEL)


def test_card_that_slack_does_not_have_yet_goes_straight_there(two: Bench, team: Team) -> None:
    number = team.write()
    move(two.ctx, ANNA, number, "Sales")
    two.deliver(turns=2)
    assert two.channel(HERE) == []
    assert "Mijn pakket" in shown(two, SALES_CHANNEL)


def test_owner_is_told_and_owns_it_no_more(two: Bench, team: Team) -> None:
    number = team.write()
    claim.claim(two.ctx, LARS, number)
    move(two.ctx, ANNA, number, "Sales")
    two.deliver(turns=2)
    assert team.thread(number).owner is None
    assert ["moved this to Sales" in message.text for message in two.direct(LARS.id)] == [True]


def test_old_desk_sees_it_no_more_and_the_new_one_answers(two: Bench, team: Team) -> None:
    number = team.write()
    move(two.ctx, ANNA, number, "Sales")
    there, here = (replace(ANNA, channel=channel) for channel in (SALES_CHANNEL, HERE))
    assert refused(lambda: claim.claim(two.ctx, here, number)) is RefusalCode.UNKNOWN_THREAD
    claim.claim(two.ctx, there, number)
    two.settle()
    team.arrive(team.answer(number, by=there))
    assert team.thread(number).first_response_at is not None
    assert team.write("Nog iets") == number
    assert team.thread(number).desk == "Sales"


def test_figures_of_both_desks_say_so(two: Bench, team: Team) -> None:
    number = team.write()
    move(two.ctx, ANNA, number, "Sales")
    two.clock.turn(days=1)
    days = [(desk, standup.yesterday(two.ctx, desk)) for desk in two.ctx.settings.desks]
    counted = [standup.standup_of(two.ctx, desk, day).figures for desk, day in days]
    assert [(each.moved_here, each.moved_on, each.breached) for each in counted] == [(0, 1, 0), (1, 0, 1)]


@pytest.mark.parametrize(("to", "code"), [("Support", RefusalCode.SAME_DESK), ("Salse", RefusalCode.UNKNOWN_DESK)])
def test_what_cannot_be_moved_says_why(two: Bench, team: Team, to: str, code: RefusalCode) -> None:
    number = team.write()
    assert refused(lambda: move(two.ctx, ANNA, number, to)) is code
    assert elsewhere(two.ctx, "Support") == {"Sales": "Sales"}


def test_only_desk_says_that_there_is_no_other(bench: Bench, team: Team) -> None:
    assert refused(lambda: move(bench.ctx, ANNA, team.write(), "Sales")) is RefusalCode.ONLY_DESK
    assert refused(lambda: elsewhere(bench.ctx, "Support")) is RefusalCode.ONLY_DESK


def test_reply_on_its_way_goes_first(two: Bench, team: Team) -> None:
    number = team.write()
    team.answer(number)
    assert refused(lambda: move(two.ctx, ANNA, number, "Sales")) is RefusalCode.REPLY_ON_ITS_WAY


def test_menu_offers_it_where_there_is_another_desk(bench: Bench, two: Bench) -> None:
    number = two.team.write()
    assert [queries.card(each.ctx, number).other_desks for each in (bench, two)] == [False, True]


def test_repeat_of_the_same_click_moves_once(two: Bench, team: Team) -> None:
    number, once = team.write(), Actor(ANNA.id, "button", idempotency_key="k1")
    move(two.ctx, once, number, "Sales")
    with pytest.raises(Refused):
        move(two.ctx, once, number, "Sales")
    assert team.kinds(number).count(EventKind.MOVED) == 1


def test_card_that_is_just_being_posted_is_waited_for(two: Bench, team: Team) -> None:
    number = team.write()
    item = two.posts.lease()
    assert item is not None
    with transaction(two.ctx.engine) as connection:
        leases.begin_post(connection, item, two.clock.now())
    assert refused(lambda: move(two.ctx, ANNA, number, "Sales")) is RefusalCode.CARD_ON_ITS_WAY


def test_gathered_reminder_of_the_old_desk_stays_there(two: Bench, team: Team) -> None:
    first, second = team.write(), team.write(conversation="c2")
    move(two.ctx, ANNA, first, "Sales")
    with reading(two.ctx.engine) as connection:
        going = waits.going_on(connection, [first, second])
    to = Recipient(HERE, "", lead=False, anybodys=True)
    found = reminders.summary(two.ctx, to, "Support", list(going.values()))
    assert (found.desk, [each.number for each in found.due]) == ("Support", [second])


def test_what_the_customer_adds_is_told_under_the_new_card(two: Bench, team: Team) -> None:
    number = team.write()
    claim.claim(two.ctx, ANNA, number)
    two.settle()
    team.write("Nog iets")
    two.deliver(turns=2)
    move(two.ctx, ANNA, number, "Sales")
    two.deliver(turns=2)
    claim.claim(two.ctx, replace(ANNA, channel=SALES_CHANNEL), number)
    team.write("En mijn geheime nummer")
    two.deliver(turns=4)
    assert "geheime" not in "".join(str(message.blocks) for message in two.messages(HERE))
    assert "geheime" in "".join(str(message.blocks) for message in two.messages(SALES_CHANNEL))


def test_ladder_incident_and_requests_of_the_old_desk_are_left_behind(two: Bench, team: Team) -> None:
    number = team.write()
    claim.claim(two.ctx, ANNA, number)
    desk = two.ctx.settings.desks[0]
    escalate(two.ctx, ANNA, number, f"lead:{desk.leads[0]}", "wat nu?")
    move(two.ctx, ANNA, number, "Sales")
    thread = team.thread(number)
    assert (thread.ladder, thread.escalated, thread.incident_id) == (two.ctx.settings.desks[1].ladder, False, None)
    assert team.rows("SELECT id FROM escalation WHERE taken_by IS NULL") == []


class TestByLabel:
    """What an agent labels so goes to the desk that a rule names for it."""

    @pytest.fixture
    def team(self, two: Bench) -> Team:
        support, sales = two.ctx.settings.desks
        labels = {"labels": (LabelConfig(name="Prijs"), LabelConfig(name="Storing"))}
        desks = (support.model_copy(update=labels), sales)
        settings = replace(two.ctx.settings, desks=desks, routes=(Route("Sales", label="prijs", language="nl"),))
        return Bench(replace(two.ctx, settings=settings), two.sandbox, two.clock).team

    def test_thread_goes_with_its_label_and_the_answer_says_so(self, team: Team) -> None:
        number = team.write("Waar blijft mijn pakket? Ik wacht al een week")
        claim.claim(team.ctx, LARS, number)
        assert label.label(team.ctx, ANNA, number, "Storing").moved_to is None
        assert label.label(team.ctx, ANNA, number, "Prijs").moved_to == "Sales"
        after = team.thread(number)
        assert (after.desk, after.owner) == ("Sales", None)
        assert team.kinds(number)[-2:] == ["labelled", "moved"]

    def test_form_moves_it_too(self, team: Team) -> None:
        number = team.write("Waar blijft mijn pakket? Ik wacht al een week")
        label.change_all(team.ctx, ANNA, number, ["Storing", "Prijs"], [])
        assert team.thread(number).desk == "Sales"

    def test_other_languages_and_what_is_on_its_way_stay(self, team: Team) -> None:
        swedish = team.write("Var är mitt paket? Jag har väntat i en vecka", conversation="c2")
        answered = team.write("Waar blijft mijn pakket? Ik wacht al een week", conversation="c3")
        team.answer(answered, "We zoeken het uit")
        for number in (swedish, answered):
            assert label.label(team.ctx, ANNA, number, "Prijs").moved_to is None
            assert team.thread(number).desk == "Support"
