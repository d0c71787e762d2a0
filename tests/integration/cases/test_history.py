"""The history of a thread has the words of both sides, and never what was erased."""

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


def test_handle_is_read_without_what_no_database_takes(said: Bench) -> None:
    assert queries.of_customer(said.ctx, ANNA, "@jor\0is")[0].now_called == "joris"


@pytest.mark.parametrize("words", ["\0", "\ud800", "\x07\x1b"])
def test_nobody_is_found_by_what_no_database_takes(said: Bench, words: str) -> None:
    with pytest.raises(Refused) as refused:
        queries.of_customer(said.ctx, ANNA, words)
    assert refused.value.code is RefusalCode.UNKNOWN_PERSON


def test_history_holds_the_words_of_both(said: Bench) -> None:
    shown = str(view.modal(queries.history(said.ctx, ANNA, 1), EN))
    assert shown.index("Bestelling 2024-778") < shown.index("Wij kijken meteen na")


def test_erased_words_are_gone_from_it(said: Bench) -> None:
    erase.erase(said.ctx, "joris")
    shown = str(view.modal(queries.history(said.ctx, ANNA, 1), EN))
    assert not {"Bestelling", "meteen", "joris"} & set(shown.replace("'", " ").split())
