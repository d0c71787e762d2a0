"""Who a customer is: a number at a network. Handles change hands, numbers do not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Handle:
    """What a customer was called, without the @, and when we first and last saw them write under it."""

    handle: str
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """One customer. `network` is such as "x", `id` their number there; `handles` are oldest first, at least one."""

    network: str
    id: str
    handles: tuple[Handle, ...]

    @property
    def key(self) -> str:
        """Name the customer in one word, such as "x:77"."""
        return f"{self.network}:{self.id}"

    @property
    def now_called(self) -> str:
        return self.handles[-1].handle


def network_of(account: str) -> str:
    """Return the network of an account: that of "x:acme" is "x"."""
    return account.partition(":")[0]
