"""The slash command's language, as people type it and as Slack escapes it."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.common.command import Command, Number, Word, parse, person, plain, usage_hint
from bot.domain.common.errors import Refused
from handlers import SLASH_WORDS


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("", Command("help", None, "")),
        ("  ", Command("help", None, "")),
        ("OPEN", Command("open", None, "")),
        ("claim 1042", Command("claim", 1042, "")),
        ("claim #1042", Command("claim", 1042, "")),
        ("reply   1042   Wat vervelend!  Ik kijk  mee ", Command("reply", 1042, "Wat vervelend!  Ik kijk  mee")),
        ("reply 1042\nTwee\nregels", Command("reply", 1042, "Twee\nregels")),
        ("reply\n1042\nTwee", Command("reply", 1042, "Twee")),
        ("close\t7 spam", Command("close", 7, "spam")),
        ("claim\N{NO-BREAK SPACE}7", Command("claim", 7, "")),
        ("1042", Command("show", 1042, "")),
        (" #1042 ", Command("show", 1042, "")),
        ("release", Command("release", None, "")),
        ("release 7", Command("release", 7, "")),
        ("handover 7 <@U0LARS|lars>", Command("handover", 7, "<@U0LARS|lars>")),
        ("history @klant", Command("history", None, "@klant")),
    ],
)
def test_command_is_read_as_people_type_it(text: str, command: Command) -> None:
    assert parse(text, SLASH_WORDS) == command


@pytest.mark.parametrize(
    ("text", "code", "details"),
    [
        ("cliam 7", "unknown_command", {"word": "cliam", "nearest": "claim"}),
        ("replay 7 Hoi", "unknown_command", {"word": "replay", "nearest": "reply"}),
        ("escalte 7", "unknown_command", {"word": "escalte", "nearest": "escalate"}),
        ("xyzzy", "unknown_command", {"word": "xyzzy", "nearest": None}),
        ("claim", "number_missing", {"command": "claim"}),
        ("99999999999999999999", "not_a_number", {"word": "99999999999999999999"}),
        ("claim seven", "not_a_number", {"word": "seven"}),
        ("claim ##7", "not_a_number", {"word": "##7"}),
        ("claim -7", "not_a_number", {"word": "-7"}),
        ("claim \N{ARABIC-INDIC DIGIT SEVEN}", "not_a_number", {"word": "\N{ARABIC-INDIC DIGIT SEVEN}"}),
        ("claim 7²", "not_a_number", {"word": "7²"}),
        ("claim 99999999999999999999", "not_a_number", {"word": "99999999999999999999"}),
    ],
)
def test_unknown_words_are_named(text: str, code: str, details: dict[str, object]) -> None:
    with pytest.raises(Refused) as refused:
        parse(text, SLASH_WORDS)
    assert (refused.value.code, refused.value.details) == (code, details)


@pytest.mark.parametrize("word", SLASH_WORDS, ids=lambda word: word.name)
def test_every_word_is_known(word: Word) -> None:
    assert parse(word.form, SLASH_WORDS).word == word.name


def test_no_word_is_registered_twice() -> None:
    names = [word.name for word in SLASH_WORDS]
    assert sorted(set(names)) == sorted(names)


def test_word_is_known_by_being_registered() -> None:
    words = (Word("ping", "say pong", Number.OPTIONAL, hinted=True), Word("tidy", "sweep the desk"))
    assert parse("ping 7", words) == Command("ping", 7, "")
    assert parse("ping", words) == Command("ping", None, "")
    assert usage_hint(words) == "ping 1042"
    with pytest.raises(Refused, match="unknown_command") as refused:
        parse("pnig 7", words)
    assert refused.value.details["nearest"] == "ping"


def test_usage_hint_names_what_is_used_most() -> None:
    assert usage_hint(SLASH_WORDS) == "open | mine | show 1042 | claim 1042 | reply 1042 | help"


@given(st.text())
def test_nothing_typed_breaks_the_parser(text: str) -> None:
    with contextlib.suppress(Refused):
        assert parse(text, SLASH_WORDS).word in {word.name for word in SLASH_WORDS}
    person(text)
    plain(text)


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("<@U0LARS|lars>", "U0LARS"),
        (" <@U0LARS> ", "U0LARS"),
        ("<@W0LARS>", "W0LARS"),
        ("@lars", None),
        ("<#C0SUPPORT|webcare>", None),
        ("<@U0LARS> en jij", None),
    ],
)
def test_person_is_an_escaped_mention(text: str, id_: str | None) -> None:
    assert person(text) == id_


@pytest.mark.parametrize(
    ("escaped", "typed"),
    [
        ("Tom &amp; Jerry &lt;3", "Tom & Jerry <3"),
        ("&amp;lt;", "&lt;"),
        ("zie <https://acme.nl/hulp>", "zie https://acme.nl/hulp"),
        ("zie <http://acme.nl|acme.nl>", "zie acme.nl"),
        ("<https://acme.nl/?a=1&amp;b=2>", "https://acme.nl/?a=1&b=2"),
        ("<mailto:hulp@acme.nl|hulp@acme.nl>", "hulp@acme.nl"),
        ("<mailto:hulp@acme.nl>", "hulp@acme.nl"),
        ("vraag <@U0LARS|lars> in <#C0SUPPORT|webcare>", "vraag @lars in #webcare"),
        ("<!here> <!subteam^S1|@team>", "@here @team"),
        ("1 < 2 > 0", "1 < 2 > 0"),
    ],
)
def test_customers_read_what_the_agent_typed(escaped: str, typed: str) -> None:
    assert plain(escaped) == typed
