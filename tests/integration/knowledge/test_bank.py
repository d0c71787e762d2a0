"""The knowledge bank: what worked is kept, found again through what customers asked, used as a start, and forgotten."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text, update

from bot.domain.cases.mention import Author
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.knowledge.entry import Entry
from bot.domain.replies.second_look import FromBank
from bot.usecases.knowledge import bank, entries
from bot.usecases.knowledge.entries import written
from bot.usecases.privacy import erase, retention
from bot.usecases.replies import bank as start
from bot.usecases.replies import reply, second_look
from storage import search_index
from storage.engine import transaction
from storage.knowledge import entries as stored
from storage.search_index import Indexed
from storage.tables import post
from tests.support.cast import ANNA, LARS
from tests.support.clock import TurnedClock
from tests.support.team import Team

KIM = Author("8", "kim_v", "Kim Vos")
ASKED = "@acme Waar blijft mijn pakketje A-104857 toch, de bezorger kwam niet opdagen"
ANSWER = "Wat vervelend dat de bezorger niet kwam. Morgen voor twaalf uur staat hij alsnog voor je deur."


def saved(team: Team, by: Any = ANNA, reply: int | None = None, entry: int | None = None, **changes: Any) -> Entry:
    """Save what the form shows, with these changes."""
    if reply is not None:
        form = entries.from_reply(team.ctx, by, reply)
    elif entry is not None:
        form = entries.from_entry(team.ctx, by, entry)
    else:
        form = entries.blank(team.ctx, by, team.ctx.settings.desks[0])
    shown = {"question": form.question, "answer": form.answer, "label": form.label, "valid_until": form.valid_until}
    return entries.save(team.ctx, by, form, by, **(shown | changes))


def answered(
    team: Team, words: str = ASKED, answer: str = ANSWER, author: Author = KIM, conversation: str = "k"
) -> int:
    """A customer asks and is answered: the reply's number."""
    reply = team.answer(team.write(words, author=author, conversation=conversation), answer)
    team.arrive(reply)
    return reply.id


def found(team: Team, words: str) -> list[int]:
    try:
        return [each.entry.id for each in bank.find(team.ctx, ANNA, words).found]
    except Refused as refusal:
        return [] if refusal.code is RefusalCode.NOTHING_FOUND else [-1]


def offered(team: Team, thread: int) -> list[int]:
    return [each.entry.id for each in bank.suggested(team.ctx, thread)]


def indexed(team: Team, part: Indexed) -> str:
    """Everything that a part of the index holds, in whatever form, as the database keeps it."""
    sqlite = team.ctx.engine.dialect.name == "sqlite"
    query = f"SELECT term FROM {part.index}_seen" if sqlite else f"SELECT words::text FROM {part.index}"  # noqa: S608
    with transaction(team.ctx.engine) as connection:
        if sqlite:
            connection.execute(
                text(f"CREATE VIRTUAL TABLE temp.{part.index}_seen USING fts5vocab('main', '{part.index}', 'row')")
            )
        return " ".join(connection.execute(text(query)).scalars())


class TestKeeping:
    def test_form_names_nobody(self, team: Team) -> None:
        answer = f"Hoi Kim, {ANSWER[0].lower()}{ANSWER[1:]} Vragen? @kim_v, zie https://acme.example/1"
        form = entries.from_reply(team.ctx, ANNA, answered(team, answer=answer))
        assert form.question == "Waar blijft mijn pakketje toch, de bezorger kwam niet opdagen"
        assert "kim" not in form.answer.lower()
        assert "^" not in form.answer
        assert form.answer.startswith("Hoi, wat vervelend")

    def test_entry_is_found_by_what_the_customer_asked(self, team: Team) -> None:
        entry = saved(team, reply=answered(team), question="Bezorging gemist")
        assert found(team, "opdagen") == [entry.id]
        assert found(team, "gemist twaalf") == [entry.id]
        assert found(team, "onbekend") == []

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    def test_it_is_found_where_sqlite_has_no_index(self, team: Team) -> None:
        entry = saved(team, reply=answered(team), question="Bezorging gemist")
        with transaction(team.ctx.engine) as connection:
            search_index.drop(connection)
        assert found(team, "OPDAGEN") == found(team, "gemist") == found(team, "alsnog") == [entry.id]
        assert found(team, "onbekend") == []

    def test_repeated_submission_makes_no_second_entry(self, team: Team) -> None:
        reply = answered(team)
        assert saved(team, reply=reply).id == saved(team, reply=reply).id

    @pytest.mark.parametrize("typed", ['"', "a*", "NEAR(", "is er", "💥", "'; --", "x" * 3000, "\ud800", "%"])
    def test_nothing_typed_is_an_error(self, team: Team, typed: str) -> None:
        saved(team, reply=answered(team))
        found(team, typed)

    def test_only_an_answer_that_was_read_is_kept(self, team: Team) -> None:
        reply = team.answer(team.write(ASKED), ANSWER)
        with pytest.raises(Refused, match="not_answered"):
            entries.from_reply(team.ctx, ANNA, reply.id)


