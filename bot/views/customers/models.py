"""What is shown of customers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InCrm:
    """Whom the CRM knows a customer as; an empty `name` says that it knows nobody."""

    name: str
    line: str
    url: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket in the CRM; without a number it is being opened."""

    number: str
    url: str
