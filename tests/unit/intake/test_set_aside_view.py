"""What the channel is told of a post that could not be stored, in each language."""

from __future__ import annotations

import pytest

from bot.platform.i18n import translator
from bot.views.intake.models import SetAsideNotice
from bot.views.intake.set_aside import notice

NOTICE = SetAsideNotice("Support", "X", "acme", "https://x.com/klant/status/1")


@pytest.mark.parametrize(
    ("language", "words", "label"),
    [
        ("en", "could not be stored", "See it on X"),
        ("nl", "kon niet worden opgeslagen", "Bekijk het op X"),
        ("sv", "kunde inte sparas", "Se det på X"),
    ],
)
def test_notice_links_to_the_post(language: str, words: str, label: str) -> None:
    text = notice(NOTICE, translator(language)).text
    assert words in text
    assert text.endswith(f"<https://x.com/klant/status/1|{label}>")


def test_notice_of_a_forgotten_customer_has_no_link() -> None:
    text = notice(SetAsideNotice("Support", "X", "acme", ""), translator("en")).text
    assert text.endswith("Please answer it there.")
