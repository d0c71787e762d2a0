"""The newest row of each of many threads, in one statement that reads only those rows."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BindParameter, ColumnElement, Select, Table, bindparam, select

from storage.tables import thread

THREADS: BindParameter[list[int]] = bindparam("threads", expanding=True)
"""The numbers of the threads in question."""


def newest_of_each(
    rows: Table, *conditions: ColumnElement[bool], by: Sequence[ColumnElement[object]]
) -> Select[tuple[int]]:
    """Build a SELECT of the id of the newest of these rows for each of THREADS.

    `by` names the columns that decide which one is newest. A thread without such a row yields NULL. A scalar subquery
    works on both databases: SQLite has no LATERAL, and a window function would read every row of a thread.
    """
    newest = (
        select(rows.c.id)
        .where(rows.c.thread_id == thread.c.id, *conditions)
        .order_by(*(column.desc() for column in by))
        .limit(1)
        .correlate(thread)
        .scalar_subquery()
    )
    return select(newest).select_from(thread).where(thread.c.id.in_(THREADS))
