"""Made-up mentions of the size that people write."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.cases.mention import Author, Mention
from bot.networks.base import Fetched


def fetched(count: int, at: datetime, *, first: int = 0) -> Fetched:
    """So many mentions by as many people, ten a second, the last of them at `at`."""
    times = (at - timedelta(seconds=(count - number) / 10) for number in range(count))
    return Fetched(tuple(_mention(first + number, time) for number, time in enumerate(times)), None)


def _mention(number: int, at: datetime) -> Mention:
    author = Author(str(10_000 + number), f"customer{number}", f"Customer {number}", number % 5000)
    return Mention(
        id=str(1_000_000 + number),
        conversation=str(1_000_000 + number),
        author=author,
        text=f"@acme mijn pakket {number} is nog steeds niet aangekomen, kunnen jullie kijken waar het blijft?",
        posted_at=at,
        url=f"https://x.com/{author.handle}/status/{1_000_000 + number}",
        language="nl",
    )
