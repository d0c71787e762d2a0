"""Replies on their way and delivered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select, union_all, update

from bot.domain.cases.conversation import GONE_AGAIN, IN_DOUBT, NOT_THERE, SETTLED, TRANSITIONS, Post, Reply, ReplyState
from bot.domain.cases.picture import Picture
from bot.domain.cases.thread import Thread
from storage.at_desk import at_desks
from storage.newest import newest_of_each
from storage.rows import record
from storage.same_customer import is_another_of
from storage.tables import reply as table
from storage.tables import thread

LATEST = 20
SOUGHT = 5_000

_IS_NO_OLD_QUESTION = or_(~table.c.question, table.c.state.notin_(SETTLED))
"""Whether an answer helped is asked beside what was answered, and takes its place only while it is on its way."""

_LATEST = (
    select(table)
    .where(
        table.c.id.in_(
            union_all(
                newest_of_each(
                    table,
                    table.c.state != ReplyState.CANCELLED,
                    or_(~table.c.outside, table.c.state.in_(GONE_AGAIN)),
                    _IS_NO_OLD_QUESTION,
                    by=[table.c.id],
                ),
                newest_of_each(table, table.c.state == ReplyState.SENT, ~table.c.question, by=[table.c.id]),
            )
        )
    )
    .order_by(table.c.id)
)
_IN_PART = and_(table.c.parts_done > 0, table.c.state.notin_(GONE_AGAIN))
_MAYBE_PUBLIC = or_(
    table.c.state.in_((*IN_DOUBT, ReplyState.UNKNOWN, ReplyState.RETRY_REQUESTED)),
    and_(table.c.state == ReplyState.SENT, table.c.external_id.is_(None)),  # a person has marked it
    _IN_PART,  # a person may have marked one of its parts
)
_PERHAPS_THERE = or_(table.c.state.notin_(NOT_THERE), _IN_PART)


@dataclass(frozen=True, slots=True)
class Latest:
    """A thread's latest reply that was not cancelled; if that has not arrived, also the latest one that has.

    An answer that was given on the network itself is the latest one only if no reply of ours is open or newer.
    """

    newest: Reply | None = None
    earlier: Reply | None = None

    @property
    def answer(self) -> Reply | None:
        """The latest one that has arrived."""
        return self.newest if self.newest and self.newest.state is ReplyState.SENT else self.earlier


def add(connection: Connection, **values: Any) -> Reply:
    """Store a reply, queued unless its `state` is given, and return it. `values` are columns of the table."""
    row = connection.execute(
        table.insert().values({"state": ReplyState.QUEUED, "outside": False} | values).returning(table)
    ).one()
    return _reply(row)


def add_outside(connection: Connection, **values: Any) -> Reply:
    """Store an answer that was given on the network itself and return it. `values` are columns of the table."""
    row = connection.execute(table.insert().values(state=ReplyState.SENT, outside=True, **values).returning(table))
    return _reply(row.one())


def perhaps_public(connection: Connection, thread_id: int) -> list[Reply]:
    """Return replies of ours that the network may show without our knowing under which number, oldest first."""
    rows = connection.execute(select(table).where(table.c.thread_id == thread_id, _MAYBE_PUBLIC).order_by(table.c.id))
    return [_reply(row) for row in rows]


def perhaps_public_beside(connection: Connection, this: Thread) -> list[Reply]:
    """Return the same of all threads in a thread's conversation."""
    theirs = select(thread.c.id).where(thread.c.account == this.account, thread.c.conversation == this.conversation)
    rows = connection.execute(select(table).where(table.c.thread_id.in_(theirs), _MAYBE_PUBLIC).order_by(table.c.id))
    return [_reply(row) for row in rows]


def found(connection: Connection, reply_id: int, external_id: str) -> None:
    """Record under which number the network shows a reply, or the last part of it, that a person has marked as sent."""
    connection.execute(update(table).where(table.c.id == reply_id).values(external_id=external_id))


def overtaken(connection: Connection, reply: Reply) -> bool:
    """Tell whether somebody has answered on the network itself since this reply was written."""
    newer = select(table.c.id).where(table.c.thread_id == reply.thread_id, table.c.outside, table.c.id > reply.id)
    return connection.execute(newer.limit(1)).one_or_none() is not None


def get(connection: Connection, reply_id: int) -> Reply | None:
    """Return the reply, or None if there is no such id."""
    row = connection.execute(select(table).where(table.c.id == reply_id)).one_or_none()
    return _reply(row) if row else None


