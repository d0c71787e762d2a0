"""The question which customer is meant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.customers.customer import Handle
from bot.platform.i18n import translator
from bot.views.customers.which import dated, which
from tests.support.samples import HOSTILE, customer, fine, pressable

EN = translator("en")


def test_each_is_told_apart_by_handles_and_dates() -> None:
    shown = which("@old", [customer("old", "new"), customer("Old")], EN)
    text = fine(shown)
    assert "2 people have used the name @old. Whom do you mean?" in shown.text
    assert text.index("*@new* from") < text.index("*@old* from") < text.index("*@Old* from")
    assert pressable(shown) == ["history_of", "history_of"]
    assert shown.blocks[1]["accessory"]["value"] == "x:77 @old"


@pytest.mark.parametrize(("hours", "said"), [(0, "*@jan* on <"), (2, "*@jan* on <"), (30, "*@jan* from <")])
def test_single_day_is_named_once(hours: float, said: str) -> None:
    first = datetime(2026, 11, 28, 8, tzinfo=UTC)
    assert dated([Handle("jan", first, first + timedelta(hours=hours))], EN, "").startswith(said)


@pytest.mark.parametrize("language", ["en", "nl", "sv"])
def test_many_with_long_names_fit(language: str) -> None:
    shown = which(HOSTILE * 9, [customer(*[HOSTILE * 9] * 9)] * 60, translator(language))
    assert len(fine(shown)) < 10_000
