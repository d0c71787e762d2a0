"""The help for the slash command."""

from __future__ import annotations

import pytest

from bot.platform.i18n import translator
from bot.views.common import help  # noqa: A004 - the command's own name
from handlers import SLASH_WORDS
from tests.support.samples import fine

EN = translator("en")


@pytest.mark.parametrize("language", ["en", "nl", "sv"])
def test_help_lists_every_command(language: str) -> None:
    text = fine(help.help("/care", SLASH_WORDS, translator(language)))
    for word in SLASH_WORDS:
        assert f"`/care {word.form_in(language)}" in text


@pytest.mark.parametrize("typed", ["claim 1042 1043`", "merge 1042 1043`", "split 1042`", "release 1042`"])
def test_help_shows_how_many_numbers_a_word_takes(typed: str) -> None:
    assert f"`/care {typed}" in fine(help.help("/care", SLASH_WORDS, EN))


@pytest.mark.parametrize(("language", "word"), [("en", "reply"), ("nl", "beantwoord"), ("sv", "svara")])
def test_heading_and_list_name_the_word_that_speaks_in_public_alike(language: str, word: str) -> None:
    text = fine(help.help("/care", SLASH_WORDS, translator(language)))
    assert f"*{word}*" in text
    assert f"`/care {word} 1042" in text


def test_help_names_the_readers_own_words() -> None:
    text = fine(help.help("/care", SLASH_WORDS, translator("nl")))
    assert "`/care pak 1042" in text
    assert "`/care volgende`" in text
    assert "`/care claim" not in text
