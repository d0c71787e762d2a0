"""What the networks have billed: a count for each day, to which each thing is added once, whichever process saw it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import sha256

from sqlalchemy import Connection, delete, func, select

from bot.domain.reports.spend import Billed
from storage.engine import upsert
from storage.tables import billed as seen
from storage.tables import spend as table

BATCH = 400  # values in one statement; SQLite takes 999
A_DAY = timedelta(days=1)  # a process may still hand over yesterday's


def add(connection: Connection, account: str, billed: Sequence[Billed]) -> None:
    """Add what was not billed yet on its day, and forget what was billed before yesterday."""
    by_digest = {_digest(account, one): one for one in billed}
    new: Counter[tuple[str, str]] = Counter()
    cost: Counter[tuple[str, str]] = Counter()
    ordered = sorted(by_digest)  # two processes that add the same do not wait for each other in a circle
    for start in range(0, len(ordered), BATCH):
        rows = [
            {"digest": digest, "day": by_digest[digest].day.isoformat()} for digest in ordered[start : start + BATCH]
        ]
        added = upsert(connection, seen).values(rows).on_conflict_do_nothing().returning(seen.c.digest)
        for digest in connection.execute(added).scalars():
            one = by_digest[digest]
            new[one.day.isoformat(), one.what] += 1
            cost[one.day.isoformat(), one.what] += one.thousandths
    for (day, what), count in sorted(new.items()):
        statement = upsert(connection, table).values(
            account=account, day=day, what=what, count=count, thousandths=cost[day, what]
        )
        statement = statement.on_conflict_do_update(
            index_elements=[table.c.account, table.c.day, table.c.what],
            set_={
                "count": table.c.count + statement.excluded["count"],
                "thousandths": table.c.thousandths + statement.excluded.thousandths,
            },
        )
        connection.execute(statement)
    before = max(one.day for one in billed) - A_DAY
    connection.execute(delete(seen).where(seen.c.day < before.isoformat()))


def by_day(connection: Connection, account: str, since: date) -> dict[date, int]:
    """Return what each day has cost, in thousandths of a dollar."""
    query = (
        select(table.c.day, func.sum(table.c.thousandths))
        .where(table.c.account == account, table.c.day >= since.isoformat())
        .group_by(table.c.day)
    )
    return {date.fromisoformat(day): int(cost) for day, cost in connection.execute(query)}


def total(connection: Connection, since: date) -> int:
    """Return what all accounts together have cost, in thousandths of a dollar."""
    query = select(func.coalesce(func.sum(table.c.thousandths), 0)).where(table.c.day >= since.isoformat())
    return int(connection.execute(query).scalar_one())


def counts(connection: Connection, account: str, since: date) -> dict[str, int]:
    """Return how many of each thing were billed."""
    query = (
        select(table.c.what, func.sum(table.c.count))
        .where(table.c.account == account, table.c.day >= since.isoformat())
        .group_by(table.c.what)
        .order_by(table.c.what)
    )
    return {what: int(count) for what, count in connection.execute(query)}


def _digest(account: str, one: Billed) -> str:
    return sha256(f"{account}:{one.day.isoformat()}:{one.what}:{one.id}".encode()).hexdigest()
