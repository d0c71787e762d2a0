"""Misspelt words are found; names, abbreviations, addresses and the team's own words are left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.replies import spelling
from bot.domain.replies.spelling import misspelt
from bot.domain.replies.wording import rather_not


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("nl", "Wat vervelend dat je pakettje er niet is, we komen er morgn op terug.", ("pakettje", "morgn")),
        ("sv", "Tråkigt att ditt pakett inte kommit. Vi återkommmer imorgon.", ("pakett", "återkommmer")),
        ("en", "Sorry, we'll recieve your parcel tomorow.", ("recieve", "tomorow")),
        ("nl", "Verzenden naar Belgie kan. belgie", ("belgie",)),
    ],
)
def test_misspelt_words_are_found(language: str, text: str, found: tuple[str, ...]) -> None:
    assert misspelt(text, language) == found


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "nl",
            "Hi Sanne, stuur een DM via https://acme.nl/vrgn of @acmehlp, #acmestoring. Je 3SABC12, a.b@c.nl",
        ),
        ("nl", "Hey! 's Avonds kan ook; zo'n 5 min. Top, oké? Track & trace staat in je mail. ^LvB"),
        ("nl", "Vraag het aan Joachim van WebCareDesk of de ANWB in Deurningen."),
        ("nl", "Zie de klantenservice-pagina en de auto-ongevallenverzekering."),
        ("sv", "Hejsan Åsa! Vi ber om ursäkt för strulet, kundtjänst öppnar kl 9. Mvh"),
        ("en", "Your color TV\u2019s on its way, colour too. Can't wait!"),
        ("nl", ""),
        ("nl", "🙂 \u202e 漢字"),
    ],
)
def test_what_is_right_here_is_left_alone(language: str, text: str) -> None:
    assert misspelt(text, language) == ()


def test_own_words_and_the_customers_are_right() -> None:
    assert misspelt("De acmebox en de flurp zijn er. Acmebox!", "nl", {"AcmeBox", "flurp"}) == ()


def test_language_without_a_dictionary_finds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spelling, "SYSTEM_FOLDERS", ())
    monkeypatch.delenv("DICPATH", raising=False)
    assert misspelt("xqzw vrrrt", "eo") == ()
    assert not spelling.has_dictionary("eo")
    assert spelling.has_dictionary("nl")


def test_dictionary_of_the_system_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ia_XX.aff").write_text("SET UTF-8\n", "utf-8")
    (tmp_path / "ia_XX.dic").write_text("2\nsaluton\namiko\n", "utf-8")
    monkeypatch.setenv("DICPATH", str(tmp_path))
    assert misspelt("Saluton amiko, amiiko", "ia") == ("amiiko",)


def test_long_text_and_endless_words_are_cut_short() -> None:
    assert misspelt("a" * 3000, "nl") == ()
    assert len(misspelt(" ".join(f"xq{'z' * (n % 30)}q{'w' * (n // 30)}" for n in range(3000)), "nl")) <= spelling.MOST


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Helaas is dat zo", (("Helaas", "jammer genoeg"),)),
        ("dat is  HELAAS zo", (("HELAAS", "jammer genoeg"),)),
        ("Onze klant\nnummer", (("klant\nnummer", "bestelnummer"),)),
        ("helaasheid", ()),
    ],
)
def test_words_that_a_desk_would_rather_not_use_are_found(text: str, found: tuple[tuple[str, str], ...]) -> None:
    assert rather_not(text, {"helaas": "jammer genoeg", "klant nummer": "bestelnummer"}) == found
