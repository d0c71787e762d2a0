"""Which desk answers what comes in: of an operator's rules the first one that holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.clock.calendar import Calendar, is_open
from bot.domain.common.command import folded
from bot.domain.common.phrases import says
from bot.domain.customers.customer import network_of


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is known of a mention as it comes in, or of its thread when a colleague gives it a `label`.

    `account` is like "x:acme"; the words of who is `hurried` say that we are their last resort.
    """

    account: str
    text: str
    at: datetime
    language: str | None = None
    private: bool = False
    hurried: bool = False
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """A rule: mentions of which all that it says holds go to the desk of that key.

    `words` are several of which one is enough; `hour` are the times at which it holds, None for any. One with a `label`
    is about threads that a colleague labels so, and about nothing that comes in.
    """

    desk: str
    network: str | None = None
    account: str | None = None
    kind: str | None = None
    language: str | None = None
    words: tuple[str, ...] = ()
    signal: str | None = None
    hour: Calendar | None = None
    label: str | None = None

    def holds(self, arrival: Arrival) -> bool:
        """Tell whether it is about such a mention. A rule for "pt" is also about "pt-BR"."""
        spoken = (arrival.language or "").lower()
        return (
            self.network in (None, network_of(arrival.account))
            and self.account in (None, arrival.account)
            and self.kind in (None, "private" if arrival.private else "public")
            and (self.language is None or spoken == self.language or spoken.startswith(f"{self.language}-"))
            and (not self.words or self.said_in(arrival.text) is not None)
            and (self.signal is None or arrival.hurried)
            and (self.hour is None or is_open(self.hour, arrival.at))
            and (self.label is None) is (arrival.label is None)
            and (self.label is None or folded(self.label) == folded(arrival.label or ""))
        )

    def said(self, text: str) -> str:
        """Say what it is about, for an operator: "language=nl words=offerte", of its words the one in the text."""
        about = {
            "network": self.network,
            "account": self.account,
            "kind": self.kind,
            "language": self.language,
            "words": self.said_in(text),
            "signal": self.signal,
            "hour": self.hour.hours if self.hour else None,
            "label": self.label,
        }
        return " ".join(f"{key}={value}" for key, value in about.items() if value is not None)

    def said_in(self, text: str) -> str | None:
        """Return the first of its words that a text has."""
        return next((word for word in self.words if says(text, word)), None)


def first_that_holds(routes: Iterable[Route], arrival: Arrival) -> tuple[int, Route] | None:
    """Return the rule that decides, with its place from 1 on; None if none holds."""
    return next((found for found in enumerate(routes, 1) if found[1].holds(arrival)), None)
