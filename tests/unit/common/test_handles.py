"""Handles are one word to every rule that leaves them out, whatever network they are of."""

from __future__ import annotations

import pytest

from bot.domain.cases.thanks import only_thanks
from bot.domain.common import language, stopwords
from bot.domain.common.handles import HANDLES
from bot.domain.incidents.quotes import nameless
from bot.domain.knowledge import words as bank
from bot.domain.replies import spelling
from bot.domain.replies.copies import Written, alike
from bot.domain.reports.feedback import without_handles

HANDLE = pytest.mark.parametrize(
    "handle",
    [
        "@acme",
        "@acme_nl",
        "@acme.example.com",
        "@anne-marie.bsky.social",
        "@acme@example.social",
        "\uff20acme.example.com",
    ],
)


@HANDLE
@pytest.mark.parametrize("after", ["", ".", ", hallo", "!", "\nhallo", " hallo", "…", ") en"])
def test_whole_handle_is_found_and_no_more(handle: str, after: str) -> None:
    assert HANDLES.sub("X", f"dag {handle}{after}") == f"dag X{after}"


@HANDLE
def test_thanks_to_a_handle_are_only_thanks(handle: str) -> None:
    assert only_thanks(f"{handle} dank je wel!")


@HANDLE
def test_handle_is_not_misspelt(handle: str) -> None:
    if spelling.has_dictionary("nl"):
        assert spelling.misspelt(f"Dag {handle}, we zoeken het uit.", "nl") == ()


@HANDLE
def test_handle_does_not_stay_in_a_quote_for_the_press(handle: str) -> None:
    assert nameless(f"hallo {handle} help", ()) == nameless("hallo @x help", ())


@HANDLE
def test_bank_keeps_no_part_of_a_handle(handle: str) -> None:
    assert bank.anonymous(f"hallo {handle} help", "").split() == ["hallo", "help"]
    assert bank.telling(f"kapot {handle}") == bank.telling("kapot")


@HANDLE
def test_handle_carries_no_meaning(handle: str) -> None:
    assert stopwords.words(f"storing {handle} Utrecht") == {"storing", "utrecht"}
    assert stopwords.words_and_numbers(f"storing {handle}") == {"storing"}


@HANDLE
def test_answers_that_differ_in_the_handle_are_alike(handle: str) -> None:
    answer = "we zoeken het meteen voor je uit"
    assert alike(Written(f"Dag {handle}, {answer}", ""), Written(f"Dag @x, {answer}", "")) == 100


@HANDLE
def test_handle_tells_no_language(handle: str) -> None:
    if language.is_known():
        assert language.certain(f"{handle} ok {handle} ja {handle}") is None


@HANDLE
def test_published_words_hold_no_handle(handle: str) -> None:
    assert without_handles(f"{handle} help, {handle} doet niets") == "help, @… doet niets"


def test_mail_address_is_left_out_whole() -> None:
    assert nameless("mail anne@acme.nl even", ()) == nameless("mail www.acme.nl even", ())
    assert bank.anonymous("mail anne@acme.nl even of bel@anne", "").split() == ["mail", "even", "of"]
