"""How far each rule has listened, whether its network answers, and what it brought by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, or_, select, update

from bot.domain.listening.budget import Hour
from storage.engine import upsert
from storage.rows import record
from storage.tables import listened
from storage.tables import listening as table


@dataclass(frozen=True, slots=True)
class Listening:
    """How a rule stands; the columns of the table of the same name."""

    rule: str
    desk: str
    account: str
    cursor: str | None
    leased_until: datetime | None
    searched_at: datetime | None
    failing_since: datetime | None
    error_code: str | None
    told_failing: datetime | None
    hour_from: datetime | None
    hour_found: int
    slowed_since: datetime | None
    missed_from: datetime | None
    missed_until: datetime | None


@dataclass(frozen=True, slots=True)
class Brought:
    """What a rule, or all of a desk, brought: how many posts were found, left out of those, and became cards."""

    found: int = 0
    left_out: int = 0
    cards: int = 0


def take(connection: Connection, rule: str, desk: str, account: str, at: datetime, until: datetime) -> Listening | None:
    """Reserve the rule for this process until `until`; None while another one has it or it is to rest."""
    begun = upsert(connection, table).values(rule=rule, desk=desk, account=account)
    connection.execute(begun.on_conflict_do_nothing())
    row = connection.execute(
        update(table)
        .where(table.c.rule == rule, or_(table.c.leased_until.is_(None), table.c.leased_until <= at))
        .values(leased_until=until)
        .returning(table)
    ).one_or_none()
    return record(Listening, row) if row else None


def get(connection: Connection, rule: str) -> Listening | None:
    """Return how a rule stands, None if it never listened."""
    row = connection.execute(select(table).where(table.c.rule == rule)).one_or_none()
    return record(Listening, row) if row else None


def rest(connection: Connection, rule: str, until: datetime) -> None:
    """Leave a rule alone until then."""
    connection.execute(update(table).where(table.c.rule == rule).values(leased_until=until))


def read(connection: Connection, rule: str, cursor: str | None, at: datetime, next_at: datetime, hour: Hour) -> None:
    """Record that the network answered: store the cursor (None keeps the old one) and rest until `next_at`."""
    values: dict[str, object] = {
        "searched_at": at,
        "failing_since": None,
        "error_code": None,
        "told_failing": None,
        "leased_until": next_at,
        "hour_from": hour.began,
        "hour_found": hour.read,
        "slowed_since": hour.slowed_since,
    }
    if cursor is not None:
        values["cursor"] = cursor
    connection.execute(update(table).where(table.c.rule == rule).values(**values))


def missed(connection: Connection, rule: str, since: datetime, until: datetime) -> None:
    """Record that what was posted between two instants was not, or not all, looked at."""
    connection.execute(update(table).where(table.c.rule == rule).values(missed_from=since, missed_until=until))


def failed(connection: Connection, rule: str, code: str, at: datetime, next_at: datetime) -> None:
    """Record that the network did not answer. `code` is bot.networks.base.NetworkError's."""
    since = func.coalesce(table.c.failing_since, at)
    failing = update(table).where(table.c.rule == rule)
    connection.execute(failing.values(failing_since=since, error_code=code, leased_until=next_at))


def tell_failing(connection: Connection, rule: str, since: datetime) -> bool:
    """Record that it is told that the rule has failed since then; return True to the one caller who must tell it."""
    told = update(table).where(
        table.c.rule == rule, table.c.failing_since == since, table.c.told_failing.is_distinct_from(since)
    )
    return connection.execute(told.values(told_failing=since)).rowcount > 0


def count(connection: Connection, rule: str, desk: str, day: date, brought: Brought) -> None:
    """Add what a rule brought on a day of its desk."""
    insert = upsert(connection, listened).values(
        rule=rule, day=day.isoformat(), desk=desk, found=brought.found, left_out=brought.left_out, cards=brought.cards
    )
    sums = {name: listened.c[name] + insert.excluded[name] for name in ("found", "left_out", "cards")}
    connection.execute(insert.on_conflict_do_update(index_elements=["rule", "day"], set_=sums))


def brought(connection: Connection, first: date, last: date, *, rule: str | None = None, desk: str = "") -> Brought:
    """Return what a rule, or without one all rules of a desk, brought on these days and all between them."""
    one = listened.c.rule == rule if rule is not None else listened.c.desk == desk
    sums = [func.coalesce(func.sum(listened.c[name]), 0) for name in ("found", "left_out", "cards")]
    days = listened.c.day.between(first.isoformat(), last.isoformat())
    return Brought(*map(int, connection.execute(select(*sums).where(one, days)).one()))
