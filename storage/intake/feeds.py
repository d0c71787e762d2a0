"""How far each network was read, and whether it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, case, func, or_, select, update

from bot.domain.intake.feed_health import Alarm, FeedProblem
from storage.engine import upsert
from storage.rows import record
from storage.tables import feed as table


@dataclass(frozen=True, slots=True)
class Feed:
    """How far an account's feed was read, and whether its network answers.

    `leased_until` is how long it is reserved for the process that reads it or, once it was read, left alone.
    """

    account: str
    cursor: str | None
    fetched_at: datetime | None
    answers_since: datetime | None
    failing_since: datetime | None
    error: str | None
    error_code: str | None
    alarm: str | None
    alarm_since: datetime | None
    leased_until: datetime | None
    unsent_since: datetime | None
    unsent_code: str | None
    unsent_told: datetime | None
    unread_since: datetime | None
    unread_code: str | None
    unread_told: datetime | None

    @property
    def told(self) -> FeedProblem | None:
        """The problem that the channel was told of and that is not over."""
        if self.alarm is None or self.alarm_since is None:
            return None
        return FeedProblem(Alarm(self.alarm), self.alarm_since)


def take(connection: Connection, account: str, at: datetime, until: datetime) -> Feed | None:
    """Reserve the feed for this process until `until`; None while another one reads it or it must be left alone."""
    connection.execute(upsert(connection, table).values(account=account).on_conflict_do_nothing())
    row = connection.execute(
        update(table)
        .where(table.c.account == account, or_(table.c.leased_until.is_(None), table.c.leased_until <= at))
        .values(leased_until=until)
        .returning(table)
    ).one_or_none()
    return record(Feed, row) if row else None


def lock(connection: Connection, account: str) -> None:
    """Let nobody else store the account's mentions until the transaction ends."""
    connection.execute(select(table.c.account).where(table.c.account == account).with_for_update())


def get(connection: Connection, account: str) -> Feed | None:
    """Return the feed, or None if it was never read."""
    row = connection.execute(select(table).where(table.c.account == account)).one_or_none()
    return record(Feed, row) if row else None


def read(connection: Connection, account: str, cursor: str | None, at: datetime, next_at: datetime) -> None:
    """Record that the network answered: store the cursor (None keeps the old one) and rest until `next_at`."""
    values: dict[str, object] = {
        "fetched_at": at,
        "answers_since": case((table.c.failing_since.is_(None), func.coalesce(table.c.answers_since, at)), else_=at),
        "failing_since": None,
        "error": None,
        "error_code": None,
        "leased_until": next_at,
    }
    if cursor is not None:
        values["cursor"] = cursor
    connection.execute(update(table).where(table.c.account == account).values(**values))


def heard(connection: Connection, account: str, at: datetime) -> None:
    """Record that what posts to us did; nobody is to ask it."""
    insert = upsert(connection, table).values(account=account, fetched_at=at, answers_since=at)
    told = {"fetched_at": at, "answers_since": func.coalesce(table.c.answers_since, at)}
    connection.execute(insert.on_conflict_do_update(index_elements=["account"], set_=told))


def failed(connection: Connection, feed: Feed, error: str, code: str, at: datetime, next_at: datetime) -> None:
    """Record that the network did not answer. `error` is for the log, `code` is bot.networks.base.NetworkError's."""
    connection.execute(
        update(table)
        .where(table.c.account == feed.account)
        .values(failing_since=feed.failing_since or at, error=error, error_code=code, leased_until=next_at)
    )


def alarm(connection: Connection, account: str, told: FeedProblem | None, problem: FeedProblem | None) -> bool:
    """Record that the channel is told of `problem`, or with None that `told` is over.

    Returns True to the one caller who must tell it.
    """
    row = connection.execute(
        update(table)
        .where(table.c.account == account, table.c.alarm_since.is_not_distinct_from(told.since if told else None))
        .values(alarm=problem.alarm if problem else None, alarm_since=problem.since if problem else None)
        .returning(table.c.account)
    ).one_or_none()
    return row is not None


@dataclass(frozen=True, slots=True)
class Ability:
    """Something beside reading mentions that an account can do or cannot: since when not, why, and what was told."""

    since: Column[datetime]
    code: Column[str]
    told: Column[datetime]

    def of(self, feed: Feed) -> tuple[datetime | None, str | None, datetime | None]:
        """Return since when the account cannot do it, why, and since when it could not as far as the channel knows."""
        since, code, told = (getattr(feed, column.name) for column in (self.since, self.code, self.told))
        return since, code, told


SENDS = Ability(table.c.unsent_since, table.c.unsent_code, table.c.unsent_told)
"""It takes replies."""
READS_ANSWERS = Ability(table.c.unread_since, table.c.unread_code, table.c.unread_told)
"""What it has itself answered on the network can be read."""


def lost(connection: Connection, account: str, what: Ability, code: str, at: datetime) -> None:
    """Record that the account cannot do it. `code` is bot.networks.base.NetworkError's."""
    connection.execute(upsert(connection, table).values(account=account).on_conflict_do_nothing())
    since = func.coalesce(what.since, at)
    connection.execute(update(table).where(table.c.account == account).values({what.since: since, what.code: code}))


def regained(connection: Connection, account: str, what: Ability) -> None:
    """Record that the account can do it."""
    connection.execute(
        update(table)
        .where(table.c.account == account, what.since.isnot(None))
        .values({what.since: None, what.code: None})
    )


def tell(connection: Connection, feed: Feed, what: Ability) -> bool:
    """Record that the channel is told of what is so now; return True to the one caller who must tell it."""
    since, _, told = what.of(feed)
    row = connection.execute(
        update(table)
        .where(
            table.c.account == feed.account,
            what.told.is_not_distinct_from(told),
            what.since.is_not_distinct_from(since),
        )
        .values({what.told: since})
        .returning(table.c.account)
    ).one_or_none()
    return row is not None
