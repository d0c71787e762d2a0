"""Export: events with their thread's timings, waits with their clock, promises, signals, incidents; CSV or JSONL."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Literal, TextIO

from bot.domain.clock.calendar import counted
from bot.domain.clock.waits import Wait
from bot.usecases.desk.context import Context
from storage.engine import reading
from storage.incidents import incidents
from storage.reports import figures

Format = Literal["csv", "jsonl"]

COLUMNS = (
    "event", "at", "kind", "actor", "via", "facts", "thread", "desk", "network", "customer_handle", "state", "owner",
    "owner_since", "received_at", "waiting_since", "due_at", "first_response_at", "merged_into",
    "customer", "labels", "outcome", "score",
)  # fmt: skip

WAIT_COLUMNS = (
    "wait", "thread", "desk", "network", "response_kind", "started_at", "due_at", "ended_at", "outcome", "ended_by",
    "target_seconds", "target_rule", "counted_seconds", "waited_seconds", "hours", "zone", "paused_seconds",
    "missed_at",
)  # fmt: skip

SIGNAL_COLUMNS = ("post", "thread", "desk", "network", "posted_at", "signal", "not_urgent")

INCIDENT_COLUMNS = (
    "incident", "desk", "name", "label", "owner", "opened_at", "solved_at", "closed_at", "customers", "threads",
    "answered", "told", "first_at", "newest_at",
)  # fmt: skip

RATING_COLUMNS = (
    "rating", "thread", "desk", "network", "asked_by", "asked_at", "question", "score", "words", "scored_at",
)  # fmt: skip

PROMISE_COLUMNS = ("promise", "thread", "desk", "network", "by", "made_at", "due_at", "ended_at", "outcome")


def export_waits(ctx: Context, to: TextIO, form: Format, *, since: datetime | None, until: datetime | None) -> int:
    """Write the waits that began from `since` up to, but not including, `until`; return how many.

    Of one that goes on, `counted_seconds`, `waited_seconds` and `paused_seconds` (what would have counted while the
    thread was snoozed) are those up to now. `missed_at` is a deadline that had passed before a snooze moved it. `hours`
    is the whole calendar by which they were counted, so that every figure can be worked out again.
    """
    at = ctx.clock.now()
    write = _csv_writer(to, WAIT_COLUMNS) if form == "csv" else _line_writer(to)
    count = 0
    with reading(ctx.engine) as connection:
        rows = enumerate(figures.all_waits(connection, since, until), 1)
        for count, (keys, wait, snoozed_until) in rows:  # noqa: B007 (used after)
            write(_plain(keys | {"desk": ctx.settings.desk_name(keys["desk"])} | _clock(wait, snoozed_until, at)))
    return count


def export_promises(ctx: Context, to: TextIO, form: Format, *, since: datetime | None, until: datetime | None) -> int:
    """Write the promises made from `since` up to, but not including, `until`; return how many.

    `by` made it with a reply that was read since `made_at`; `outcome` is "kept", "broken", "cancelled" or "open".
    """
    at = ctx.clock.now()
    write = _csv_writer(to, PROMISE_COLUMNS) if form == "csv" else _line_writer(to)
    count = 0
    with reading(ctx.engine) as connection:
        rows = enumerate(figures.all_promises(connection, since, until), 1)
        for count, (keys, promise) in rows:  # noqa: B007 (used after)
            outcome = promise.standing(at)
            own = {
                "by": promise.by,
                "made_at": promise.made_at,
                "due_at": promise.due_at,
                "ended_at": promise.ended_at,
                "outcome": outcome.value if outcome else "open",
            }
            write(_plain(keys | {"desk": ctx.settings.desk_name(keys["desk"])} | own))
    return count


def export_signals(ctx: Context, to: TextIO, form: Format, *, since: datetime | None, until: datetime | None) -> int:
    """Write each signal of a last resort in posts from `since` up to, but not including, `until`; return how many.

    `not_urgent` says whether an agent declined it, so that the rate of hits of each kind can be worked out.
    """
    write = _csv_writer(to, SIGNAL_COLUMNS) if form == "csv" else _line_writer(to)
    count = 0
    with reading(ctx.engine) as connection:
        rows = enumerate(figures.all_signals(connection, since, until), 1)
        for count, row in rows:  # noqa: B007 (used after)
            write(_plain(row | {"desk": ctx.settings.desk_name(row["desk"])}))
    return count


def export_incidents(ctx: Context, to: TextIO, form: Format, *, since: datetime | None, until: datetime | None) -> int:
    """Write the incidents that were open at any time from `since` up to, but not including, `until`; return how many.

    Their figures are those of now. `answered` threads had an answer since it was opened, `told` since it was solved.
    """
    write = _csv_writer(to, INCIDENT_COLUMNS) if form == "csv" else _line_writer(to)
    with reading(ctx.engine) as connection:
        found = incidents.in_period(connection, None, since, until)
        for incident in found:
            standing = incidents.standing(connection, incident)
            row = {
                "incident": incident.id,
                "desk": ctx.settings.desk_name(incident.desk),
                "name": incident.name,
                "label": incident.label,
                "owner": incident.owner,
                "opened_at": incident.opened_at,
                "solved_at": incident.solved_at,
                "closed_at": incident.closed_at,
                "customers": standing.customers,
                "threads": standing.threads,
                "answered": standing.told,
                "told": standing.told_end if incident.solved_at else None,
                "first_at": standing.first[1] if standing.first else None,
                "newest_at": standing.newest[1] if standing.newest else None,
            }
            write(_plain(row))
    return len(found)


def export_ratings(ctx: Context, to: TextIO, form: Format, *, since: datetime | None, until: datetime | None) -> int:
    """Write what customers said of our answers, asked from `since` up to, but not including, `until`; return how many.

    `question` is the state of the reply that asked.
    """
    write = _csv_writer(to, RATING_COLUMNS) if form == "csv" else _line_writer(to)
    count = 0
    with reading(ctx.engine) as connection:
        rows = enumerate(figures.all_ratings(connection, since, until), 1)
        for count, row in rows:  # noqa: B007 (used after)
            write(_plain(row | {"desk": ctx.settings.desk_name(row["desk"])}))
    return count


def _clock(wait: Wait, snoozed_until: datetime | None, at: datetime) -> dict[str, Any]:
    end = wait.ended_at or max(at, wait.started_at)
    going_on = snoozed_until is not None and wait.ended_at is None
    paused = wait.paused - counted(wait.calendar, at, snoozed_until) if going_on and snoozed_until else wait.paused
    return {
        "response_kind": wait.response_kind.value,
        "started_at": wait.started_at,
        "due_at": wait.due_at,
        "ended_at": wait.ended_at,
        "outcome": wait.outcome.value if wait.outcome else None,
        "ended_by": wait.ended_by,
        "target_seconds": round(wait.target.total_seconds()),
        "target_rule": wait.target_rule,
        "counted_seconds": round((counted(wait.calendar, wait.started_at, end) - paused).total_seconds()),
        "waited_seconds": round((end - wait.started_at).total_seconds()),
        "hours": wait.calendar.hours or "24/7",
        "zone": wait.calendar.zone,
        "paused_seconds": round(paused.total_seconds()),
        "missed_at": wait.missed_at,
    }


def export(ctx: Context, to: TextIO, form: Format, *, since: datetime | None, until: datetime | None) -> int:
    """Write the events from `since` up to, but not including, `until`; return how many. Instants are ISO 8601, UTC."""
    write = _csv_writer(to, COLUMNS) if form == "csv" else _line_writer(to)
    count = 0
    with reading(ctx.engine) as connection:
        for count, row in enumerate(figures.timeline(connection, since, until), 1):  # noqa: B007 (used after the loop)
            write(_plain(row | {"desk": ctx.settings.desk_name(row["desk"])}))
    return count


def _csv_writer(to: TextIO, columns: Sequence[str]) -> Callable[[dict[str, Any]], object]:
    writer = csv.DictWriter(to, columns)
    writer.writeheader()
    return lambda row: writer.writerow({name: _cell(value) for name, value in row.items()})


def _line_writer(to: TextIO) -> Callable[[dict[str, Any]], object]:
    return lambda row: to.write(json.dumps(row, ensure_ascii=False) + "\n")


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}


def _cell(value: Any) -> Any:
    """Prefix a quote to text that a spreadsheet would run as a formula."""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
    text = ", ".join(text) if isinstance(text, list) else text
    return f"'{text}" if isinstance(text, str) and text.startswith(tuple("=+-@\t\r")) else text
