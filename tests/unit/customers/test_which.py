"""The question which customer is meant."""

from __future__ import annotations

import pytest

from bot.platform.i18n import translator
from bot.views.customers.which import which
from tests.support.samples import HOSTILE, customer, fine, pressable

EN = translator("en")


def test_each_is_told_apart_by_handles_and_dates() -> None:
    shown = which("@old", [customer("old", "new"), customer("Old")], EN)
    text = fine(shown)
    assert "2 people have used the name @old. Whom do you mean?" in shown.text
    assert text.index("*@new* from") < text.index("*@old* from") < text.index("*@Old* from")
    assert pressable(shown) == ["history_of", "history_of"]
    assert shown.blocks[1]["accessory"]["value"] == "x:77 @old"


@pytest.mark.parametrize("language", ["en", "nl", "sv"])
def test_many_with_long_names_fit(language: str) -> None:
    shown = which(HOSTILE * 9, [customer(*[HOSTILE * 9] * 9)] * 60, translator(language))
    assert len(fine(shown)) < 10_000