class TestStart:
    def test_fitting_entry_is_offered_in_the_customers_language_first(self, team: Team) -> None:
        first = saved(team, question="Where is my parcel pakketje", answer="We are sorry, it will come tomorrow.")
        second = saved(team, question="Waar is mijn pakketje", answer=ANSWER)
        number = team.write("Waar blijft mijn pakketje nou toch")
        assert offered(team, number) == [second.id, first.id]

    def test_word_of_an_answer_alone_offers_nothing(self, team: Team) -> None:
        entry = saved(team, question="Waar is mijn pakketje", answer=ANSWER)
        assert offered(team, team.write("Alsnog bedankt, jullie bezorger kwam vandaag")) == []
        assert found(team, "alsnog bezorger") == [entry.id]

    def test_start_stands_above_what_was_typed(self, team: Team) -> None:
        entry = saved(team, question="Waar is mijn pakketje", answer=ANSWER)
        number = team.write("Waar blijft mijn pakketje nou toch")
        assert start.begin(team.ctx, ANNA, number, entry.id, "Beste klant", "V1") == f"{ANSWER}\n\nBeste klant"

    @pytest.mark.parametrize(
        "body", [ANSWER, f"Hoi Klant! {ANSWER}", ANSWER.upper(), f"{ANSWER} 👍", f"{ANSWER}\n/Anna"]
    )
    def test_answer_as_it_stands_is_not_sent(self, team: Team, body: str) -> None:
        saved(team, question="Waar is mijn pakketje", answer=ANSWER)
        number = team.write("Waar blijft mijn pakketje nou toch")
        with pytest.raises(Refused, match="unchanged") as refused:
            team.answer(number, body)
        assert refused.value.details["name"].casefold() == ANSWER.split(". ")[1].casefold()

    def test_changed_start_is_sent_unasked_and_kept_count(self, team: Team) -> None:
        entry = saved(team, question="Waar is mijn pakketje", answer=ANSWER)
        number = team.write("Waar blijft mijn doos met thee nou")
        start.begin(team.ctx, LARS, number, entry.id, "", "V1")
        reply = team.answer(number, f"{ANSWER} En dank voor je geduld.", LARS)
        assert found(team, "thee") == []
        team.arrive(reply)
        assert found(team, "thee") == [entry.id]
        (shown,) = bank.find(team.ctx, ANNA, "pakketje").found
        assert shown.last is not None
        assert (shown.last.by, shown.last.thread_id, shown.uses) == (LARS.id, number, 1)
        assert 80 <= shown.last.kept < 97

    def test_what_another_made_of_the_same_start_is_no_copy(self, team: Team) -> None:
        entry = saved(team, reply=answered(team))
        number = team.write("Waar blijft mijn pakketje nou toch")
        start.begin(team.ctx, LARS, number, entry.id, "", "V1")
        team.answer(number, f"{ANSWER} En dank voor je geduld.", LARS)

    def test_reply_that_is_written_again_was_begun_with_the_same(self, team: Team) -> None:
        entry = saved(team, question="Waar is mijn pakketje", answer=ANSWER)
        number = team.write("Waar blijft mijn doos met thee nou")
        start.begin(team.ctx, LARS, number, entry.id, "", "V1")
        undone = team.answer(number, f"{ANSWER} En dank voor je geduld.", LARS)
        reply.undo(team.ctx, LARS, undone.id)
        team.arrive(team.answer(number, f"{ANSWER} Dank voor al je geduld.", LARS))
        (shown,) = bank.find(team.ctx, ANNA, "thee").found
        assert shown.uses == 1

    def test_copy_that_was_no_start_is_asked_about(self, team: Team) -> None:
        entry = saved(team, question="Waar is mijn pakketje", answer=ANSWER)
        number = team.write("Waar blijft mijn pakketje nou toch")
        text = f"{ANSWER} En dank voor je geduld."
        (copy,) = [each for each in second_look.look(team.ctx, number, ANNA.id, text) if isinstance(each, FromBank)]
        assert (copy.entry_id, copy.text) == (entry.id, ANSWER)


