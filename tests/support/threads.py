"""Threads for the tests of the rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.cases.thread import State, Thread

START = datetime(2026, 11, 20, 15, 40, tzinfo=UTC)
HOUR = timedelta(hours=1)


def thread(**changes: Any) -> Thread:
    """Build a waiting thread as `receive` leaves it: first response due in one hour, later ones in two."""
    values: dict[str, Any] = {
        "id": 1042,
        "desk": "Support",
        "account": "x:acme",
        "conversation": "c1",
        "author_id": "7",
        "customer_id": 7,
        "customer_handle": "klant",
        "customer_name": "Klant",
        "customer_followers": 3,
        "language": "nl",
        "received_at": START,
        "first_target": 3600,
        "next_target": 7200,
        "warn_share": 0.75,
        "waiting_since": START,
        "due_at": START + HOUR,
        "next_nag_at": START + 0.75 * HOUR,
    }
    return Thread(**values | changes)


def in_state(state: State) -> Thread:
    """Build a thread in this state; unless it waits, U0ANNA owns it."""
    if state is State.WAITING:
        return thread()
    answered = START if state is State.ANSWERED else None
    return thread(
        state=state,
        owner="U0ANNA",
        waiting_since=None,
        due_at=None,
        next_nag_at=None,
        first_response_at=answered,
        close_reason="spam" if state is State.CLOSED else None,
    )
