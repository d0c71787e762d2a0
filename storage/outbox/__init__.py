"""The outbox: what is still to be shown in Slack or sent to a network.

A use case states in its own transaction what it wants; delivery leases rows, does the work, and records it. A row is
one thing (a card, a reply), however often it changes: `generation` counts the changes, `delivered_generation` is the
last one that was delivered, so several become one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Row,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
    update,
)

from storage.engine import INSERT, upsert
from storage.outbox.kinds import MessageKind, Trait
from storage.outbox.messages import NewMessage
from storage.rows import record
from storage.same_customer import also_open_with, also_open_with_any
from storage.tables import late_list
from storage.tables import outbox as table

UPDATES = "chat.update"  # the rate bucket of everything that is in Slack already
FIRST = datetime(1970, 1, 1, tzinfo=UTC)  # `order_by` of what the whole desk must know: ahead of every deadline
LAST = datetime(9999, 1, 1, tzinfo=UTC)  # `order_by` of what holds up no customer

_LIVING = MessageKind.having(Trait.LIVING)
_UNDER_A_CARD = MessageKind.having(Trait.UNDER_A_CARD)
_AGEING = MessageKind.having(Trait.AGEING)
_OVERVIEWS = MessageKind.having(Trait.OVERVIEW)
_SURVIVORS = MessageKind.having(Trait.SURVIVES_ERASURE)
_NEW = {"generation": 1, "delivered_generation": 0, "lease_token": 0, "failures": 0}


@dataclass(frozen=True, slots=True)
class Item:
    """One leased row.

    `message_ts` is None until Slack has the message; `post_started_at` is set while that is not known.
    `bucket_taken_until` says until when its rate bucket was taken for it at the lease; None when it was not.
    """

    id: int
    key: str
    kind: MessageKind
    thread_id: int | None
    destination: str
    rate_bucket: str
    payload: dict[str, Any]
    generation: int
    delivered_generation: int
    lease_token: int
    failures: int
    post_started_at: datetime | None
    message_channel: str | None
    message_ts: str | None
    content_hash: str | None
    bucket_taken_until: datetime | None

    @property
    def unposted(self) -> bool:
        """Whether Slack certainly has no message of it, so that it can still be left unsaid."""
        return self.message_ts is None and self.post_started_at is None


def kind_in(rows: FromClause, kinds: Iterable[MessageKind]) -> ColumnElement[bool]:
    """Build `kind IN (...)` by hand: SQLAlchemy would put an IN together anew at every execution."""
    return or_(*(rows.c.kind == kind for kind in kinds))


def available(at: datetime | BindParameter[datetime]) -> ColumnElement[datetime]:
    """Return `available_at` for a row that changed at `at`. A failing row keeps its back-off, whatever has changed."""
    return case((table.c.failures > 0, table.c.available_at), else_=at)


def want(connection: Connection, message: NewMessage, *, at: datetime) -> None:
    """State that this is to be shown or sent, not before `at`. If it was stated before, it is shown again."""
    new = _row(message, at)
    connection.execute(
        upsert(connection, table)
        .values(new)
        .on_conflict_do_update(
            index_elements=["key"],
            set_={
                "generation": table.c.generation + 1,
                "order_by": new["order_by"],
                "payload": new["payload"],
                "available_at": available(at),
            },
        )
    )


_NOW = bindparam("now", type_=table.c.available_at.type)
_THIS = bindparam("this", type_=Integer)
# Locked in one order: two agents who change two threads of one customer at once each refresh both cards.
_SHOWING = (
    select(table.c.id)
    .where(
        table.c.thread_id.in_(union_all(select(_THIS), select(also_open_with(_THIS).subquery()))),
        or_(
            table.c.kind == MessageKind.CARD,
            and_(table.c.thread_id == _THIS, kind_in(table, _LIVING)),
        ),
    )
    .order_by(table.c.id)
    .with_for_update()
)
_ANEW = {
    "generation": table.c.generation + 1,
    "order_by": case((table.c.message_ts.is_(None), table.c.order_by), else_=_NOW),
    "available_at": available(_NOW),
}
_REFRESH = update(table).where(table.c.id.in_(_SHOWING)).values(_ANEW)
_REFRESH_ALSO_OPEN = (
    update(table)
    .where(
        table.c.id.in_(
            select(table.c.id)
            .where(table.c.kind == MessageKind.CARD, table.c.thread_id.in_(also_open_with_any()))
            .order_by(table.c.id)
            .with_for_update()
        )
    )
    .values(_ANEW)
)


def refresh(connection: Connection, thread_id: int, *, at: datetime, force: bool = False) -> None:
    """Queue an update of everything that shows this thread: its card, escalations and reminders.

    The same goes for the cards of the customer's other open threads, because they name this one.

    With `force`, Slack gets them even if it should have the same content already, because somebody saw an outdated one.
    """
    forgotten: dict[str, object] = {"content_hash": None} if force else {}
    connection.execute(_REFRESH, forgotten | {"this": thread_id, "now": at})


def age(connection: Connection, thread_ids: Collection[int], *, at: datetime) -> None:
    """What shows how long there is to answer is edited, after everything else: only the time has passed.

    What is to be shown anew in any case is left alone, and so is what is not in Slack yet.
    """
    if thread_ids:
        connection.execute(
            update(table)
            .where(
                table.c.thread_id.in_(list(thread_ids)),
                table.c.kind.in_(_AGEING),
                table.c.message_ts.isnot(None),
                table.c.generation == table.c.delivered_generation,
            )
            .values(generation=table.c.generation + 1, order_by=LAST, available_at=at)
        )


def refresh_also_open(connection: Connection, thread_ids: Collection[int], *, at: datetime) -> None:
    """The cards of these new threads' customers' other open threads are to name the new ones."""
    connection.execute(_REFRESH_ALSO_OPEN, {"threads": list(thread_ids), "now": at})


def refresh_overviews(connection: Connection, *, at: datetime) -> None:
    """Queue an update of the messages that may show something of any thread, because a thread lost some content.

    Of the late lists only those that go on show any: there is a new one every time that something is late.
    """
    lists = select(literal("late_list:") + cast(late_list.c.id, String)).where(late_list.c.ended_at.is_(None))
    connection.execute(
        update(table)
        .where(table.c.thread_id.is_(None), or_(table.c.kind.in_(_OVERVIEWS), table.c.key.in_(lists)))
        .values(generation=table.c.generation + 1, available_at=available(at))
    )


def refresh_messages(connection: Connection, ids: Collection[int], *, at: datetime) -> None:
    """Queue an update of these messages. What Slack does not have yet keeps its time, and is drawn then."""
    begun = or_(table.c.message_ts.isnot(None), table.c.post_started_at.isnot(None))
    in_order = select(table.c.id).where(table.c.id.in_(ids), begun).order_by(table.c.id).with_for_update()
    connection.execute(update(table).where(table.c.id.in_(in_order)).values(_ANEW), {"now": at})


def refresh_message(connection: Connection, channel: str, ts: str, *, at: datetime) -> None:
    """Queue an update of this message in Slack, if it is one of ours."""
    place = (table.c.message_ts == ts, table.c.message_channel == channel, table.c.message_ts.isnot(None))
    connection.execute(
        update(table).where(*place).values(generation=table.c.generation + 1, available_at=available(at))
    )


def erase(connection: Connection, thread_id: int) -> int:
    """Drop an erased thread's unposted messages, and count the messages in Slack that show the thread.

    The card is posted all the same. What only one colleague saw ("tell") is gone from Slack after their session, and
    what is only about colleagues ("note") stays. A message that is being posted, or may have been, is updated like
    those that are there.
    """
    unposted = (table.c.message_ts.is_(None), table.c.post_started_at.is_(None), table.c.leased_until.is_(None))
    connection.execute(
        update(table)
        .where(table.c.thread_id == thread_id, table.c.kind.notin_(_SURVIVORS), *unposted)
        .values(delivered_generation=table.c.generation, error=None)
    )
    in_slack = select(func.count()).where(
        table.c.thread_id == thread_id,
        table.c.kind.in_(_LIVING),
        table.c.message_ts.isnot(None),
    )
    return connection.execute(in_slack).scalar_one()


_WANT_ONCE = {
    dialect: insert(table).on_conflict_do_nothing().returning(table.c.id) for dialect, insert in INSERT.items()
}


def want_once(connection: Connection, message: NewMessage, *, at: datetime) -> bool:
    """State a thing that happens once; return False if somebody stated it already."""
    return connection.execute(_WANT_ONCE[connection.dialect.name], _row(message, at)).one_or_none() is not None


def want_new(connection: Connection, messages: Iterable[NewMessage], *, at: datetime) -> None:
    """State things that nobody else can have stated yet."""
    connection.execute(table.insert(), [_row(message, at) for message in messages])


def threads_shown(connection: Connection, channel: str, message_ts: Iterable[str]) -> dict[str, int]:
    """Return the thread that each of these messages in Slack is about, by ts; others are left out."""
    place = (table.c.message_ts.in_(list(message_ts)), table.c.message_channel == channel)
    about = (table.c.message_ts.isnot(None), table.c.thread_id.isnot(None))
    rows = connection.execute(select(table.c.message_ts, table.c.thread_id).where(*place, *about))
    return {row.message_ts: row.thread_id for row in rows}


def get(connection: Connection, key: str) -> Item | None:
    row = connection.execute(select(table).where(table.c.key == key)).one_or_none()
    return item_of(row) if row else None


def exists(connection: Connection, key: str) -> bool:
    return connection.execute(select(table.c.id).where(table.c.key == key)).one_or_none() is not None


def stated(connection: Connection, keys: Collection[str]) -> set[str]:
    """Return those of these keys that somebody has stated already."""
    return set(connection.execute(select(table.c.key).where(table.c.key.in_(keys))).scalars())


def cancel(connection: Connection, key: str) -> None:
    """Drop what is still to be shown or sent of this row."""
    connection.execute(update(table).where(table.c.key == key).values(delivered_generation=table.c.generation))


def count_unposted(
    connection: Connection, destination: str, *, kind: MessageKind = MessageKind.CARD, limit: int | None = None
) -> int:
    """Count the cards (or messages of another `kind`) that are not in Slack yet, up to `limit`."""
    waiting = (
        select(table.c.id)
        .where(
            table.c.destination == destination,
            table.c.kind == kind,
            table.c.generation > table.c.delivered_generation,
            table.c.message_ts.is_(None),
        )
        .limit(limit)
    )
    return connection.execute(select(func.count()).select_from(waiting.subquery())).scalar_one()


def release_under_card(connection: Connection, thread_id: int, at: datetime) -> None:
    """Let out what waited for the thread's card to be in Slack, and have the line that a moved one left link to it."""
    left = table.c.kind == MessageKind.CARD_LEFT
    waits = and_(table.c.kind.in_(_UNDER_A_CARD), table.c.message_ts.is_(None))
    connection.execute(
        update(table)
        .where(table.c.thread_id == thread_id, or_(waits, left))
        .values(available_at=at, generation=case((left, table.c.generation + 1), else_=table.c.generation))
    )


def item_of(row: Row[Any]) -> Item:
    return record(Item, row, kind=MessageKind(row.kind), bucket_taken_until=None)


def _row(message: NewMessage, at: datetime) -> dict[str, Any]:
    return _NEW | {
        "kind": message.kind,
        "key": message.key,
        "destination": message.destination,
        "payload": message.payload.to_json(),
        "thread_id": message.thread_id,
        "order_by": message.order_by or at,
        "rate_bucket": message.rate_bucket or message.destination,
        "available_at": at,
    }
