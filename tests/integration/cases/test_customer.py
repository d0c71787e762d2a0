"""The customer's page: by a tap on the card, by the command and by a message's shortcut, of the desks in sight."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.cases.mention import Author
from bot.domain.common.errors import Refused
from bot.platform.i18n import translator
from bot.runtime.app import App
from bot.usecases.cases import claim, close, customer, customer_note, queries
from bot.usecases.privacy import erase
from bot.usecases.replies import reply
from bot.views.cases.history import modal as history_modal
from bot.views.replies.reply import modal as reply_modal
from storage.engine import transaction
from storage.tables import thread
from tests.support.acting import send, whole_bot
from tests.support.bench import Bench
from tests.support.cast import ANNA, HERE, LARS
from tests.support.clock import TurnedClock
from tests.support.customers import one_person
from tests.support.statements import statements
from tests.support.team import Team

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(bench: Bench, database_url: str) -> Iterator[App]:
    """The whole bot, on the bench's database, among people who read English."""
    with whole_bot(bench, database_url) as app:
        yield app


def typed(bench: Bench, desk: App, text: str) -> Any:
    return send(bench, desk, command="/webcare", text=text, channel_id=HERE)


def shown(bench: Bench) -> str:
    """The modals that Anna has open, topmost last."""
    return str(bench.sandbox.slack.views(ANNA.id))


class TestWays:
    def test_button_on_the_card_opens_it(self, bench: Bench, desk: App) -> None:
        bench.team.write(conversation="c0")
        number = bench.team.write()
        action = {"type": "button", "action_id": "customer", "block_id": "b", "value": str(number)}
        send(bench, desk, type="block_actions", channel={"id": HERE}, actions=[action])
        assert "*Klant* @klant · 2 threads" in shown(bench)

    @pytest.mark.parametrize("words", ["@klant", "KLANT", "1", "#1"])
    def test_command_opens_it(self, bench: Bench, desk: App, words: str) -> None:
        bench.team.write()
        typed(bench, desk, f"customer {words}")
        assert "@klant · 1 thread" in shown(bench)

    @pytest.mark.parametrize("place", ["card", "under the card", "follow-up"])
    def test_shortcut_on_a_message_opens_it(self, bench: Bench, desk: App, place: str) -> None:
        number = bench.mention(by="joris")
        claim.claim(bench.ctx, ANNA, number)
        bench.finish()
        (card,) = bench.channel()
        message = {"ts": card.ts, "text": ""} if place == "card" else {"ts": "99.1", "text": "", "thread_ts": card.ts}
        send(
            bench, desk, type="message_action", callback_id="show_customer", channel={"id": HERE}, message=message,
            message_ts=message["ts"],
        )  # fmt: skip
        assert "@joris · 1 thread" in shown(bench)

    def test_shortcut_on_any_other_message_says_so(self, bench: Bench, desk: App) -> None:
        bench.mention(by="joris")
        message = {"ts": "99.1", "text": ""}
        send(bench, desk, type="message_action", callback_id="show_customer", channel={"id": HERE}, message=message)
        desk.deps.stop()
        assert shown(bench) == "[]"
        assert "not about one customer" in bench.direct(ANNA.id)[-1].text


class TestLanguage:
    def test_choice_on_the_page_holds_for_the_customer(self, bench: Bench, desk: App) -> None:
        number = bench.team.write("My pakkie is nog nie afgelewer nie")
        older = bench.team.thread(number)
        typed(bench, desk, "customer @klant")
        (view,) = bench.sandbox.slack.views(ANNA.id)
        block = next(block for block in view["blocks"] if block["block_id"].startswith("customer:"))
        chosen = {"type": "static_select", "action_id": "customer_language", "block_id": block["block_id"]}
        choice = {"text": {"type": "plain_text", "text": "Afrikaans"}, "value": "af"}
        send(bench, desk, type="block_actions", view=view, actions=[chosen | {"selected_option": choice}])
        desk.deps.stop()
        assert "Writes *Afrikaans*, as a colleague said" in shown(bench)
        assert bench.team.thread(number).language == "af"
        assert bench.team.thread(number).due_at == older.due_at
        assert bench.team.events(number)[-1].data == {"language": "af"}
        bench.team.write("My pakkie is nog steeds nie hier nie", language="nl")
        assert bench.team.thread(number).language == "af"

    def test_who_may_not_answer_changes_nothing(self, team: Team) -> None:
        number = team.write()
        customer_id = team.thread(number).customer_id or 0
        (known,) = team.ctx.settings.desks
        closed = known.model_copy(update={"roles": known.roles.model_copy(update={"reply": ("U0OTHER",)})})
        team.ctx.settings = replace(team.ctx.settings, desks=(closed,))
        with pytest.raises(Refused, match="not_allowed"):
            customer.speaks(team.ctx, ANNA, customer_id, "sv")
        assert team.thread(number).language == "nl"

    def test_unknown_customer_is_refused(self, team: Team) -> None:
        with pytest.raises(Refused, match="unknown_person"):
            customer.speaks(team.ctx, ANNA, 99, "sv")


