"""What was said is found again: by number, handle, name, order number, note or words; never what was erased."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from bot.domain.cases.mention import Author
from bot.domain.cases.search import Place
from bot.domain.common.errors import RefusalCode, Refused
from bot.runtime.app import App
from bot.settings.config import Desk, ReferenceConfig
from bot.usecases.cases import customer_note, merge
from bot.usecases.cases.find import ROWS, find
from bot.usecases.privacy import erase
from storage import search_index
from storage.cases import labels, posts, search
from storage.cases.search import SOURCES
from storage.engine import transaction
from storage.privacy import retention
from storage.tables import thread
from tests.support.acting import send, whole_bot
from tests.support.bench import Bench
from tests.support.cast import ANNA, HERE
from tests.support.statements import plan, statements
from tests.support.team import Team

sqlite_alone = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def numbers(team: Team, words: str, page: int = 0) -> list[int]:
    """The threads that are found, in order."""
    try:
        return [one.case.thread.id for one in find(team.ctx, ANNA, words, page).found]
    except Refused as refusal:
        return [] if refusal.code is RefusalCode.NOTHING_FOUND else [-1]


def indexed(team: Team) -> str:
    """Everything that the index holds, in whatever form, as the database keeps it."""
    sqlite = team.ctx.engine.dialect.name == "sqlite"
    held = []
    with transaction(team.ctx.engine) as connection:
        for each in search_index.INDEXED:
            if sqlite:
                rows = connection.execute(text(f"SELECT block FROM {each.index}_data")).scalars()  # noqa: S608
                held += [bytes(row).decode("latin-1") for row in rows]
            else:
                held += connection.execute(text(f"SELECT words::text FROM {each.index}")).scalars()  # noqa: S608
    return "\n".join(held)


@pytest.fixture
def said(team: Team) -> Team:
    """Two customers; the first was answered, and there is a note about them."""
    joris = Author("7", "joris_d", "Joris Dénes")
    first = team.write("@acme Bestelling A-104857 is zoek, 100% onzin. Crème brûlée!", conversation="c1", author=joris)
    team.arrive(team.answer(first, words="Wij kijken meteen na"))
    team.write("@acme Storing in Utrecht? 2024-778", conversation="c2", author=Author("8", "anna_b", "Anna"))
    customer_note.note(team.ctx, ANNA, first, "Belt liever na zessen")
    return team


@sqlite_alone
def test_in_a_desk_s_channel_its_own_threads_alone_are_found(said: Team) -> None:
    sales = Desk(name="Sales", slack_channel="C0SALES")
    with transaction(said.ctx.engine) as connection:
        connection.execute(thread.update().where(thread.c.id == 2).values(desk="Sales"))
    ctx = replace(said.ctx, settings=replace(said.ctx.settings, desks=(*said.ctx.settings.desks, sales)))
    found = {
        channel: [one.case.thread.id for one in find(ctx, replace(ANNA, channel=channel), "acme").found]
        for channel in ("C0SUPPORT", "C0SALES", None)
    }
    assert found == {"C0SUPPORT": [1], "C0SALES": [2], None: [2, 1]}


class TestWords:
    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("joris_d", [1]),
            ("@JORIS_D", [1]),
            ("joris", [1]),
            ("denes", [1]),
            ("Dénes", [1]),
            ("jor", [1]),
            ("#2", [2]),
            ("2024-778", [2]),
            ("A-104857", [1]),
            ("a-1048", [1]),
            ("104857", [1]),
            ("utrecht storing", [2]),
            ("storing utr", [2]),
            ("meteen na", [1]),
            ("zessen", [1]),
            ("creme brulee", [1]),
            ("CRÈME", [1]),
            ('"storing in utrecht"', [2]),
            ('"utrecht storing"', []),
            ("@acme", [2, 1]),
            ("100%", [1]),
            ("0%0", []),
            ("Utrecht 104857", []),
            ("joris zoek", [1]),
            ("Dénes brul", [1]),
            ("dénes onzin zessen", [1]),
            ("zessen joris_d bestelling", [1]),
            ("joris utrecht", []),
            ("anna zoek", []),
            ("stori utrecht", []),
            ("nobody", []),
            ("u", []),
        ],
    )
    def test_thread_is_found_by_what_is_known_of_it(self, said: Team, words: str, found: list[int]) -> None:
        assert numbers(said, words) == found

    @pytest.mark.parametrize(
        "words",
        [
            "", " ", '"', '""', "'", "NEAR(a b)", "AND OR NOT", "words:storing", "*", "-", "storing*", "(", "a:*", "\\",
            "^storing", "%", "%s", ":name", "\0", "\ud800", "👍", "storing 👍", "☎️ 🇳🇱", "x" * 10_000, "ab " * 3_000,
            '"a ' * 2_000, "\u2019\u2019", "&|!<->", "º²", "हिन्दी", "日本語", "مرحبا", "1e5 12abc", "<script>", ";--",
        ],
    )  # fmt: skip
    def test_nothing_typed_is_an_error(self, said: Team, words: str) -> None:
        numbers(said, words)

    @pytest.mark.parametrize("words", ["jor\0is", "\x07joris\x1b", "storing NOT in", "storing AND 2024"])
    def test_only_what_can_be_read_counts(self, said: Team, words: str) -> None:
        assert numbers(said, words) == ([1] if "jor" in words else [])


class TestOrder:
    def test_who_is_meant_comes_before_what_was_said(self, team: Team) -> None:
        by_name = team.write("Hallo", conversation="c1", author=Author("1", "x1", "Storing"))
        by_handle = team.write("Hallo", conversation="c2", author=Author("2", "storing", "X"))
        noted = team.write("Hallo", conversation="c3", author=Author("3", "x3", "X"))
        customer_note.note(team.ctx, ANNA, noted, "meldt storing")
        older, newer = (
            team.write("storing", conversation=f"c{n}", author=Author(f"{n}", f"x{n}", "X")) for n in (4, 5)
        )
        assert numbers(team, "storing") == [by_handle, by_name, noted, newer, older]
        places = [one.place for one in find(team.ctx, ANNA, "storing").found]
        assert places == [Place.HANDLE, Place.NAME, Place.NOTE, Place.POST, Place.POST]

    def test_label_is_found_by_its_name(self, team: Team) -> None:
        first, second = (team.write("Hallo", conversation=name) for name in ("c1", "c2"))
        with transaction(team.ctx.engine) as connection:
            labels.add(connection, first, "Levering", ANNA.id, team.ctx.clock.now())
        assert numbers(team, "Levering") == [first]
        assert second not in numbers(team, "Levering")

    def test_pages_hold_each_thread_once(self, team: Team) -> None:
        team.receive(*(team.mention("storing", conversation=f"d{each}") for each in range(ROWS + 3)))
        both = numbers(team, "storing") + numbers(team, "storing", 1)
        assert both == list(range(ROWS + 3, 0, -1))
        assert numbers(team, "storing", 99) == numbers(team, "storing", 1)

    def test_other_desks_are_out_of_sight(self, said: Team) -> None:
        with transaction(said.ctx.engine) as connection:
            connection.execute(thread.update().where(thread.c.id == 1).values(desk="Sales"))
        found = [numbers(said, words) for words in ("joris_d", "denes", "#1", "zessen", "brulee", "@acme")]
        assert found == [[], [], [], [], [], [2]]

    def test_small_desks_older_words_are_not_hidden_by_a_large_desk(
        self, team: Team, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(search, "SEEN", 3)
        first = team.write("storing", conversation="c0", author=Author("1", "x1", "Klant"))
        team.receive(*(team.mention("storing", conversation=f"d{each}") for each in range(5)))
        with transaction(team.ctx.engine) as connection:
            for number in range(first, first + 6):
                labels.add(connection, number, "Levering", ANNA.id, team.ctx.clock.now())
            connection.execute(thread.update().where(thread.c.id != first).values(desk="Sales"))
        assert numbers(team, "Levering") == [first]
        for place, word in ((Place.POST, "storing"), (Place.NAME, "klan")):
            monkeypatch.setattr(search, "SOURCES", [one for one in SOURCES if one.place is place])
            assert numbers(team, word) == [first], place


class TestReferenceNumbers:
    """What looks like one of the desk's numbers is found however it is typed."""

    @pytest.fixture
    def numbered(self, team: Team) -> Team:
        (known,) = team.ctx.settings.desks
        patterns = tuple(
            ReferenceConfig(pattern=pattern, url="https://a.nl/{0}") for pattern in (r"A-\d{6}", r"WH\d{4} \d{4}")
        )
        team.ctx.settings = replace(team.ctx.settings, desks=(known.model_copy(update={"references": patterns}),))
        team.write("Bestelling A-104857 is zoek", conversation="c1", author=Author("7", "joris_d", "Joris Dénes"))
        team.write("En A-104999?", conversation="c2", author=Author("8", "anna_b", "Anna"))
        team.write("WH2024 0778 is kapot", conversation="c3", author=Author("9", "piet", "Piet"))
        return team

    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ("A-104857", [1]),
            ("A104857", [1]),
            ("a 104857", [1]),
            ("104857", [1]),
            ("A1049", [2]),
            ("a-104", [2, 1]),
            ("1048", [1]),
            ("wh20240778", [3]),
            ("WH-2024-0778", [3]),
            ("20240778", [3]),
            ("0778", [3]),  # as a word of the post
            ("A", [2, 1]),  # as a word of the posts
            ("99999999999", []),
            ("anna A104999", [2]),
            ("A104857 anna", []),
            ("joris A104857 zoek", [1]),
        ],
    )
    def test_number_is_found_however_it_is_typed(self, numbered: Team, typed: str, found: list[int]) -> None:
        assert numbers(numbered, typed) == found

    def test_number_comes_before_words_and_shows_where_it_was_given(self, numbered: Team) -> None:
        first = numbered.write("104857 bomen", conversation="c9", author=Author("10", "bos", "Bos"))
        both = find(numbered.ctx, ANNA, "104857").found
        assert [(one.case.thread.id, one.place) for one in both] == [(1, Place.REFERENCE), (first, Place.POST)]
        assert both[0].excerpt
        assert both[0].excerpt.text == "Bestelling A-104857 is zoek"

    def test_erased_customers_number_is_not_found(self, numbered: Team) -> None:
        erase.erase(numbered.ctx, "joris_d")
        assert numbers(numbered, "A104857") == []


