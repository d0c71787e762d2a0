"""The statements that an engine runs: how many there are, and how the database goes about them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

Statement = tuple[str, Any]
"""The SQL and its parameters, as the driver gets them."""


@contextmanager
def statements(engine: Engine) -> Iterator[list[Statement]]:
    """Collect what `engine` runs meanwhile, in any thread, but not the BEGIN of a transaction."""
    found: list[Statement] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            found.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def plan(engine: Engine, found: list[Statement]) -> list[str]:
    """Say how the database would run each SELECT and UPDATE among them, a line a step.

    PostgreSQL is kept from reading a whole table where an index would do: on tables of a few rows it always would.
    """
    asked = [one for one in found if one[0].startswith(("SELECT", "UPDATE"))]
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            return [
                str(step[0]).strip()
                for statement, parameters in asked
                for step in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
            ]
        return [
            str(step.detail)
            for statement, parameters in asked
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]


def read_whole(engine: Engine, found: list[Statement]) -> set[str]:
    """Return the tables that the database would read from end to end."""
    whole = ("SCAN ", "Seq Scan on ")
    steps = [step.removeprefix("->").strip() for step in plan(engine, found)]
    return {step.removeprefix(word).split()[0] for step in steps for word in whole if step.startswith(word)}