class TestAgeing:
    def test_what_has_run_out_is_not_offered_but_found(self, team: Team) -> None:
        entry = saved(team, question="Waar is mijn pakketje", answer=ANSWER)
        number = team.write("Waar blijft mijn pakketje nou toch")
        with transaction(team.ctx.engine) as connection:
            old = written("Waar is mijn pakketje", ANSWER, None, date(2020, 1, 1), ANNA.id)
            stored.change(connection, entry.id, old, team.ctx.clock.now())
        assert offered(team, number) == []
        (shown,) = bank.find(team.ctx, ANNA, "pakketje").found
        assert shown.run_out

    def test_withdrawn_entry_is_nowhere(self, team: Team) -> None:
        entry = saved(team, question="Waar is mijn pakketje", answer=ANSWER)
        number = team.write("Waar blijft mijn pakketje nou toch")
        entries.withdraw(team.ctx, ANNA, entry.id)
        assert offered(team, number) == found(team, "pakketje") == []
        with pytest.raises(Refused, match="unknown_entry"):
            start.begin(team.ctx, ANNA, number, entry.id, "", "V1")
        team.answer(number, ANSWER)


class TestForgetting:
    def everything(self, team: Team) -> str:
        """All that the bank and its index hold."""
        rows = [team.rows(f"SELECT * FROM {table}") for table in ("bank_entry", "bank_taught", "bank_use")]  # noqa: S608
        return str(rows)

    def test_erased_customer_taught_nothing(self, team: Team) -> None:
        entry = saved(team, reply=answered(team), answer=f"Hoi Kim Vos, {ANSWER} A-104857")
        assert found(team, "opdagen") == [entry.id]
        erase.erase(team.ctx, "kim_v")
        assert found(team, "opdagen") == found(team, "pakketje") == []
        assert found(team, "alsnog") == [entry.id]
        left = self.everything(team)
        assert not [word for word in ("opdagen", "Kim", "Vos", "A-104857") if word in left]
        assert indexed(team, search_index.BANK_TAUGHT) == ""

    def test_question_in_ones_own_words_stays(self, team: Team) -> None:
        entry = saved(team, reply=answered(team), question="Levering gemist")
        erase.erase(team.ctx, "kim_v")
        assert found(team, "gemist") == [entry.id]
        assert found(team, "opdagen") == []

    @pytest.mark.parametrize(("question", "left"), [({"question": "Levering gemist"}, "Levering gemist"), ({}, "")])
    def test_post_that_the_customer_deleted_teaches_nothing(
        self, team: Team, clock: TurnedClock, question: dict[str, Any], left: str
    ) -> None:
        entry = saved(team, reply=answered(team), **question)
        clock.turn(minutes=20)
        assert team.delete("1") == 1
        assert found(team, "opdagen") == []
        (shown,) = bank.find(team.ctx, ANNA, "alsnog").found
        assert (shown.entry.id, shown.entry.question) == (entry.id, left)

    def test_edited_post_teaches_its_new_words(self, team: Team) -> None:
        entry = saved(team, reply=answered(team), question="Levering gemist")
        with transaction(team.ctx.engine) as connection:
            connection.execute(update(post).where(post.c.inbound).values(text="De koerier belde niet aan"))
        assert found(team, "koerier") == [entry.id]
        assert found(team, "opdagen") == []

    def test_what_is_too_old_is_forgotten_and_the_answer_stays(self, team: Team, clock: TurnedClock) -> None:
        entry = saved(team, reply=answered(team))
        clock.turn(days=500)
        assert retention.tick(team.ctx) == 1
        assert team.rows("SELECT * FROM bank_taught") == team.rows("SELECT * FROM bank_use") == []
        assert found(team, "opdagen") == []
        assert found(team, "alsnog") == [entry.id]
