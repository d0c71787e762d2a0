"""Slow work outside a click, such as asking a model or fetching a picture: a row like any other, so never lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.outbox.kinds import MessageKind
from storage.outbox.messages import NewMessage, Payload


@dataclass(frozen=True, slots=True)
class TaskPayload(Payload):
    """`name` is the function of bot/delivery/tasks.py to run; `arguments` are its arguments, as JSON values."""

    name: str
    arguments: Mapping[str, Any]


def task(
    name: str,
    subject: str | int,
    arguments: Mapping[str, Any],
    *,
    thread_id: int | None = None,
    order_by: datetime | None = None,
) -> NewMessage:
    """Build the message for a task about `subject`; wanting it again for the same subject runs it again.

    With a `thread_id` it is dropped if that thread is erased before it has begun.
    """
    return NewMessage(
        MessageKind.TASK,
        f"task:{name}:{subject}",
        f"task:{name}",
        TaskPayload(name, arguments),
        thread_id=thread_id,
        order_by=order_by,
    )
