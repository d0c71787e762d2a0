"""Languages are told only where they can be told."""

from __future__ import annotations

import pytest

from bot.domain.common import language
from bot.domain.common.language import spoken


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Mijn pakket is nog steeds niet bezorgd", "nl"),
        ("Hej, mitt paket är borta sedan i måndags", "sv"),
        ("We will come back to you tomorrow", "en"),
        ("Wo ist denn mein Paket geblieben?", "de"),
        ("Paketim hâlâ gelmedi, ne zaman gelecek?", "tr"),
        ("@acme https://acme.nl/help-me-please Waar blijft mijn pakket nou?", "nl"),
    ],
)
def test_language_of_a_sentence_is_told(text: str, code: str) -> None:
    assert language.certain(text) == code


@pytest.mark.parametrize("text", ["", "Hallo?", "Top!", "👍👍👍", "@acme @vriend", "https://acme.nl/een/twee"])
def test_what_cannot_be_told_is_not_guessed(text: str) -> None:
    assert language.certain(text) is None


@pytest.mark.parametrize("text", ["\ud800 waar blijft mijn pakket", "\x00" * 50, "\u0627" * 5000, "a " * 5000])
def test_hostile_text_stops_nothing(text: str) -> None:
    language.certain(text)


@pytest.mark.parametrize(
    ("written", "expected"), [("nl", "nl"), ("pt", "pt-BR"), ("no", "nb"), ("da", "no"), ("nl", "af")]
)
def test_neighbours_are_understood(written: str, expected: str) -> None:
    assert language.is_understood(written, expected)


def test_others_are_not_understood() -> None:
    assert not language.is_understood("en", "nl")
    assert not language.is_understood("sv", "da")


@pytest.mark.parametrize(
    ("text", "corrected", "hint", "earlier", "language"),
    [
        ("Mijn pakket is nog steeds niet bezorgd", None, "en", None, "nl"),
        ("Mijn pakket is nog steeds niet bezorgd", None, "nl-BE", "sv", "nl-BE"),
        ("Mijn pakket is nog steeds niet bezorgd", "af", "nl", "nl", "af"),
        ("Hallo?", None, "de", "nl", "nl"),
        ("Hallo?", None, "de", None, "de"),
        ("Hallo?", None, None, None, None),
    ],
)
def test_words_go_before_the_networks_hint(
    text: str, corrected: str | None, hint: str | None, earlier: str | None, language: str | None
) -> None:
    assert spoken(text, corrected, hint, earlier) == language
