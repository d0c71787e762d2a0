"""The month so far: what it was about, and how often what looked like a last resort was one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.customers.last_resort import Signal


@dataclass(frozen=True, slots=True)
class SignalHits:
    """How many posts showed one kind of signal of a last resort, and for how many of them an agent said no."""

    kind: Signal
    shown: int
    declined: int

    @property
    def rate(self) -> float:
        """The share, from 0 to 1, that nobody declined."""
        return 1 - self.declined / self.shown


@dataclass(frozen=True, slots=True)
class Helpful:
    """How many customers were asked whether an answer helped, how many said so, and the sum of their 1 to 5."""

    asked: int = 0
    n: int = 0
    sum: int = 0

    @property
    def mean(self) -> float | None:
        return self.sum / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class MonthSoFar:
    """A desk's month up to the end of the day that is told.

    `labels` has how many threads got each, `outcomes` how many ended with each, most first.
    """

    labels: Mapping[str, int] = field(default_factory=dict)
    signals: tuple[SignalHits, ...] = ()
    outcomes: Mapping[str, int] = field(default_factory=dict)
    helpful: Helpful = field(default_factory=Helpful)
