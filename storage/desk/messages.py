"""The messages of desks: of a roster that cannot be read, or names people in vain, and of the month's budget."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.reports.spend import Standing
from storage.outbox.kinds import MessageKind
from storage.outbox.messages import NewMessage, Payload


@dataclass(frozen=True, slots=True)
class RosterPayload(Payload):
    """Why the desk's roster cannot be read since then, that this is over, or whom it names in vain.

    Instants are ISO 8601; what does not apply is empty.
    """

    desk: str
    code: str = ""
    detail: str = ""
    since: str = ""
    over_at: str = ""
    unknown: Sequence[str] = ()


def roster(payload: RosterPayload, recipient: str) -> NewMessage:
    """Build what a lead or a channel is told."""
    about = "over" if payload.over_at else "failing"
    if payload.unknown:
        about = hashlib.sha256(json.dumps(list(payload.unknown)).encode()).hexdigest()[:16]
    key = f"roster:{payload.desk}:{about}:{payload.since}:{recipient}"
    return NewMessage(MessageKind.ROSTER, key, recipient, payload)


@dataclass(frozen=True, slots=True)
class BudgetPayload(Payload):
    """`standing` is a Standing's value."""

    desk: str
    standing: str


def budget(desk: str, recipient: str, month: date, standing: Standing) -> NewMessage:
    """Build what a lead, or a channel, is told of the month's budget. `month` is its first day."""
    key = f"budget:{month.isoformat()}:{standing}:{recipient}"
    return NewMessage(MessageKind.BUDGET, key, recipient, BudgetPayload(desk, standing.value))
