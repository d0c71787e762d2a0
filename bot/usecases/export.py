"""Export: every event with its thread's ownership and timings, as CSV or JSON Lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal, TextIO

from bot.usecases.context import Context
from storage import figures
from storage.engine import reading

Format = Literal["csv", "jsonl"]

COLUMNS = (
    "event", "at", "kind", "actor", "via", "facts", "thread", "desk", "network", "customer_handle", "state", "owner",
    "owner_since", "received_at", "waiting_since", "due_at", "first_response_at",
)  # fmt: skip


def export(ctx: Context, to: TextIO, form: Format, *, since: datetime | None, until: datetime | None) -> int:
    """Write the events from `since` up to but without `until`: how many. Instants are ISO 8601 in UTC."""
    with reading(ctx.engine) as connection:
        rows = (_plain(row) for row in figures.timeline(connection, since, until))
        return _write_csv(rows, to) if form == "csv" else _write_lines(rows, to)


def _write_csv(rows: Iterator[dict[str, Any]], to: TextIO) -> int:
    writer = csv.DictWriter(to, COLUMNS)
    writer.writeheader()
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 (counted and used after the loop)
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return count


def _write_lines(rows: Iterator[dict[str, Any]], to: TextIO) -> int:
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007
        to.write(json.dumps(row, ensure_ascii=False) + "\n")
    return count


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}


def _cell(value: Any) -> Any:
    """A spreadsheet runs a cell that begins like a formula; a quote before it makes it text."""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
    return f"'{text}" if isinstance(text, str) and text[:1] in "=+-@\t\r" and text[:1] else text
