"""What was said is found again: by number, handle, name, order number or words; never what was erased."""

from __future__ import annotations

import pytest

from bot.domain.common.errors import RefusalCode, Refused
from bot.platform.i18n import translator
from bot.usecases.cases import queries
from bot.usecases.privacy import erase
from bot.views.cases import history as view
from tests.support.bench import Bench
from tests.support.cast import ANNA

EN = translator("en")


@pytest.fixture
def said(bench: Bench) -> Bench:
    """Two customers; the first was answered."""
    bench.mention("@acme Bestelling 2024-778 is zoek, 100% onzin", "joris")
    bench.team.arrive(bench.team.answer(1, "Wij kijken meteen na"))
    bench.mention("@acme Storing in Utrecht?", "anna_b")
    return bench


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("joris", [1]),
        ("JORIS", [1]),
        ("2024-778", [1]),
        ("utrecht storing", [2]),
        ("meteen na", [1]),
        ("@acme", [2, 1]),
        ("100%", [1]),
    ],
)
def test_thread_is_found_by_what_is_known_of_it(said: Bench, words: str, found: list[int]) -> None:
    assert [row.thread.id for row in queries.search(said.ctx, ANNA, words)] == found


@pytest.mark.parametrize("words", ["0%0", "Utrecht 2024-778", "anna%b", "nobody"])
def test_nothing_is_found_that_was_not_said(said: Bench, words: str) -> None:
    with pytest.raises(Refused) as refused:
        queries.search(said.ctx, ANNA, words)
    assert refused.value.code is RefusalCode.NOTHING_FOUND


@pytest.mark.parametrize("words", ["jor\0is", "\x07joris\x1b", "meteen\0 na"])
def test_what_no_database_takes_is_no_part_of_the_question(said: Bench, words: str) -> None:
    assert [row.thread.id for row in queries.search(said.ctx, ANNA, words)] == [1]


def test_handle_is_read_without_what_no_database_takes(said: Bench) -> None:
    assert queries.of_customer(said.ctx, ANNA, "@jor\0is")[0].now_called == "joris"


@pytest.mark.parametrize("words", ["\0", "\ud800", "\x07\x1b"])
def test_nothing_is_found_by_what_no_database_takes(said: Bench, words: str) -> None:
    for ask, code in ((queries.search, RefusalCode.NOTHING_FOUND), (queries.of_customer, RefusalCode.UNKNOWN_PERSON)):
        with pytest.raises(Refused) as refused:
            ask(said.ctx, ANNA, words)
        assert refused.value.code is code


def test_history_holds_the_words_of_both(said: Bench) -> None:
    shown = str(view.modal(queries.history(said.ctx, ANNA, 1), EN))
    assert shown.index("Bestelling 2024-778") < shown.index("Wij kijken meteen na")


def test_erased_words_are_gone_from_history_and_search(said: Bench) -> None:
    erase.erase(said.ctx, "joris")
    shown = str(view.modal(queries.history(said.ctx, ANNA, 1), EN))
    assert not {"Bestelling", "meteen", "joris"} & set(shown.replace("'", " ").split())
    with pytest.raises(Refused):
        queries.search(said.ctx, ANNA, "2024-778")