def called(connection: Connection, account: str, external_id: str) -> Reply | None:
    """Return the reply of an account that the network calls so."""
    found = select(table).join(thread).where(table.c.external_id == external_id, thread.c.account == account)
    row = connection.execute(found.limit(1)).one_or_none()
    return _reply(row) if row else None


def with_part(connection: Connection, post: Post) -> Reply | None:
    """Return the reply of which a post of ours is a part."""
    threads_ = [post.thread_id, post.moved_from or post.thread_id]
    written = select(table).where(table.c.thread_id.in_(threads_), table.c.parts.isnot(None))
    rows = connection.execute(written.order_by(table.c.id.desc()))
    return next((reply for reply in map(_reply, rows) if post.text in reply.posts), None)


def of_request(connection: Connection, idempotency_key: str) -> Reply | None:
    """Return the reply that this submission has already made, if any."""
    row = connection.execute(select(table).where(table.c.idempotency_key == idempotency_key)).one_or_none()
    return _reply(row) if row else None


def last_written(connection: Connection, thread_id: int) -> Reply | None:
    """Return the thread's latest answer that was written here, even if its author cancelled it."""
    row = connection.execute(
        select(table)
        .where(table.c.thread_id == thread_id, ~table.c.outside, ~table.c.question)
        .order_by(table.c.id.desc())
        .limit(1)
    ).one_or_none()
    return _reply(row) if row else None


