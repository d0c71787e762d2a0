"""The page about X's costs says what the desk's prices and habits come to."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.networks.x.spend import PRICES
from bot.settings.config import Desk
from bot.usecases.intake.recheck import MONTH, WEEK

PAGE = (Path(__file__).parents[3] / "bot" / "networks" / "x" / "README.md").read_text("utf-8")
DAY = timedelta(days=1)
USUAL, SHORT = Desk.model_fields["keep"].default, timedelta(days=30)


def looks(keep: timedelta) -> int:
    """How often a post is looked up that is kept so long: on its day, then daily, weekly and monthly."""
    asked, age = 0, timedelta()
    while age < keep:
        asked += 1
        age += DAY if age < WEEK else WEEK if age < MONTH else MONTH
    return asked


def mention(keep: timedelta) -> float:
    """What one mention costs that is answered without a link, in thousandths of a dollar."""
    read = PRICES["mention_read"] + PRICES["user_read"] + PRICES["post_read"] / 2
    return read + looks(keep) * PRICES["post_read"] + PRICES["post"] + PRICES["post_read"]


def test_prices_are_those_that_are_counted_with() -> None:
    named = {
        "a mention of yours": "mention_read",
        "any other post that is read": "post_read",
        "an author": "user_read",
        "a reply": "post",
        "a reply with a link": "post_with_url",
    }
    assert sorted(named.values()) == sorted(PRICES)
    for what, service in named.items():
        assert f"| {what} | {PRICES[service] / 1000:.3f} |" in PAGE  # type: ignore[index]


def test_mention_comes_to_what_the_page_says() -> None:
    assert f"| **in all** | **{mention(USUAL) / 1000:.4f}** | **{mention(SHORT) / 1000:.4f}** |" in PAGE
    asked = [looks(keep) * PRICES["post_read"] / 1000 for keep in (USUAL, SHORT)]
    assert f"while it is kept | {asked[0]:.3f} | {asked[1]:.3f} |" in PAGE


@pytest.mark.parametrize("a_day", [10, 100, 1_000])
def test_month_comes_to_what_the_page_says(a_day: int) -> None:
    usual, short = (f"${30 * a_day * mention(keep) / 1000:,.0f}" for keep in (USUAL, SHORT))
    assert f"| {a_day:,} | {usual} | {short} |" in PAGE, (usual, short)
