"""The slash command's language, as people type it and as Slack escapes it."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.common.command import Command, Number, Word, addressed, folded, parse, plain, usage_hint
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
        ("claim 5 6 7", Command("claim", 5, "", (6, 7))),
        ("claim #5, #6,7", Command("claim", 5, "", (6, 7))),
        ("claim 5 5 5", Command("claim", 5, "")),
        ("claim 5 6 zeven 7", Command("claim", 5, "zeven", (6, 7))),
        ("undo", Command("undo", None, "")),
        ("undo 7", Command("undo", 7, "")),
        ("next", Command("next", None, "")),
        ("pak 5 6", Command("claim", 5, "", (6,))),
        ("BEANTWOORD 7 Dag", Command("reply", 7, "Dag")),
        ("volgende", Command("next", None, "")),
        ("nästa", Command("next", None, "")),
        ("nasta", Command("next", None, "")),
        ("na\N{COMBINING DIAERESIS}sta", Command("next", None, "")),
        ("Ångra 7", Command("undo", 7, "")),
        ("visa #7", Command("show", 7, "")),
    ],
)
def test_command_is_read_as_people_type_it(text: str, command: Command) -> None:
    assert parse(text, SLASH_WORDS) == command


@pytest.mark.parametrize(
    ("text", "code", "details"),
    [
        ("cliam 7", "unknown_command", {"word": "cliam", "nearest": "claim"}),
        ("replay 7 Hoi", "unknown_command", {"word": "replay", "nearest": "reply"}),
        ("volgnde", "unknown_command", {"word": "volgnde", "nearest": "volgende"}),
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


def test_no_word_means_two_things_in_any_language() -> None:
    names = [folded(name) for word in SLASH_WORDS for name in word.names]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("name", [name for word in SLASH_WORDS for name in word.names])
def test_every_word_is_understood_in_every_language(name: str) -> None:
    (word,) = (word for word in SLASH_WORDS if name in word.names)
    assert parse(f"{name} 7", SLASH_WORDS).word == word.name
    assert len(name.split()) == 1


@pytest.mark.parametrize("language", ["nl", "sv"])
def test_every_word_has_one_in_the_other_languages(language: str) -> None:
    assert [word.name for word in SLASH_WORDS if not word.spoken.get(language)] == []


def test_more_numbers_than_fit_an_answer_are_refused() -> None:
    numbers = " ".join(str(number) for number in range(1, 22))
    with pytest.raises(Refused, match="too_many_numbers"):
        parse(f"claim {numbers}", SLASH_WORDS)
    assert len(parse(f"claim {numbers.removesuffix(' 21')}", SLASH_WORDS).others) == 19


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
    addressed(text)
    plain(text)


@pytest.mark.parametrize(
    ("text", "id_", "rest"),
    [
        ("<@U0LARS|lars>", "U0LARS", ""),
        (" <@U0LARS> ", "U0LARS", ""),
        ("<@W0LARS>", "W0LARS", ""),
        ("@lars", None, "@lars"),
        ("<#C0SUPPORT|webcare>", None, "<#C0SUPPORT|webcare>"),
        ("<@U0LARS> en jij", "U0LARS", "en jij"),
        ("<@U0LARS|lars>\nBelt om drie uur\n&amp; wacht", "U0LARS", "Belt om drie uur\n&amp; wacht"),
        ("<@U0LARS>x", None, "<@U0LARS>x"),
    ],
)
def test_addressee_is_the_mention_at_the_beginning(text: str, id_: str | None, rest: str) -> None:
    assert addressed(text) == (id_, rest)


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


def test_words_copied_from_a_card_are_what_was_written() -> None:
    assert plain("@\u02cdanna\u02cd") == "@_anna_"
    assert plain("Rene\u0301 \u223ckees/x") == "René ~kees/x"
