"""For whom a public post is the last resort, by what they say."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

import pytest

from bot.domain.customers.last_resort import Signal, signals
from bot.platform.i18n import translator
from bot.views.cases.card import card as card_view
from bot.views.customers.last_resort import last_resort
from tests.support.samples import card, fine, post, pressable

LANGUAGES: dict[str, Any] = tomllib.loads(files("bot.domain.customers").joinpath("last_resort.toml").read_text("utf-8"))
EN = translator("en")


def said(which: str) -> list[tuple[Signal, str]]:
    return [(kind, text) for language in LANGUAGES.values() for kind in Signal for text in language[kind][which]]


class TestSignals:
    @pytest.mark.parametrize(("kind", "text"), said("examples"))
    def test_signal_is_heard_however_it_is_written(self, kind: Signal, text: str) -> None:
        assert kind in signals(f"@acme {text}")
        assert kind in signals(f"Hallo!\n{text.upper()}!! https://t.co/x")

    @pytest.mark.parametrize(("kind", "text"), said("others"))
    def test_what_only_resembles_it_is_none(self, kind: Signal, text: str) -> None:
        assert kind not in signals(f"@acme {text}")

    def test_every_language_has_every_kind(self) -> None:
        assert set(LANGUAGES) == {"nl", "sv", "en", "de"}
        assert all(set(table) == {"terms", *Signal} for table in LANGUAGES.values())

    def test_all_kinds_of_a_post_are_told_in_one_order(self) -> None:
        text = "Zaak A-104857: al drie keer gebeld en gemaild, dag 5 zonder antwoord. Beloofd is beloofd. Naar de pers!"
        assert signals(text) == tuple(Signal)

    def test_words_of_one_sentence_say_nothing_with_those_of_the_next(self) -> None:
        assert signals("Ik heb vandaag gebeld. Niemand thuis, dus dat was snel klaar!") == ()

    def test_words_of_the_desk_count_whole(self) -> None:
        own = {Signal.AUDIENCE: ("Vara Kassa", "?!")}
        assert signals("Straks bij VARA-kassa? Nee: vara  kassa!", own) == (Signal.AUDIENCE,)
        assert signals("Straks in de vara kassaband. Echt?", own) == ()

    @pytest.mark.parametrize(
        "text", ["gebeld " * 20_000, "a" * 100_000, "-" * 100_000, "1-" * 50_000, "al de " * 9_000]
    )
    def test_hostile_text_ends_at_once(self, text: str) -> None:
        signals(text)


class TestShown:
    def test_each_kind_is_a_sentence_on_the_small_line_with_a_way_to_decline(self) -> None:
        shown = card_view(card(posts=(post(signals="repeated audience"),)), EN)
        assert "says it is not the first time · names the press, a consumer body or a lawyer" in fine(shown)
        assert "not_urgent" in pressable(shown)

    @pytest.mark.parametrize(
        "changes",
        [
            {"signals": ""},
            {"not_urgent": "waiting"},
            {"answered_by": 4},
            {"muted": True},
        ],
    )
    def test_what_is_declined_answered_or_muted_is_not_said(self, changes: dict[str, Any]) -> None:
        shown = card_view(card(posts=(post(**{"signals": "waiting"} | changes),)), EN)
        assert "waited" not in fine(shown)
        assert "not_urgent" not in pressable(shown)

    @pytest.mark.parametrize("language", ["nl", "sv"])
    @pytest.mark.parametrize("kind", Signal)
    def test_reader_reads_it_in_their_language(self, language: str, kind: Signal) -> None:
        assert last_resort([kind], translator(language)) not in (None, last_resort([kind], EN))
