"""Who a customer is: one person, whatever number a network has given them. Handles change hands, numbers do not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

INBOUND = "inbound"
"""The network of what other tools post to us: "inbound:coosto"."""


@dataclass(frozen=True, slots=True)
class Handle:
    """What a customer was called, without the @, and when we first and last saw them write under it."""

    handle: str
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """A customer on one network. `network` is such as "x", `author_id` its number of them; `handles` oldest first."""

    network: str
    author_id: str
    handles: tuple[Handle, ...]
    name: str = ""

    @property
    def key(self) -> str:
        """Name the identity in one word, such as "x:77"."""
        return f"{self.network}:{self.author_id}"


@dataclass(frozen=True, slots=True)
class Customer:
    """One person, with at least one identity.

    `id` is our own number of them; None for somebody who began no thread, of whom only a post that was set aside, or
    that a customer referred to, is here. `language` is the one that an agent said they write, if any did.
    """

    id: int | None
    identities: tuple[Identity, ...]
    language: str | None = None

    @property
    def key(self) -> str:
        """Name the customer by their first identity, such as "x:77"."""
        return self.identities[0].key

    @property
    def handles(self) -> tuple[Handle, ...]:
        """Every handle on every network, the one that was seen last at the end."""
        found = (handle for identity in self.identities for handle in identity.handles)
        return tuple(sorted(found, key=lambda handle: (handle.last_at, handle.first_at)))

    @property
    def now_called(self) -> str:
        return self.handles[-1].handle

    def is_called(self, key: str) -> bool:
        """Tell whether one of the identities has this key, such as "x:77"."""
        return any(identity.key == key for identity in self.identities)


def is_passed_on(account: str) -> bool:
    """Tell whether what we answer goes to a tool that passes it on, and not to the customer's network."""
    return network_of(account) == INBOUND


def network_of(account: str) -> str:
    """Return the network of an account: that of "x:acme" is "x"."""
    return account.partition(":")[0]
