"""The messages of reminders: one for one wait, or one for many, and a lead's late list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import Connection, bindparam, select

from bot.domain.clock.ladder import LEADS, OWNER
from bot.domain.clock.targets import NagLevel
from bot.domain.reminders.reminders import Recipient
from storage.clock.resolutions import Due
from storage.outbox import Item
from storage.outbox.kinds import MessageKind
from storage.outbox.messages import NewMessage, Payload
from storage.tables import outbox as table


@dataclass(frozen=True, slots=True)
class NagPayload(Payload):
    """`times` is how often the owner has put the reminder off, and `not_before` until when; 0 and None at first.

    `at` is when it was said, in ISO 8601 and UTC, None for those from before there was a ladder. `to` is to whom: as in
    the ladder, with the ids of who was on call in place of "oncall". `listed` says that the channel reads it in one
    message with others, so that it rings nobody itself. `asks` is the owner whom it asks to keep the thread or let go.
    """

    wait: int
    times: int = 0
    not_before: str | None = None
    at: str | None = None
    to: Sequence[str] = (OWNER, LEADS)
    listed: bool = False
    asks: str | None = None

    def to_json(self) -> dict[str, Any]:
        listed = {"listed": True} if self.listed else {}
        put_off = {"times": self.times, "not_before": self.not_before} if self.times else {}
        step = {"at": self.at, "to": list(self.to)} if self.at else {}
        asks = {"asks": self.asks} if self.asks else {}
        return {"wait": self.wait, **put_off, **step, **listed, **asks}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**{**stored, "to": tuple(stored.get("to", (OWNER, LEADS)))})


def nag(
    thread_id: int, step: int, owner: str | None, channel: str, due_at: datetime, payload: NagPayload
) -> NewMessage:
    """Build the reminder under the card at one step of the ladder, which is new for each owner."""
    key = f"nag:{thread_id}:{payload.wait}:step{step}:{owner or ''}"
    return NewMessage(MessageKind.NAG, key, channel, payload, thread_id=thread_id, order_by=due_at)


def nag_elsewhere(thread_id: int, step: int, channel: str, due_at: datetime, payload: NagPayload) -> NewMessage:
    """Build the reminder at one step of the ladder for another channel than the desk's."""
    key = f"nag_elsewhere:{thread_id}:{payload.wait}:step{step}:{channel}"
    return NewMessage(MessageKind.NAG_ELSEWHERE, key, channel, payload, thread_id=thread_id, order_by=due_at)


def nag_again(thread_id: int, channel: str, not_before: datetime, payload: NagPayload) -> NewMessage:
    """Build the reminder after the owner has put it off, at `not_before`."""
    key = again_key(thread_id, payload.wait, payload.times)
    return NewMessage(MessageKind.NAG, key, channel, payload, thread_id=thread_id, order_by=not_before)


_LIKE = select(table.c.payload).where(
    table.c.thread_id == bindparam("thread"),
    table.c.kind == bindparam("kind"),
    table.c.destination == bindparam("destination"),
)


def superseded(connection: Connection, nag: Item, payload: NagPayload, at: datetime) -> bool:
    """Tell whether a newer reminder of the same wait was said by now in the same place."""
    like = {"thread": nag.thread_id, "kind": nag.kind, "destination": nag.destination}
    others = (NagPayload.from_json(stored) for stored in connection.execute(_LIKE, like).scalars())
    said = payload.at or ""
    return any(other.wait == payload.wait and said < (other.at or "") <= at.isoformat() for other in others)


def said_again(
    connection: Connection, waits: Mapping[int, int], listing: Item, payload: RemindersPayload, at: datetime
) -> set[int]:
    """Return those of these waits, given with their threads, of which a newer message in the same place tells by now.

    That is a later list of the same kind, or a later reminder under the card of a thread that was listed.
    """
    lists = connection.execute(
        select(table.c.payload).where(
            table.c.kind == MessageKind.REMINDERS,
            table.c.destination == listing.destination,
            table.c.id > listing.id,
            table.c.available_at <= at,
        )
    ).scalars()
    newer = (RemindersPayload.from_json(stored) for stored in lists)
    said = {wait for each in newer if _is_for_the_same(each, payload) for wait in each.waits}
    if payload.at is not None:
        own = select(table.c.payload).where(table.c.thread_id.in_(waits.values()), table.c.kind == MessageKind.NAG)
        nags = (NagPayload.from_json(stored) for stored in connection.execute(own).scalars())
        said |= {nag.wait for nag in nags if payload.at < (nag.at or "") <= at.isoformat()}
    return said & waits.keys()


