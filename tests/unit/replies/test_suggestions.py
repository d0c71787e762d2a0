"""What misspelt words were meant to be comes from a process of its own, or not at all."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from bot.domain.replies import suggestions
from bot.domain.replies.second_look import Misspelt
from bot.domain.replies.spelling import nearest
from bot.platform.i18n import translator
from bot.views.replies import second_look
from handlers import suggestions as asking
from handlers.suggestions import Suggestions
from tests.support.samples import AT

EN = translator("en")


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait as long as a slow machine takes."""
    monkeypatch.setattr(asking, "WAITED_SECONDS", 60)


@pytest.fixture(scope="module")
def process() -> Iterator[Suggestions]:
    found = Suggestions()
    found.prepare(["nl"])
    yield found
    found.stop()


def test_likely_words_come_for_at_most_three_words(process: Suggestions) -> None:
    meant = process.of(["gebuerd", "morgn", "pakkert", "besteling"], "nl")
    assert "besteling" not in meant
    assert "morgen" in meant["morgn"]
    assert all(len(words) <= suggestions.SHOWN for words in meant.values())


def test_killed_process_costs_its_suggestions_and_the_next_one_answers(process: Suggestions) -> None:
    process.of(["morgn"], "nl")
    assert process._pool is not None
    for number in list(process._pool._processes):
        os.kill(number, signal.SIGKILL)
    process.of(["morgn"], "nl")
    assert "morgen" in process.of(["morgn"], "nl")["morgn"]


def test_process_that_always_dies_is_not_begun_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggestions, "begin", os._exit)  # refuses its argument: the process ends while it begins
    found = Suggestions()
    found.prepare(["nl"])
    assert [found.of(["morgn"], "nl") for _ in range(asking.MOST_DEATHS)] == [{}] * asking.MOST_DEATHS
    assert (found.of(["morgn"], "nl"), found._deaths) == ({}, asking.MOST_DEATHS)


def test_late_answer_is_no_answer(process: Suggestions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "WAITED_SECONDS", 0)
    assert process.of(["onbegrijpelijkheidje"], "nl") == {}


def test_nothing_is_begun_where_nobody_checks_spelling() -> None:
    found = Suggestions()
    found.prepare([])
    assert (found.of(["morgn"], "nl"), found._pool) == ({}, None)
    found.stop()


@pytest.mark.parametrize("language", ["en", "nl", "sv"])
def test_line_shows_what_was_meant_beside_the_word(language: str) -> None:
    finding = Misspelt(("morgn", "flurp*kast"), "nl", {"morgn": ("morgen", "<!channel>")})
    shown = str(second_look.found([finding], "Tot morgn, flurp*kast", AT, translator(language)))
    assert "*morgn* (morgen / &lt;!channel&gt;?)" in shown
    assert "<!channel" not in shown


def test_word_in_small_letters_and_capitals_is_one_suggestion() -> None:
    meant = nearest("tomorow", "en")
    assert "tomorrow" in meant
    assert len({word.casefold() for word in meant}) == len(meant)
