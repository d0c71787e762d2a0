"""The messages of reminders: one for one wait, or one for many, and a lead's late list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, literal

from bot.domain.clock.targets import NagLevel
from bot.domain.reminders.reminders import Recipient
from storage.clock.resolutions import Due
from storage.outbox.kinds import MessageKind
from storage.outbox.messages import NewMessage, Payload


@dataclass(frozen=True, slots=True)
class NagPayload(Payload):
    """`times` is how often the owner has put the reminder off, and `not_before` until when; 0 and None at first."""

    wait: int
    times: int = 0
    not_before: str | None = None

    def to_json(self) -> dict[str, Any]:
        put_off = {"times": self.times, "not_before": self.not_before} if self.times else {}
        return {"wait": self.wait, **put_off}


def nag(thread_id: int, wait: int, channel: str, due_at: datetime) -> NewMessage:
    """Build the reminder of one wait, under the card."""
    key = f"nag:{thread_id}:{wait}"
    return NewMessage(MessageKind.NAG, key, channel, NagPayload(wait), thread_id=thread_id, order_by=due_at)


def nag_again(thread_id: int, wait: int, channel: str, times: int, not_before: datetime) -> NewMessage:
    """The reminder after the owner has put it off `times` times, at `not_before`."""
    payload = NagPayload(wait, times, not_before.isoformat())
    key = again_key(thread_id, wait, times)
    return NewMessage(MessageKind.NAG, key, channel, payload, thread_id=thread_id, order_by=not_before)


def again_key(thread_id: int, wait: int, times: int) -> str:
    return f"nag:{thread_id}:{wait}:{times}"


def nag_key(thread_id: ColumnElement[int], wait: ColumnElement[int]) -> ColumnElement[str]:
    """Return the key of a reminder under the card, in SQL."""
    return literal("nag:") + cast(thread_id, String) + ":" + cast(wait, String)


@dataclass(frozen=True, slots=True)
class ResolutionNagPayload(Payload):
    """`late` says which of the two reminders of a case it is."""

    late: bool


def resolution_nag(due: Due, channel: str, level: NagLevel) -> NewMessage:
    """Build the reminder of a case under its card: one before its target, one after."""
    late = level is NagLevel.BREACH
    return NewMessage(
        MessageKind.RESOLUTION_NAG,
        f"resolution_nag:{due.id}:{'late' if late else 'soon'}",
        channel,
        ResolutionNagPayload(late),
        thread_id=due.thread_id,
        order_by=due.case.due_at,
    )


@dataclass(frozen=True, slots=True)
class RemindersPayload(Payload):
    """`desk` and `owner` are as they were when the waits fell due.

    `lead` says whether the recipient is a lead; only rows from before there were late lists have one.
    """

    desk: str
    owner: str
    lead: bool
    waits: Sequence[int]


def reminders(
    desk: str, desk_channel: str, to: Recipient, turn: int, waits: Sequence[int], due_at: datetime
) -> NewMessage:
    """Build one message for several reminders in pause number `turn`; `due_at` is the nearest of their deadlines."""
    return NewMessage(
        MessageKind.REMINDERS,
        f"reminders:{desk_channel}:{to.channel}:{to.owner}:{turn}",
        to.channel,
        RemindersPayload(desk, to.owner, to.lead, waits),
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