def _is_for_the_same(one: RemindersPayload, other: RemindersPayload) -> bool:
    return (one.owner, one.lead, one.anybodys) == (other.owner, other.lead, other.anybodys)


def again_key(thread_id: int, wait: int, times: int) -> str:
    return f"nag:{thread_id}:{wait}:{times}"


@dataclass(frozen=True, slots=True)
class ResolutionNagPayload(Payload):
    """`late` says which of the two reminders of a case it is. The first rows did not say of which case."""

    late: bool
    case: int | None = None


def resolution_nag(due: Due, channel: str, level: NagLevel) -> NewMessage:
    """Build the reminder of a case under its card: one before its target, one after."""
    late = level is NagLevel.BREACH
    return NewMessage(
        MessageKind.RESOLUTION_NAG,
        f"resolution_nag:{due.id}:{'late' if late else 'soon'}",
        channel,
        ResolutionNagPayload(late, due.id),
        thread_id=due.thread_id,
        order_by=due.case.due_at,
    )


@dataclass(frozen=True, slots=True)
class RemindersPayload(Payload):
    """`desk` and `owner` are as they were when the waits fell due.

    `lead` says whether the recipient is a lead; only rows from before there were late lists have one. `anybodys` says
    whether threads of every owner are meant, `elsewhere` whether it belongs into another channel than the desk's.
    `at_once` says that they reached a step together and each has a reminder of its own under its card, `at` then.
    """

    desk: str
    owner: str
    lead: bool
    waits: Sequence[int]
    anybodys: bool = False
    elsewhere: bool = False
    at_once: bool = False
    at: str | None = None

    def to_json(self) -> dict[str, Any]:
        stored = Payload.to_json(self)
        return stored if self.at_once else {name: stored[name] for name in stored.keys() - {"at_once", "at"}}


def at_once(desk: str, channel: str, waits: Sequence[int], step: int, due_at: datetime, at: datetime) -> NewMessage:
    """Build the message for threads that nobody owns and that reached a step together.

    The first of these waits reaches its `step` only once, so the key is new.
    """
    payload = RemindersPayload(desk, "", lead=False, waits=waits, at_once=True, at=at.isoformat())
    key = f"reminders:{channel}:at_once:{waits[0]}:step{step}"
    return NewMessage(MessageKind.REMINDERS, key, channel, payload, order_by=due_at)


def reminders(
    desk: str, desk_channel: str, to: Recipient, turn: int, waits: Sequence[int], due_at: datetime
) -> NewMessage:
    """Build one message for several reminders in pause number `turn`; `due_at` is the nearest of their deadlines."""
    return NewMessage(
        MessageKind.REMINDERS,
        f"reminders:{desk_channel}:{to.channel}:{'all' if to.anybodys else to.owner}:{turn}",
        to.channel,
        RemindersPayload(desk, to.owner, to.lead, waits, to.anybodys, to.channel != desk_channel),
        order_by=due_at,
    )


@dataclass(frozen=True, slots=True)
class LateListPayload(Payload):
    late_list: int


def late_list(list_id: int, lead: str, at: datetime) -> NewMessage:
    """Build the message of a late list that began at `at`."""
    return NewMessage(MessageKind.LATE_LIST, f"late_list:{list_id}", lead, LateListPayload(list_id), order_by=at)


@dataclass(frozen=True, slots=True)
class ShiftPayload(Payload):
    """Who comes and who goes at a change of shifts, until when, and who comes next; instants are ISO 8601.

    `released` are the numbers of the threads that those who go had not answered.
    """

    desk: str
    at: str
    came: Sequence[str]
    went: Sequence[str]
    until: str | None
    next_from: str | None
    released: Sequence[int]


def shift(payload: ShiftPayload, channel: str) -> NewMessage:
    """Build the hand-over at a change of shifts: one for each desk and change, whatever happens meanwhile."""
    order_by = datetime.fromisoformat(payload.at)
    return NewMessage(MessageKind.SHIFT, f"shift:{payload.desk}:{payload.at}", channel, payload, order_by=order_by)


@dataclass(frozen=True, slots=True)
class AbsencePayload(Payload):
    """Who is away since when, in ISO 8601, and the numbers of the threads that they had not answered."""

    desk: str
    agent: str
    since: str
    released: Sequence[int]


def absence(payload: AbsencePayload, channel: str) -> NewMessage:
    """Build the line of an absence: one for each desk, owner and start; what is released later is added to it."""
    key = f"absence:{payload.desk}:{payload.agent}:{payload.since}"
    return NewMessage(MessageKind.ABSENCE, key, channel, payload, order_by=datetime.fromisoformat(payload.since))
