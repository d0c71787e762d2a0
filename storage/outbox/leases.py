"""Who works on a row of the outbox: it is leased for a while, and completed once, by the last lessee alone.

A worker that has lost its lease (`lease_token` has moved on) completes nothing, and is told so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, exists, not_, or_, select, update

from storage.outbox import UPDATES, Item, available, item_of, kind_in
from storage.outbox.kinds import MessageKind, Trait
from storage.tables import outbox as table
from storage.tables import rate_bucket as buckets

_ONE_AT_A_TIME = MessageKind.having(Trait.ONE_AT_A_TIME)
_IN_HAND = table.alias("in_hand")
_ACCOUNT_IS_BUSY = exists().where(
    _IN_HAND.c.destination == table.c.destination,
    kind_in(_IN_HAND, _ONE_AT_A_TIME),
    _IN_HAND.c.generation > _IN_HAND.c.delivered_generation,
    _IN_HAND.c.message_ts.is_(None),  # as it is for all of these, and so the index of what waits finds them
    _IN_HAND.c.leased_until > bindparam("at"),
)


class _Next:
    """The statements about the most urgent row of these kinds, built once for each deliverer."""

    def __init__(self, kinds: Iterable[MessageKind]) -> None:
        row = (
            select(table.c.id, table.c.rate_bucket)
            .outerjoin(buckets, buckets.c.name == table.c.rate_bucket)
            .where(
                table.c.generation > table.c.delivered_generation,
                table.c.available_at <= bindparam("at"),
                or_(table.c.leased_until.is_(None), table.c.leased_until <= bindparam("at")),
                kind_in(table, kinds),
                or_(buckets.c.free_at.is_(None), buckets.c.free_at <= bindparam("at")),
                or_(not_(kind_in(table, _ONE_AT_A_TIME)), ~_ACCOUNT_IS_BUSY),
            )
            .order_by(table.c.order_by, table.c.id)
            .limit(1)
        )
        self.id = row.with_only_columns(table.c.id)
        self.lock_bucket = (
            select(buckets.c.name)
            .where(buckets.c.name == row.with_only_columns(table.c.rate_bucket).scalar_subquery())
            .with_for_update()
        )
        self.lease = (
            update(table)
            .where(table.c.id == self.id.with_for_update(skip_locked=True, of=table).scalar_subquery())
            .values(lease_token=table.c.lease_token + 1)
            .returning(table)
        )


_next = cache(_Next)


def lease(connection: Connection, kinds: tuple[MessageKind, ...], at: datetime, length: timedelta) -> Item | None:
    """Lease the most urgent row to this caller alone until `length` has passed; None if there is nothing to do now.

    This skips rows whose rate bucket is not free yet, so that one busy channel holds up no other, and rows of an
    account that has another row leased.
    """
    row = connection.execute(_next(kinds).lease, {"at": at, "leased_until": at + length}).one_or_none()
    return item_of(row) if row else None


def queue(connection: Connection, kinds: tuple[MessageKind, ...], at: datetime) -> None:
    """Block until a concurrent lease in the same rate bucket commits.

    Otherwise this caller could miss that the bucket was just taken, and take it for something less urgent. On SQLite
    every transaction that writes has waited for the one before it already.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(_next(kinds).lock_bucket, {"at": at})


def ready(connection: Connection, kinds: tuple[MessageKind, ...], at: datetime) -> bool:
    """Tell whether anything can be leased now, without taking a lock."""
    return connection.execute(_next(kinds).id, {"at": at}).one_or_none() is not None


def begin_post(connection: Connection, item: Item, at: datetime) -> bool:
    """Record that a first posting begins; until `complete` its outcome is unknown. False if the lease was lost."""
    return _update_leased(connection, item, post_started_at=at)


def complete(
    connection: Connection,
    item: Item,
    *,
    message_channel: str | None = None,
    message_ts: str | None = None,
    content_hash: str | None = None,
) -> bool:
    """Record that the row was delivered as it stood when it was leased. False if the lease was lost."""
    values: dict[str, Any] = {
        "delivered_generation": item.generation,
        "leased_until": None,
        "failures": 0,
        "post_started_at": None,
        "error": None,
    }
    if content_hash is not None:
        values["content_hash"] = content_hash
    if message_ts is not None:
        values |= {"message_channel": message_channel, "message_ts": message_ts, "rate_bucket": UPDATES}
    return _update_leased(connection, item, **values)


def give_up(connection: Connection, item: Item, error: str) -> bool:
    """Record that the row is not tried any more, and why. False if the lease was lost."""
    values = {"delivered_generation": item.generation, "leased_until": None, "error": error}
    return _update_leased(connection, item, **values)


def adopt(connection: Connection, item: Item, *, message_channel: str, message_ts: str, at: datetime) -> bool:
    """Record that a posting of unknown outcome is in Slack; it is leased again to show the latest."""
    return _update_leased(
        connection,
        item,
        message_channel=message_channel,
        message_ts=message_ts,
        rate_bucket=UPDATES,
        post_started_at=None,
        failures=0,
        leased_until=None,
        available_at=at,
    )


def postpone(
    connection: Connection, item: Item, until: datetime, *, error: str | None = None, unknown: bool = False
) -> bool:
    """Try the row again at `until`. An `error` counts as a failure; `unknown` keeps open whether it arrived."""
    values: dict[str, Any] = {"leased_until": None, "available_at": until, "error": error}
    if error is not None:
        values["failures"] = item.failures + 1
    if not unknown:
        values["post_started_at"] = None
    return _update_leased(connection, item, **values)


def redirect(connection: Connection, item: Item, destination: str) -> bool:
    """Point a row that is not in Slack yet at another channel."""
    return _update_leased(connection, item, destination=destination, rate_bucket=destination, leased_until=None)


def repost(connection: Connection, item: Item) -> bool:
    """Post a message that is no longer in Slack once more."""
    return _update_leased(
        connection,
        item,
        message_ts=None,
        message_channel=None,
        content_hash=None,
        rate_bucket=item.destination,
        leased_until=None,
    )


def invalidate(connection: Connection, item: Item, *, at: datetime) -> None:
    """Show the message again, because a worker that had lost its lease has just shown an older state.

    Whoever holds the lease loses it, because that worker may have overwritten what they showed.
    """
    connection.execute(
        update(table)
        .where(table.c.id == item.id)
        .values(
            generation=table.c.generation + 1,
            lease_token=table.c.lease_token + 1,
            leased_until=None,
            content_hash=None,
            available_at=available(at),
        )
    )


_UPDATE_LEASED = (
    update(table)
    .where(
        table.c.id == bindparam("this"),
        table.c.lease_token == bindparam("mine"),
        table.c.leased_until.isnot(None),  # a commit whose answer was lost is made again, and must count once
    )
    .returning(table.c.id)
)


def _update_leased(connection: Connection, item: Item, **values: Any) -> bool:
    row = connection.execute(_UPDATE_LEASED, values | {"this": item.id, "mine": item.lease_token}).one_or_none()
    return row is not None
