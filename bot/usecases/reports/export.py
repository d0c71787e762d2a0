"""Export: every event with its thread's ownership and timings, as CSV or JSON Lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal, TextIO

from bot.usecases.desk.context import Context
from storage.engine import reading
from storage.reports import figures

Format = Literal["csv", "jsonl"]

COLUMNS = (
    "event", "at", "kind", "actor", "via", "facts", "thread", "desk", "network", "customer_handle", "state", "owner",
    "owner_since", "received_at", "waiting_since", "due_at", "first_response_at", "merged_into",
)  # fmt: skip


def export(ctx: Context, to: TextIO, form: Format, *, since: datetime | None, until: datetime | None) -> int:
    """Write the events from `since` up to, but not including, `until`; return how many. Instants are ISO 8601, UTC."""
    write = _csv_writer(to) if form == "csv" else _line_writer(to)
    count = 0
    with reading(ctx.engine) as connection:
        for count, row in enumerate(figures.timeline(connection, since, until), 1):  # noqa: B007 (used after the loop)
            write(_plain(row | {"desk": ctx.settings.desk_name(row["desk"])}))
    return count


def _csv_writer(to: TextIO) -> Callable[[dict[str, Any]], object]:
    writer = csv.DictWriter(to, COLUMNS)
    writer.writeheader()
    return lambda row: writer.writerow({name: _cell(value) for name, value in row.items()})


def _line_writer(to: TextIO) -> Callable[[dict[str, Any]], object]:
    return lambda row: to.write(json.dumps(row, ensure_ascii=False) + "\n")


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}


def _cell(value: Any) -> Any:
    """Prefix a quote to text that a spreadsheet would run as a formula."""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
    return f"'{text}" if isinstance(text, str) and text.startswith(tuple("=+-@\t\r")) else text
