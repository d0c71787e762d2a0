"""When far more people write than is normal for the hour, and which of their words stand out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from bot.domain.common.stopwords import words
from bot.domain.common.weeks import same_moments

HOUR = timedelta(hours=1)
HISTORY = timedelta(days=1)  # how much must be on record before anything can be called unusual
MINIMUM = 20  # mentions an hour; fewer are never a spike
SPIKE = 3.0  # times normal
CALM = 1.5  # times normal
CALM_MENTIONS = 10  # mentions an hour; fewer are always calm, however low normal is
MAX_WORDS = 6


@dataclass(frozen=True, slots=True)
class VolumeSpike:
    """One spike: `mentions` came in during the hour before `at`; `normal` is the usual number for that hour."""

    id: int
    desk: str
    at: datetime
    mentions: int
    normal: float
    calm_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """A word that stands out, and the number of posts of the hour that contain it."""

    text: str
    messages: int


@dataclass(frozen=True, slots=True)
class Said:
    """What a customer wrote, and the address where it can be read."""

    thread_id: int
    text: str
    url: str


def same_hours(at: datetime, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """Return, newest first, the hour that ends at this time of the week in each of the last 4 weeks."""
    return [(end - HOUR, end) for end in same_moments(at, zone)]


def normal(same_hour: Sequence[int]) -> float:
    """Return the usual number of mentions: the median of the same hour in earlier weeks.

    Raises statistics.StatisticsError when `same_hour` is empty.
    """
    return float(median(same_hour))


def mean_hour(mentions: int, length: timedelta) -> float:
    """Return mentions an hour over `length`; stands in for `normal` until one whole week is on record."""
    return mentions / (length / HOUR)


def is_spike(mentions: int, usual: float) -> bool:
    return mentions >= max(MINIMUM, SPIKE * usual)


def is_calm(mentions: int, usual: float) -> bool:
    return mentions < max(CALM_MENTIONS, CALM * usual)


def outstanding(now: Sequence[str], before: Sequence[str]) -> tuple[Word, ...]:
    """Return the words whose share of the posts rose most, steepest first; ties go by alphabet.

    A word stands out when at least 3 posts contain it and its share is at least 3 times what it was. A post counts once
    for a word, however often it repeats it.
    """
    counts, earlier = _counts(now), _counts(before)
    rises = []
    for word, messages in counts.items():
        share, usual = messages / len(now), earlier[word] / max(1, len(before))
        if messages >= 3 and share >= SPIKE * usual:
            rises.append((usual - share, word, messages))
    return tuple(Word(word, messages) for _, word, messages in sorted(rises)[:MAX_WORDS])


def examples(said: Sequence[Said], standing_out: Iterable[Word], most: int = 5) -> tuple[Said, ...]:
    """Return the first matching post of each thread, for the first `most` threads.

    A post matches when it contains a word that stands out; when no word stands out, every post matches.
    """
    wanted = {word.text for word in standing_out}
    first: dict[int, Said] = {}
    for post in said:
        if not wanted or wanted & words(post.text):
            first.setdefault(post.thread_id, post)
    return tuple(first.values())[:most]


def _counts(texts: Iterable[str]) -> Counter[str]:
    return Counter(word for text in texts for word in words(text))
