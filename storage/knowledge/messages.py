"""The message of the knowledge bank, what is for its owner to look at once a month, and its slow work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from storage import outbox
from storage.outbox.kinds import MessageKind
from storage.outbox.messages import NewMessage, Payload
from storage.outbox.tasks import task


@dataclass(frozen=True, slots=True)
class ReviewPayload(Payload):
    """Of which desk, and who reads it."""

    desk: str
    reader: str


def review(desk: str, reader: str, day: date) -> NewMessage:
    """Build the list that somebody gets in the month of this day."""
    key = f"bank_review:{desk}:{reader}:{day:%Y-%m}"
    return NewMessage(MessageKind.BANK_REVIEW, key, reader, ReviewPayload(desk, reader))


def show_anew(connection: Connection, desk: str, readers: Iterable[str], day: date, at: datetime) -> None:
    """Have the lists of this month and the last one, where there are any, show what is still to be done."""
    days = (day, day.replace(day=1) - timedelta(days=1))
    lists = {each.key: each for reader in readers for each in (review(desk, reader, one) for one in days)}
    for key in outbox.stated(connection, list(lists)):
        outbox.want(connection, lists[key], at=at)


def bank_nearest(thread_id: int) -> NewMessage:
    """Build the question which entries are nearest in meaning to what a thread's customer waits for."""
    return task("bank_nearest", thread_id, {"thread": thread_id}, thread_id=thread_id)
