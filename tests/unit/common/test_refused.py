"""Every no has its words, and says what to do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.cases.conversation import ReplyState
from bot.domain.cases.thread import State
from bot.domain.clock.said import EXAMPLE
from bot.domain.common.errors import RefusalCode, Refused
from bot.platform.i18n import LANGUAGES, translator
from bot.views.common.reasons import REASONS
from bot.views.common.refused import WORDS, field_error, refused, sentence
from handlers.refusals import FIELD_AT_FAULT
from tests.support.samples import AT, HOSTILE, fine, pressable

ROOT = Path(__file__).parents[3]
EN = translator("en")
FACTS = {
    "thread": 12,
    "into": 11,
    "owner": "U0ANNA",
    "since": AT,
    "reason": "Spam",
    "used": 301,
    "limit": 280,
    "number": 99,
    "name": "Bob",
    "word": "clam",
    "nearest": "claim",
    "command": "claim",
    "reference": "abc123",
    "piece": ":partyparrot:",
    "meant": "tomorrow 09:00",
    "network": "X",
    "character": "U+FFFE",
    "longest": 365,
    "within": timedelta(hours=24),
    "incident": "storing Utrecht",
    "desks": ("Sales", "Press"),
    "incidents": ("1 (storing Utrecht)", "2 (datalek)"),
}


def calls(*folders: str) -> Iterator[tuple[Path, ast.Call]]:
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            if "sandbox" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    yield path, node


def codes(name: str, *folders: str) -> dict[str, Path]:
    """First arguments of every `name("code", ...)` in the source."""
    return {
        argument.value: path
        for path, call in calls(*folders)
        if isinstance(call.func, ast.Name) and call.func.id == name and call.args
        for argument in ast.walk(call.args[0])
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }


def test_every_refusal_code_has_words() -> None:
    assert WORDS.keys() == set(RefusalCode)


def test_every_refusal_code_is_raised_somewhere() -> None:
    source = "".join(
        path.read_text("utf-8")
        for folder in ("bot/domain", "bot/usecases", "handlers", "storage")
        for path in (ROOT / folder).rglob("*.py")
    )
    named = re.findall(r"(?<! is )(?<! is not )RefusalCode\.(\w+)\b(?!:)", source)  # neither compared nor a key
    assert {RefusalCode[name] for name in named} | {RefusalCode(state) for state in State} == set(RefusalCode)


def test_every_network_refusal_has_words() -> None:
    found = codes("Rejected", "bot")
    assert {code: path for code, path in found.items() if code not in REASONS} == {}


@pytest.mark.parametrize("language", ["en", "nl", "sv"])
@pytest.mark.parametrize("code", sorted(WORDS))
def test_every_refusal_is_told_in_every_language(code: RefusalCode, language: str) -> None:
    shown = fine(refused(Refused(code, **FACTS), AT, translator(language)))
    assert "{" not in shown.replace('{"', "").replace("{time}", "")


def test_loser_of_a_race_is_told_who_won_and_offered_the_next() -> None:
    lost = {"thread": 12, "owner": "U0ANNA", "since": AT, "action": "claim"}
    message = refused(Refused(RefusalCode.TAKEN, **lost), AT, EN)
    assert message.text == f"<@U0ANNA> claimed #12 at <!date^{int(AT.timestamp())}^{{time}}|2026-11-20 15:50 UTC>."
    assert pressable(message) == ["claim_next_waiting"]
    assert "Claim next waiting" in fine(message)
    assert '"value": "12"' in fine(message)


def test_replier_can_take_over_what_a_colleague_owns() -> None:
    message = refused(Refused(RefusalCode.TAKEN, thread=12, owner="U0ANNA", since=AT), AT, EN)
    assert pressable(message) == ["take_over", "claim_next_waiting"]


def test_refused_text_is_given_back() -> None:
    message = refused(Refused(RefusalCode.TOO_LONG, thread=12, used=301, limit=280, text="My *dear* text"), AT, EN)
    assert "has 301 characters, and 280 fit. Please remove 21." in message.text
    assert "My *dear* text" in fine(message)


def test_typo_gets_the_nearest_command() -> None:
    assert (
        "Did you mean “claim”?"
        in refused(Refused(RefusalCode.UNKNOWN_COMMAND, word="clam", nearest="claim"), AT, EN).text
    )
    assert "Did you mean" not in refused(Refused(RefusalCode.UNKNOWN_COMMAND, word="xyzzy", nearest=None), AT, EN).text


def test_closed_thread_says_why() -> None:
    assert (
        "#12 is closed: Spam."
        in refused(Refused(RefusalCode.CLOSED, thread=12, owner=None, reason="Spam"), AT, EN).text
    )
    deleted = refused(Refused(RefusalCode.CLOSED, thread=12, owner=None, reason=None), AT, EN).text
    assert deleted == "The customer deleted what they wrote, so there is nothing left to answer in #12."


def test_code_without_words_is_not_shown_raw(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(WORDS, RefusalCode.TAKEN)
    assert refused(Refused(RefusalCode.TAKEN), AT, EN).text == "That is not possible now."


def test_late_undo_names_the_reply_it_was_about() -> None:
    assert "#12 " in sentence(Refused(RefusalCode.TOO_LATE, thread=12), AT, EN)
    assert "#" not in sentence(Refused(RefusalCode.TOO_LATE, thread=None), AT, EN)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", ReplyState)
def test_late_undo_tells_what_became_of_the_reply(state: ReplyState, language: str) -> None:
    told = sentence(Refused(RefusalCode.TOO_LATE, thread=12, state=state), AT, translator(language))
    sent = sentence(Refused(RefusalCode.TOO_LATE, thread=12, state=ReplyState.SENT), AT, translator(language))
    assert "#12" in told
    assert (told == sent) is (state in (ReplyState.SENT, ReplyState.QUEUED)), "only what was sent is said to be"


def test_typed_text_comes_back_harmless() -> None:
    for code in (
        RefusalCode.UNKNOWN_COMMAND,
        RefusalCode.UNKNOWN_PERSON,
        RefusalCode.NOT_A_NUMBER,
        RefusalCode.UNKNOWN_TARGET,
        RefusalCode.CLOSED,
    ):
        details = FACTS | {"word": HOSTILE, "name": HOSTILE, "reason": HOSTILE, "nearest": None}
        assert "<!channel" not in fine(refused(Refused(code, **details), AT, EN))


def test_refusal_about_a_field_is_plain_text() -> None:
    for code in FIELD_AT_FAULT:
        assert not re.search(r"<[@!#]|\*", field_error(Refused(code, **FACTS), AT, EN))


@pytest.mark.parametrize("piece", [":partyparrot:", "@channel", "<@U0NOBODY>"])
def test_piece_that_slack_alone_understands_is_named_as_it_was_typed(piece: str) -> None:
    refusal = Refused(RefusalCode.SLACK_NOTATION, piece=piece, field="text")
    assert f"“{piece}”" in field_error(refusal, AT, EN)
    shown = piece.replace("<", "&lt;").replace(">", "&gt;")
    assert f"`{shown}`" in fine(refused(refusal, AT, EN))


def test_claim_of_another_day_is_told_with_its_day() -> None:
    for code in (RefusalCode.TAKEN, RefusalCode.NOT_YOURS):
        earlier = sentence(Refused(code, thread=12, owner="U0ANNA", since=AT - timedelta(days=1)), AT, EN)
        assert "{time} ({date_long_pretty})" in earlier
        assert "{date" not in sentence(Refused(code, thread=12, owner="U0ANNA", since=AT), AT, EN)


@pytest.mark.parametrize(
    ("language", "meant"), [("en", "tomorrow 09:00"), ("nl", "morgen 09:00"), ("sv", "imorgon 09:00")]
)
@pytest.mark.parametrize("code", [RefusalCode.TIME_UNREADABLE, RefusalCode.TIME_PAST])
def test_example_of_a_time_is_in_the_reader_s_language(code: RefusalCode, language: str, meant: str) -> None:
    refusal = Refused(code, piece="xyzzy", meant=EXAMPLE)
    for said in (sentence(refusal, AT, translator(language)), field_error(refusal, AT, translator(language))):
        assert f"{meant}`?" in said or f"{meant}”?" in said
    kept = Refused(code, piece="xyzzy", meant="monday 10:00")
    assert "monday 10:00" in sentence(kept, AT, translator(language))
