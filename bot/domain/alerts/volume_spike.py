"""When far more people write than is normal at this hour, and which of their words stand out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from bot.domain.alerts.stopwords import STOP_WORDS
from bot.domain.common.weeks import same_moments

HOUR = timedelta(hours=1)
HISTORY = timedelta(days=1)  # what must be known before anything can be called unusual
MINIMUM = 20  # mentions in an hour below which nothing is a spike
SPIKE = 3.0  # times normal
CALM = 1.5  # times normal
CALM_MENTIONS = 10  # calm all the same, where normal is next to nothing
MAX_WORDS = 6

_NOT_WORDS = re.compile(r"https?://\S+|www\.\S+|@\w+")
_WORD = re.compile(r"[^\W\d_][\w'\u2019-]+[^\W_]")


@dataclass(frozen=True, slots=True)
class VolumeSpike:
    """One spike: `mentions` in the hour before `at`, where `normal` is what such an hour brings."""

    id: int
    desk: str
    at: datetime
    mentions: int
    normal: float
    calm_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """A word that stands out, and in how many of the hour's messages it is."""

    text: str
    messages: int


@dataclass(frozen=True, slots=True)
class Said:
    """A customer's words, and where they can be read."""

    thread_id: int
    text: str
    url: str


def same_hours(at: datetime, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """The hour that ends at this time of the week, in each of the last 4 weeks, newest first."""
    return [(end - HOUR, end) for end in same_moments(at, zone)]


def normal(same_hour: Sequence[int]) -> float:
    """Mentions that this hour brings: the median of the same hour in earlier weeks, of which there is one at least."""
    return float(median(same_hour))


def mean_hour(mentions: int, length: timedelta) -> float:
    """What stands in for `normal` before there is an earlier week: `length` brought so many mentions."""
    return mentions / (length / HOUR)


def is_spike(mentions: int, usual: float) -> bool:
    return mentions >= max(MINIMUM, SPIKE * usual)


def is_calm(mentions: int, usual: float) -> bool:
    return mentions < max(CALM_MENTIONS, CALM * usual)


def outstanding(now: Sequence[str], before: Sequence[str]) -> tuple[Word, ...]:
    """The words whose share of messages rose most, the greatest rise first; of equal ones the first in the alphabet.

    A word stands out when it is in at least 3 messages and its share is at least 3 times what it was. A message counts
    once for a word, however often it says it.
    """
    counts, earlier = _counts(now), _counts(before)
    rises = []
    for word, messages in counts.items():
        share, usual = messages / len(now), earlier[word] / max(1, len(before))
        if messages >= 3 and share >= SPIKE * usual:
            rises.append((usual - share, word, messages))
    return tuple(Word(word, messages) for _, word, messages in sorted(rises)[:MAX_WORDS])


def words(text: str) -> set[str]:
    """The words that carry meaning: no addresses, no @handles, no numbers, and none that every sentence needs."""
    found = {word.casefold() for word in _WORD.findall(_NOT_WORDS.sub(" ", text))}
    return found - STOP_WORDS


def examples(said: Sequence[Said], standing_out: Iterable[Word], most: int = 5) -> tuple[Said, ...]:
    """The first post of each of the first threads that say one of these words; of any, when none stands out."""
    wanted = {word.text for word in standing_out}
    first: dict[int, Said] = {}
    for one in said:
        if not wanted or wanted & words(one.text):
            first.setdefault(one.thread_id, one)
    return tuple(first.values())[:most]


def _counts(texts: Iterable[str]) -> Counter[str]:
    return Counter(word for text in texts for word in words(text))
