"""Joining: why two customers may be one person. That they are is for an agent to say, never for a rule."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.domain.customers.customer import Customer, Identity

MAX_GIVEN_BY = 4
"""Customers who gave one number, or whose profiles lead to one place. If more did, it tells nothing: it is an outage's
number, or an employer's site."""


@dataclass(frozen=True, slots=True)
class Reasons:
    """What two customers have in common: reference numbers that both gave, a full name, a handle of both, and
    places on the web to which their profiles lead, of which one may be the other's own page.
    """

    numbers: tuple[str, ...] = ()
    name: str = ""
    handle: str = ""
    links: tuple[str, ...] = ()

    @property
    def enough(self) -> bool:
        """Tell whether it is worth asking. Many people share a name, so a name alone is no reason, nor is a handle."""
        return bool(self.numbers) or bool(self.links) or bool(self.name and self.handle)

    @property
    def certain(self) -> bool:
        """Tell whether an agent can act on it at once. With a link they cannot: anybody can name another's page."""
        return bool(self.numbers and self.name)


def in_common(one: Customer, other: Customer, numbers: Collection[str] = (), links: Collection[str] = ()) -> Reasons:
    """Compare what two customers are called; `numbers` both gave, and to `links` both their profiles lead."""
    names = {full_name(identity.name): identity.name for identity in one.identities}
    name = next((names[key] for each in other.identities if (key := full_name(each.name)) and key in names), "")
    handles = {each.handle.casefold() for each in one.handles}
    handle = next((each.handle for each in reversed(other.handles) if each.handle.casefold() in handles), "")
    return Reasons(tuple(sorted(numbers)), name, handle, tuple(sorted(links)))


def full_name(name: str) -> str:
    """Return a name as names are compared; empty if it is one word, which may be anybody's first name."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    words = ["".join(filter(str.isalnum, word)) for word in bare.casefold().split()]
    known = [word for word in words if word]
    return " ".join(known) if sum(len(word) > 1 for word in known) > 1 else ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A customer who may be the same person, as far as the desks in sight know them, and why."""

    other: Customer
    threads: int
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class ToldApart:
    """That an agent said, and when, that one identity of a customer is not the person of another customer's."""

    one: Identity
    other: Identity
    by: str
    at: datetime