def latest_of(connection: Connection, author: str, thread_id: int | None) -> list[Reply]:
    """Return an agent's latest 20 replies, newest first; only those in this thread if one is given."""
    query = select(table).where(table.c.author == author).order_by(table.c.id.desc()).limit(LATEST)
    rows = connection.execute(query if thread_id is None else query.where(table.c.thread_id == thread_id))
    return [_reply(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Recent:
    """A reply with the name of its customer, which may stand in its text."""

    id: int
    thread_id: int
    text: str
    customer: str


def recent_of(connection: Connection, desk: str, at_most: int) -> list[Recent]:
    """Return the desk's latest replies that have reached their customer or may still, newest first.

    They are sought among the latest of all desks, so that a desk that hardly answers costs no more than another.
    """
    newest = select(func.coalesce(func.max(table.c.id), 0)).scalar_subquery()
    rows = connection.execute(
        select(table.c.id, table.c.thread_id, table.c.text, thread.c.customer_name)
        .join(thread)
        .where(table.c.id > newest - SOUGHT, at_desks([desk]), _PERHAPS_THERE)
        .where(~table.c.question)
        .order_by(table.c.id.desc())
        .limit(at_most)
    )
    return [Recent(row.id, row.thread_id, row.text, row.customer_name) for row in rows]


def latest(connection: Connection, thread_ids: Iterable[int]) -> dict[int, Latest]:
    """Return the latest answers of each of these threads, by number; threads without replies are left out."""
    found: dict[int, list[Reply]] = {}
    for reply in map(_reply, connection.execute(_LATEST, {"threads": list(thread_ids)})):
        found.setdefault(reply.thread_id, []).append(reply)
    return {thread: _latest(theirs) for thread, theirs in found.items()}


def _latest(oldest_first: list[Reply]) -> Latest:
    *before, newest = oldest_first
    earlier = before[0] if before else None
    if newest.outside and earlier is not None and earlier.state not in SETTLED:
        return Latest(newest=earlier, earlier=newest)
    return Latest(newest, earlier)


def newest_sent(connection: Connection, thread_id: int) -> int:
    """Return the id of the latest reply that reached or may have reached the customer; 0 if there is none."""
    newest_id: int = connection.execute(
        select(func.coalesce(func.max(table.c.id), 0)).where(table.c.thread_id == thread_id, _PERHAPS_THERE)
    ).scalar_one()
    return newest_id


def newest_elsewhere(connection: Connection, this: Thread) -> int:
    """Return the id of the latest reply in the customer's other threads at the same desk; 0 if there is none."""
    query = select(func.coalesce(func.max(table.c.id), 0)).join(thread).where(is_another_of(this))
    newest: int = connection.execute(query).scalar_one()
    return newest


def elsewhere(connection: Connection, this: Thread, *, after: int | None, agent: str) -> list[Reply]:
    """Return what colleagues of `agent` answer in the customer's other threads at the same desk, oldest first.

    With `after`, the replies since that one which may reach the customer; with None, those on their way now.
    """
    theirs = (is_another_of(this), table.c.author != agent)
    if after is None:
        rows = connection.execute(select(table).join(thread).where(*theirs, thread.c.pending_reply_id == table.c.id))
    else:
        public = (table.c.id > after, _PERHAPS_THERE)
        rows = connection.execute(select(table).join(thread).where(*theirs, *public).order_by(table.c.id))
    return [_reply(row) for row in rows]


def writers(connection: Connection, customer_id: int, desks: Iterable[str]) -> list[tuple[str, int]]:
    """Return the agents whose replies reached a customer at these desks, most threads first, with how many."""
    answered = func.count(table.c.thread_id.distinct())
    rows = connection.execute(
        select(table.c.author, answered.label("threads"))
        .join(thread)
        .where(thread.c.customer_id == customer_id, thread.c.desk.in_(list(desks)))
        .where(table.c.state == ReplyState.SENT, table.c.author != "")
        .group_by(table.c.author)
        .order_by(answered.desc(), table.c.author)
    )
    return [(row.author, row.threads) for row in rows]


def move(
    connection: Connection,
    reply_id: int,
    to: ReplyState,
    *,
    from_: ReplyState | None = None,
    part: int | None = None,
    **values: Any,
) -> Reply | None:
    """Compare and set: return the reply in its new state, or None if TRANSITIONS does not lead there from its state.

    With `part`, None as well if another part of it is on its way by now. With `from_`, only that state counts; raises
    ValueError if TRANSITIONS does not lead from there.
    """
    sources = [state for state, after in TRANSITIONS.items() if to in after and from_ in (None, state)]
    if not sources:
        raise ValueError(f"no reply becomes {to} from {from_ or 'anything'}")
    still = table.c.parts_done == (table.c.parts_done if part is None else part)
    row = connection.execute(
        update(table)
        .where(table.c.id == reply_id, table.c.state.in_(sources), still)
        .values(state=to, **values)
        .returning(table)
    ).one_or_none()
    return _reply(row) if row else None


def ask_back(connection: Connection, reply_id: int, by: str, at: datetime, why: str) -> bool:
    """Record who has a reply taken back; tell whether the customer has it and nobody had asked for that before."""
    changed = (
        update(table)
        .where(table.c.id == reply_id, table.c.state == ReplyState.SENT, table.c.back_by.is_(None))
        .values(back_by=by, back_at=at, back_why=why)
    )
    return connection.execute(changed).rowcount > 0


def stays(connection: Connection, reply_id: int) -> None:
    """Record that nobody has a reply taken back any more."""
    connection.execute(update(table).where(table.c.id == reply_id).values(back_by=None, back_at=None, back_why=None))


def first_answer(connection: Connection, thread_id: int) -> datetime | None:
    """Return when the customer had the first answer of those that they have; None if they have none."""
    answers = (table.c.thread_id == thread_id, table.c.state == ReplyState.SENT, ~table.c.question)
    first: datetime | None = connection.execute(select(func.min(table.c.sent_at)).where(*answers)).scalar_one()
    return first


def delay(connection: Connection, account: str, code: str, at: datetime) -> list[Reply]:
    """Record why the account's replies that should have been sent by now are not; return those that it is new for."""
    theirs = select(thread.c.id).where(thread.c.account == account, thread.c.pending_reply_id == table.c.id)
    rows = connection.execute(
        update(table)
        .where(
            table.c.state == ReplyState.QUEUED,
            table.c.send_at <= at,
            table.c.error.is_distinct_from(code),
            table.c.thread_id.in_(theirs),
        )
        .values(error=code)
        .returning(table)
    )
    return [_reply(row) for row in rows]


def held_up(connection: Connection, reply_id: int, code: str) -> Reply:
    """Record what holds this reply up, and return it."""
    return _reply(
        connection.execute(update(table).where(table.c.id == reply_id).values(error=code).returning(table)).one()
    )


def is_being_taken_back(connection: Connection, thread_id: int) -> bool:
    """Tell whether the network still has to delete an answer of this thread."""
    asked = (table.c.thread_id == thread_id, table.c.state == ReplyState.SENT, table.c.back_by.isnot(None))
    return connection.execute(select(table.c.id).where(*asked).limit(1)).first() is not None


def erase(connection: Connection, thread_id: int) -> int:
    """Forget what was answered in a thread and to which posts; return the number of replies."""
    nothing = {"text": "", "in_reply_to": "", "external_id": None, "back_why": None, "picture": None, "parts": None}
    erased = update(table).where(table.c.thread_id == thread_id).values(nothing)
    return len(connection.execute(erased.returning(table.c.id)).all())


def _reply(row: Row[Any]) -> Reply:
    picture = Picture(**row.picture) if row.picture else None
    return record(Reply, row, state=ReplyState(row.state), picture=picture, parts=tuple(row.parts or ()))
