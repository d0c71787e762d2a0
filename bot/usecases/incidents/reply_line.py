"""The agreed line where a reply is written: a starting point, which must be made personal."""

from __future__ import annotations

from collections.abc import Collection

from bot.domain.cases.thread import Thread
from bot.domain.incidents.incident import Membership
from storage.engine import Connection
from storage.incidents import incidents, members


def of_thread(connection: Connection, thread: Thread) -> Membership | None:
    """Return the thread's incident if it was put there, that is open and a line is agreed; else None."""
    if thread.incident_id is None:
        return None
    found = incidents.membership(connection, thread.id, thread.incident_id)
    return found if found and found.joined and found.incident.is_open and found.incident.line else None


def ever_agreed(connection: Connection, thread: Thread) -> list[str]:
    """Return every line that was ever agreed for the thread's incident: a form may hold one from before."""
    if thread.incident_id is None:
        return []
    found = incidents.membership(connection, thread.id, thread.incident_id)
    return incidents.agreed_lines(connection, thread.incident_id) if found and found.joined else []


def of_the_same(connection: Connection, thread: Thread, thread_ids: Collection[int]) -> set[int]:
    """Return those of these threads that are in the thread's incident as well."""
    return set() if thread.incident_id is None else members.joined_among(connection, thread.incident_id, thread_ids)
