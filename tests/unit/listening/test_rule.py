"""Which posts a rule means, and how much an hour may bring."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.cases.mention import Author, Mention
from bot.domain.listening.budget import hour_of
from bot.domain.listening.rule import HOUR, Rule, has_word

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def said(text: str, *, by: str = "bob", language: str | None = None) -> Mention:
    return Mention("1", "1", Author("7", by, by), text, AT, "https://x.com/bob/status/1", language)


@pytest.mark.parametrize(
    ("text", "word", "has"),
    [
        ("Acme is stuk", "acme", True),
        ("Acme's app", "acme", True),
        ("#acme is stuk", "acme", True),
        ("acmetastisch", "acme", False),
        ("pacmen", "acme", False),
        ("@acme is stuk", "acme", False),
        ("@acme acme is stuk", "acme", True),
        ("#AcmeStoring!", "#acmestoring", True),
        ("acmestoring", "#acmestoring", False),
        ("#acmestoring2", "#acmestoring", False),
        ("acme   storing", "acme storing", True),
        ("acme heeft storing", "acme storing", False),
        ("ac\u200bme", "acme", True),
        ("A\u030akeri", "åkeri", True),
        ("acme.nl (werkt niet)", "acme.nl", True),
        ("acmeXnl", "acme.nl", False),
    ],
)
def test_words_are_found_whole(text: str, word: str, has: bool) -> None:
    assert has_word(text, word) is has


def test_post_is_found_by_the_first_of_the_words_that_it_has() -> None:
    rule = Rule("Support", "x:acme", ("#acmestoring", "acme"))
    assert rule.word_in(said("acme #acmestoring")) == "#acmestoring"
    assert rule.word_in(said("acme")) == "acme"
    assert rule.word_in(said("weer")) is None


def test_what_has_a_word_that_is_not_meant_is_not_found() -> None:
    rule = Rule("Support", "x:acme", ("acme",), ("road runner",), ("Acme_Ads",))
    assert rule.word_in(said("acme en de Road Runner")) is None
    assert rule.word_in(said("acme", by="acme_ads")) is None


@pytest.mark.parametrize(
    ("text", "language", "meant"),
    [
        ("acme", None, True),
        ("acme", "und", True),
        ("acme", "qme", True),
        ("acme", "nl-BE", True),
        ("acme", "fr", False),
        ("My new kettle by acme is broken and nobody answers", "nl", False),
    ],
)
def test_language_counts_where_it_can_be_told(text: str, language: str | None, meant: bool) -> None:
    rule = Rule("Support", "x:acme", ("acme",), languages=("nl",))
    assert (rule.word_in(said(text, language=language)) is not None) is meant


def test_rule_with_other_words_is_another_one() -> None:
    rule = Rule("Support", "x:acme", ("acme", "storing"))
    assert rule.key == Rule("Support", "x:acme", ("Storing", "ACME"), ("weer",), budget=5).key
    others = {Rule("Sales", *key).key for key in (("x:acme", ("acme",)), ("x:acme", ("storing",)), ("y:b", ("acme",)))}
    assert len(others | {rule.key}) == 4


class TestHour:
    def test_room_is_what_is_left(self) -> None:
        assert hour_of(AT, 3, None, 10, AT + timedelta(minutes=59)).room(10) == 7
        assert hour_of(AT, 30, None, 10, AT).room(10) == 0

    def test_next_hour_begins_empty(self) -> None:
        assert hour_of(AT, 10, AT, 10, AT + HOUR).room(10) == 10

    def test_it_is_slowed_from_the_first_full_hour_until_one_had_room(self) -> None:
        full = hour_of(None, 0, None, 10, AT).with_read(10, 10, AT)
        assert full.slowed_since == AT
        assert hour_of(AT, 10, AT, 10, AT + HOUR).slowed_since == AT
        assert hour_of(AT, 9, AT, 10, AT + HOUR).slowed_since is None
        assert hour_of(AT, 10, AT, 10, AT + 3 * HOUR).slowed_since is None

    def test_hour_of_a_wrong_clock_does_not_count(self) -> None:
        assert hour_of(AT + 5 * HOUR, 10, None, 10, AT).room(10) == 10