class TestIndex:
    def test_erased_customer_leaves_no_word(self, said: Team) -> None:
        assert "creme" in indexed(said)
        erase.erase(said.ctx, "joris_d")
        held = indexed(said)
        for word in ("creme", "104857", "meteen", "zessen", "joris", "denes"):
            assert word not in held
            assert numbers(said, word) == []
        assert numbers(said, "utrecht") == [2]

    def test_it_follows_edits_deletions_and_restorations(self, said: Team) -> None:
        at = said.ctx.clock.now()
        with transaction(said.ctx.engine) as connection:
            (post,) = [each for each in posts.of_thread(connection, 2) if each.inbound]
            posts.edit(
                connection, post, external_id=post.external_id, earlier_ids=(), text="Stroom in Gouda", media=(),
                url=post.url, reply_blocked_reason=None, answer_url="",
                answer_until=None, at=at, signals="",
            )  # fmt: skip
        assert [numbers(said, words) for words in ("utrecht", "gouda")] == [[], [2]]
        with transaction(said.ctx.engine) as connection:
            posts.blank(connection, post.id, at)
        assert numbers(said, "gouda") == []
        with transaction(said.ctx.engine) as connection:
            posts.restore(connection, post.id, text="Stroom in Gouda", media=(), url="", signals="")
        assert numbers(said, "gouda") == [2]

    def test_it_follows_merges_splits_and_retention(self, said: Team) -> None:
        second = said.write("Nogmaals Utrecht, kapot", conversation="c9", author=Author("8", "anna_b", "Anna"))
        merge.merge(said.ctx, ANNA, second, 2)
        assert numbers(said, "kapot") == [2]
        merge.split(said.ctx, ANNA, second)
        assert numbers(said, "kapot") == [second]
        with transaction(said.ctx.engine) as connection:
            retention.delete_threads(connection, [1])
            search_index.purge(connection)
        assert [numbers(said, words) for words in ("zessen", "brulee", "joris_d")] == [[], [], []]
        assert "creme" not in indexed(said)

    def test_without_it_the_same_is_found(self, said: Team) -> None:
        with transaction(said.ctx.engine) as connection:
            search_index.drop(connection)
        asked = ("joris", "A-104857", "utrecht storing", "zessen", "nobody")
        assert [numbers(said, words) for words in asked] == [[1], [1], [2], [1], []]