class TestAnswers:
    def test_unknown_handle(self, bench: Bench, desk: App) -> None:
        assert "Nobody called" in typed(bench, desk, "customer @nobody")

    def test_no_handle(self, bench: Bench, desk: App) -> None:
        assert "customer @handle" in typed(bench, desk, "customer")

    def test_handle_of_two_people_asks_which(self, bench: Bench, desk: App) -> None:
        for number in ("7", "8"):
            bench.team.write(f"Woorden van {number}", conversation=f"c{number}", author=Author(number, "jan", "Jan"))
        asked = json.loads(typed(bench, desk, "customer @jan"))
        value = asked["blocks"][-1]["accessory"]["value"]
        send_to = {"type": "button", "action_id": "customer_of", "block_id": "b", "value": value}
        assert value == "x:8 @jan"
        page = customer.of_handle(bench.ctx, ANNA, "@jan", person="x:8")
        assert [row.newest.text for row in page.threads if row.newest] == ["Woorden van 8"]
        assert send_to["action_id"] == asked["blocks"][-1]["accessory"]["action_id"]

    def test_erased_customer(self, bench: Bench, desk: App) -> None:
        number = bench.team.write()
        erase.erase(bench.ctx, "klant")
        assert "Nobody called" in typed(bench, desk, "customer @klant")
        with pytest.raises(Refused, match="erased"):
            customer.of_thread(bench.ctx, ANNA, number)


class TestNotes:
    def test_command_keeps_it_for_page_history_and_reply_form(self, bench: Bench, desk: App) -> None:
        first, second = bench.team.write(), bench.team.write(conversation="c2")
        assert "Only colleagues see it" in typed(bench, desk, f"note {first} Belt liever na zessen")
        (line,) = (line for line in bench.team.events(first) if line.kind == "noted")
        assert (line.actor, line.via, line.data) == (ANNA.id, "command", {"note": "Belt liever na zessen"})
        (noted,) = customer.of_thread(bench.ctx, LARS, second).notes
        assert noted == line
        assert reply.draft(bench.ctx, LARS, second).notes == (line,)
        assert "Belt liever na zessen" in str(history_modal(queries.history(bench.ctx, LARS, first), translator("en")))

    def test_reply_form_shows_the_newest_two(self, team: Team, clock: TurnedClock) -> None:
        number = team.write()
        for words in ("one", "two", "three"):
            clock.turn(minutes=1)
            customer_note.note(team.ctx, ANNA, number, words)
        draft = reply.draft(team.ctx, ANNA, number)
        assert [note.data["note"] for note in draft.notes] == ["three", "two"]
        assert "three" in str(reply_modal(draft, translator("en")))

    def test_nothing_to_note_is_refused(self, bench: Bench, desk: App) -> None:
        assert "What is to be noted" in typed(bench, desk, f"note {bench.team.write()}")

    def test_erased_customer_takes_none(self, team: Team) -> None:
        number = team.write()
        customer_note.note(team.ctx, ANNA, number, "Belt liever na zessen")
        erase.erase(team.ctx, "klant")
        assert "zessen" not in str(team.events(number))
        with pytest.raises(Refused, match="erased"):
            customer_note.note(team.ctx, ANNA, number, "toch")


class TestPage:
    def test_who_answered_and_what_is_promised(self, team: Team) -> None:
        first, second = team.write(), team.write(conversation="c2")
        team.arrive(team.answer(first))
        due = team.ctx.clock.now() + timedelta(hours=3)
        team.arrive(team.answer(second, by=LARS, words="Morgen meer", promised_for=due))
        page = customer.of_thread(team.ctx, ANNA, first)
        assert page.agents == ((ANNA.id, 1), (LARS.id, 1))
        (owed,) = page.owing
        assert owed.thread.id == second
        assert owed.promise is not None

    def test_other_desks_threads_identities_and_colleagues_stay_out_of_sight(self, team: Team) -> None:
        here = team.write()
        there = team.write(conversation="c2", author=Author("8", "elders", "Elders"))
        team.arrive(team.answer(there, by=LARS))
        one_person(team, "7", "8")
        with transaction(team.ctx.engine) as connection:
            connection.execute(thread.update().where(thread.c.id == there).values(desk="Sales"))
        page = customer.of_thread(team.ctx, ANNA, here)
        assert [row.thread.id for row in page.threads] == [here]
        assert [one.author_id for one in page.customer.identities] == ["7"]
        assert page.agents == ()
        with pytest.raises(Refused, match="unknown_person"):
            customer.of_handle(team.ctx, ANNA, "@elders")

    def test_500_threads_are_paged_in_as_many_statements_as_one(self, team: Team) -> None:
        only = team.write("Eerste")
        with statements(team.ctx.engine) as of_one:
            customer.of_thread(team.ctx, ANNA, only)
        team.receive(*(team.mention(f"Nummer {each}", conversation=f"d{each}") for each in range(499)))
        close.close(team.ctx, ANNA, only, "spam")
        with statements(team.ctx.engine) as of_many:
            page = customer.of_thread(team.ctx, ANNA, only)
        assert (page.total, page.pages, len(page.threads)) == (500, 63, customer.ROWS)
        assert len(of_many) == len(of_one)
        last = customer.turned(team.ctx, ANNA, page.customer.id or 0, 99)
        assert (last.page, len(last.threads)) == (62, 500 - 62 * customer.ROWS)
        seen = [row.thread.id for each in (0, 1) for row in customer.turned(team.ctx, ANNA, 1, each).threads]
        assert len(set(seen)) == 2 * customer.ROWS

    def test_page_turns_in_the_same_modal(self, bench: Bench, desk: App) -> None:
        bench.team.receive(*(bench.team.mention(conversation=f"d{each}") for each in range(9)))
        typed(bench, desk, "customer @klant")
        (opened,) = bench.sandbox.slack.views(ANNA.id)
        action = {"type": "button", "action_id": "customer_page", "block_id": "b", "value": "1:1"}
        send(bench, desk, type="block_actions", view=opened, actions=[action])
        desk.deps.stop()
        assert "page 2 of 2" in shown(bench)
