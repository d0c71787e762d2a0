"""Which messages only thank us, and which wait for an answer."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from bot.domain.cases.thanks import only_thanks

KNOWN = tomllib.loads(files("bot.domain.cases").joinpath("thanks.toml").read_text("utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        *(text for language in KNOWN.values() for text in language["examples"]),
        *("❤️", "🙏🏽", "👍🏿👍🏿", "😊😊😊", "@acme 🙌", ":-)", "✅ ^JD", "DANK!!!", "  thanks  ", "merci"),
    ],
)
def test_message_that_only_thanks_is_known(text: str) -> None:
    assert only_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        *(text for language in KNOWN.values() for text in language["others"]),
        *(
            "",
            "   ",
            "@acme",
            "...",
            "!",
            "123",
            "#fail",
            "👎",
            "🖕",
            "😢",
            "🙄",
            "bedankt " * 40,
            "\u0000",
            "谢谢 在哪里",
        ),
    ],
)
def test_message_that_asks_for_more_is_never_taken_for_thanks(text: str) -> None:
    assert not only_thanks(text)


@pytest.mark.parametrize("text", [text for language in KNOWN.values() for text in language["examples"]])
def test_one_word_or_sign_more_is_enough_to_be_heard(text: str) -> None:
    assert not any(
        only_thanks(f"{text} {more}") for more in ("?", "maar", "men", "but", "aber", "1042", "https://x.com/a")
    )