@pytest.fixture
def desk(bench: Bench, database_url: str) -> Iterator[App]:
    """The whole bot, on the bench's database, among people who read English."""
    with whole_bot(bench, database_url) as app:
        yield app


def submitted(bench: Bench, desk: App, words: str) -> Any:
    (view,) = bench.sandbox.slack.views(ANNA.id)
    values = {"words": {"words": {"type": "plain_text_input", "value": words}}}
    return json.loads(send(bench, desk, type="view_submission", view=view | {"state": {"values": values}}))


@sqlite_alone
class TestWays:
    @pytest.mark.parametrize("word", ["find", "zoek", "sök", "history"])
    def test_command_answers_with_the_place_marked(self, bench: Bench, desk: App, word: str) -> None:
        bench.team.write("<!channel> *Storing* in Utrecht")
        answer = json.loads(send(bench, desk, command="/webcare", text=f"{word} utrecht STOR", channel_id=HERE))
        assert "#1" in answer["blocks"][1]["text"]["text"]
        quoted = answer["blocks"][2]["elements"][0]["elements"]
        assert [each["text"] for each in quoted if each.get("style")] == ["Storing", "Utrecht"]
        assert "".join(each["text"] for each in quoted) == "<!channel> *Storing* in Utrecht"

    def test_nothing_found_is_said(self, bench: Bench, desk: App) -> None:
        nothing = json.loads(send(bench, desk, command="/webcare", text="find kapot", channel_id=HERE))
        assert nothing["text"] == "Nothing was found for “kapot”."
        assert "What are you looking for" in send(bench, desk, command="/webcare", text="find", channel_id=HERE)

    def test_shortcut_asks_and_shows_in_the_same_modal(self, bench: Bench, desk: App) -> None:
        bench.team.receive(*(bench.team.mention("Storing", conversation=f"d{each}") for each in range(ROWS + 1)))
        send(bench, desk, type="shortcut", callback_id="search")
        assert submitted(bench, desk, "kapot")["errors"] == {"words": "Nothing was found for “kapot”."}
        shown = submitted(bench, desk, "storing")
        assert shown["response_action"] == "update"
        assert "page 1 of 2" in str(shown["view"])
        (opened,) = bench.sandbox.slack.views(ANNA.id)
        earlier = shown["view"]["blocks"][-1]["elements"][0]
        view = shown["view"] | {"id": opened["id"]}
        send(bench, desk, type="block_actions", view=view, actions=[earlier | {"block_id": "b"}])
        desk.deps.stop()
        assert "page 2 of 2" in str(bench.sandbox.slack.views(ANNA.id))

    def test_earlier_turns_the_page_of_an_answer(self, bench: Bench, desk: App) -> None:
        bench.team.receive(*(bench.team.mention("Storing", conversation=f"d{each}") for each in range(ROWS + 1)))
        answer = json.loads(send(bench, desk, command="/webcare", text="find storing", channel_id=HERE))
        (turn,) = answer["blocks"][-1]["elements"]
        assert (turn["text"]["text"], turn["value"]) == ("Earlier", "1:storing")
        page = find(bench.ctx, ANNA, "storing", 1)
        assert [one.case.thread.id for one in page.found] == [1]

    def test_log_has_no_word_of_it(self, bench: Bench, desk: App, caplog: pytest.LogCaptureFixture) -> None:
        bench.team.write("Storing in Utrecht")
        caplog.set_level("DEBUG")
        send(bench, desk, command="/webcare", text="find utrechtgeheim", channel_id=HERE)
        send(bench, desk, type="shortcut", callback_id="search")
        submitted(bench, desk, "utrechtgeheim")
        assert "utrechtgeheim" not in caplog.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_found_is_sought_without_reading_the_desks_threads(team: Team) -> None:
    """One desk may have a million, and each of them is in sight."""
    team.write("Mijn pakket A-104857 is weg")
    steps: set[str] = set()
    for words in ("pakket", "pakket weg", "@klant", "A-104857", "1"):
        with statements(team.ctx.engine) as ran:
            numbers(team, words)
        steps |= {step for step in plan(team.ctx.engine, ran) if "_received_at" in step}
    assert steps == set()
