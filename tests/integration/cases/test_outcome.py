"""How it ended: said when closing or after an answer, gone when the customer writes again."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date

import pytest

from bot.domain.common.errors import RefusalCode, Refused
from bot.platform.i18n import translator
from bot.settings.config import LabelConfig
from bot.usecases.cases import queries
from bot.usecases.cases.close import close, reopen
from bot.usecases.cases.outcome import resolve
from bot.usecases.desk.context import Context
from bot.usecases.privacy import erase
from bot.usecases.reports import export, standup
from bot.views.cases import card as card_view
from bot.views.cases import history as history_view
from bot.views.cases.case_row import row
from tests.support.acting import send, whole_bot
from tests.support.bench import Bench
from tests.support.cast import ANNA, HERE
from tests.support.clock import TurnedClock
from tests.support.samples import fine
from tests.support.team import Team

EN = translator("en")
WAYS = ("Solved", "Passed on", "No answer possible")


def ending(ctx: Context) -> Context:
    changed = {"outcomes": WAYS, "labels": (LabelConfig(name="Delivery"),)}
    desk = ctx.settings.desks[0].model_copy(update=changed)
    return replace(ctx, settings=replace(ctx.settings, desks=(desk,)))


@pytest.fixture
def desk(ctx: Context) -> Team:
    return Team(ending(ctx))


def answered(team: Team, conversation: str = "c1") -> int:
    number = team.write(conversation=conversation)
    team.arrive(team.answer(number, f"Wij kijken het na {conversation}"), f"r-{conversation}")
    return number


def test_close_says_how_it_ended_and_what_it_was_about(desk: Team) -> None:
    number = desk.write()
    close(desk.ctx, ANNA, number, "solved by phone", outcome="Passed on", label_="Delivery")
    assert desk.thread(number).outcome == "Passed on"
    assert queries.card(desk.ctx, number).labels == ("Delivery",)
    closed = next(event for event in desk.events(number) if event.kind == "closed")
    assert closed.data == {"reason": "solved by phone", "ended": "Passed on"}


def test_answered_thread_gets_an_outcome_that_can_be_taken_back(desk: Team) -> None:
    number = answered(desk)
    resolve(desk.ctx, ANNA, number, "Solved", "Delivery")
    resolve(desk.ctx, ANNA, number, None)
    card = queries.card(desk.ctx, number)
    assert (card.thread.outcome, card.labels, card.thread.state) == ("Solved", ("Delivery",), "answered")
    assert "🏁 Solved" in fine(card_view.card(card, EN))
    assert "🏁 Solved" in row(card, EN)
    resolve(desk.ctx, ANNA, number, "")
    assert desk.thread(number).outcome is None
    assert desk.kinds(number).count("outcome") == 2


def test_outcome_that_the_desk_does_not_have_changes_nothing(desk: Team) -> None:
    number = answered(desk)
    resolve(desk.ctx, ANNA, number, "Given up", "Sales")
    assert desk.thread(number).outcome is None
    assert "outcome" not in desk.kinds(number)
    other = desk.write(conversation="c2")
    close(desk.ctx, ANNA, other, "spam", outcome="Given up")
    assert desk.thread(other).outcome is None


def test_waiting_customer_has_no_outcome_yet(desk: Team) -> None:
    with pytest.raises(Refused) as refused:
        resolve(desk.ctx, ANNA, desk.write(), "Solved")
    assert refused.value.code is RefusalCode.WAITING


@pytest.mark.parametrize("how", ["writes again", "reopened"])
def test_outcome_goes_when_the_thread_goes_on(desk: Team, clock: TurnedClock, how: str) -> None:
    number = desk.write()
    close(desk.ctx, ANNA, number, "thanks", outcome="Solved")
    clock.turn(minutes=1)
    if how == "reopened":
        reopen(desk.ctx, ANNA, number)
    else:
        desk.write("Toch niet, het is weer stuk")
    thread = desk.thread(number)
    assert (thread.outcome, thread.outcome_at) == (None, None)


def test_outcomes_stand_in_history_export_and_standup(desk: Team, clock: TurnedClock) -> None:
    for name, outcome in (("a", "Solved"), ("b", "Solved"), ("c", "Passed on")):
        number = answered(desk, name)
        resolve(desk.ctx, ANNA, number, outcome)
    shown = json.dumps(history_view.modal(queries.history(desk.ctx, ANNA, number), EN), ensure_ascii=False)
    assert "said how it ended: Passed on" in shown
    out = io.StringIO()
    export.export(desk.ctx, out, "csv", since=None, until=None)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert {(each["thread"], each["outcome"]) for each in rows} == {
        ("1", "Solved"),
        ("2", "Solved"),
        ("3", "Passed on"),
    }
    clock.turn(days=1)
    month = standup.standup_of(desk.ctx, desk.ctx.settings.desks[0], date(2026, 11, 20)).month
    assert month.outcomes == {"Solved": 2, "Passed on": 1}


def test_erasure_keeps_how_it_ended(desk: Team) -> None:
    number = answered(desk)
    resolve(desk.ctx, ANNA, number, "Solved")
    erase.erase(desk.ctx, "klant")
    assert desk.thread(number).outcome == "Solved"
    assert [event.data for event in desk.events(number) if event.kind == "outcome"] == [{"ended": "Solved"}]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_form_of_the_close_and_of_the_menu_offer_the_desks_ways(bench: Bench, database_url: str) -> None:
    path = bench.ctx.settings.config_path
    text = path.read_text()
    path.write_text(text.replace("[[desk]]\n", '[[desk]]\noutcomes = ["Solved", "Passed on"]\n', 1))
    with whole_bot(bench, database_url) as app:
        first, second = bench.mention(by="eva"), bench.mention(by="jan")
        bench.team.arrive(bench.team.answer(second, "Wij kijken het na"), "900000000000000001")
        for number, option, state in (
            (first, "close", {"reason": {"reason": {"type": "plain_text_input", "value": "spam"}}}),
            (second, "outcome", {}),
        ):
            choice = {"value": f"{option}:{number}", "text": {"type": "plain_text", "text": option}}
            action = {"type": "overflow", "action_id": "more", "block_id": "m", "selected_option": choice}
            send(bench, app, type="block_actions", channel={"id": HERE}, actions=[action])
            view = bench.sandbox.slack.views(ANNA.id)[-1]
            field = next(block["element"] for block in view["blocks"] if block.get("block_id") == "outcome")
            assert [each["value"] for each in field["options"]] == ["Solved", "Passed on"]
            chosen = {"outcome": {"outcome": {"type": "static_select", "selected_option": field["options"][0]}}}
            send(bench, app, type="view_submission", view=view | {"state": {"values": state | chosen}})
            assert bench.team.thread(number).outcome == "Solved"
