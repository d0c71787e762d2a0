"""What other systems are told of a thread: five things that happen to it."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from hashlib import sha256

from bot.domain.cases.conversation import EventKind

GIVE_UP = timedelta(hours=24)  # after what happened; what could not be told by then is on the list of webcare check
LISTED = timedelta(days=7)  # after what happened: how long it is on that list
UNSETTLED_SECONDS = 60.0  # of the machine: for so long, what began earlier than others may still be committed


class HookEvent(StrEnum):
    """What can be told, as webcare.toml names it."""

    RECEIVED = "received"  # a customer's first words are here, or a thread of another desk is
    CLAIMED = "claimed"  # an agent became the owner
    ANSWERED = "answered"  # our answer reached the customer
    BREACHED = "breached"  # the target of a wait was missed
    CLOSED = "closed"  # it ended without an answer


TOLD_BY: dict[EventKind, HookEvent] = {
    EventKind.RECEIVED: HookEvent.RECEIVED,
    EventKind.MOVED: HookEvent.RECEIVED,  # to the desk that has it now
    EventKind.CLAIMED: HookEvent.CLAIMED,
    EventKind.TAKEN_OVER: HookEvent.CLAIMED,
    EventKind.HANDED_OVER: HookEvent.CLAIMED,
    EventKind.SENT: HookEvent.ANSWERED,
    EventKind.OUTSIDE: HookEvent.ANSWERED,
    EventKind.CONTACTED: HookEvent.ANSWERED,
    EventKind.NAGGED: HookEvent.BREACHED,
    EventKind.CLOSED: HookEvent.CLOSED,
}
"""The lines of the timeline that tell it."""


def hook_id(desk: str, url: str) -> str:
    """Name an address of a desk without telling it: it may hold a secret."""
    return sha256(f"{desk}\n{url}".encode()).hexdigest()[:16]


def mark_id(hook: str, happened: HookEvent) -> str:
    """Name how far the timeline was read to tell a hook of this."""
    return sha256(f"{hook}\n{happened}".encode()).hexdigest()[:16]
