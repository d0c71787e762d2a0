"""Rosters: the last good copy of each desk's, the shifts that it makes, and what was told of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from bot.domain.desk.roster import RosterError, Shift
from storage.engine import upsert
from storage.rows import names, record
from storage.tables import roster as table
from storage.tables import shift


@dataclass(frozen=True, slots=True)
class Roster:
    """What is stored of a desk's roster, but for its text.

    `place` is a digest of where it is, and `version` what its server or disk calls the copy. The good copy is of
    `fetched_at`, and its repetitions were worked out at `read_at`. `code` says since
    `failing_since` why no newer one could be read; `told_since` is the `failing_since` that was told. `unknown` are
    people whom it names in vain, `told_unknown` those who were told. `handed_to` are those who were on call when the
    last change of shifts, of `handed_at`, was dealt with.
    """

    desk: str
    place: str
    version: str
    fetched_at: datetime | None
    read_at: datetime | None
    failing_since: datetime | None
    code: str | None
    detail: str | None
    told_since: datetime | None
    unknown: Sequence[str]
    told_unknown: Sequence[str]
    handed_to: Sequence[str]
    handed_at: datetime | None

    @property
    def problem(self) -> RosterError | None:
        """Why no newer copy can be read; None while one can."""
        return RosterError(self.code, self.detail or "") if self.code else None


_COLUMNS = [table.c[name] for name in names(Roster)]


def get(connection: Connection, desk: str, place: str) -> Roster | None:
    """Return the desk's roster, or None if nothing was stored of one in this place."""
    row = connection.execute(select(*_COLUMNS).where(table.c.desk == desk, table.c.place == place)).one_or_none()
    return record(Roster, row) if row else None


def begin(connection: Connection, desk: str, place: str) -> Roster:
    """Return the desk's roster in this place; whatever is stored of one in another place is forgotten."""
    empty = dict.fromkeys((name for name in names(Roster) if name.endswith(("_at", "_since"))), None) | {
        "place": place,
        "version": "",
        "content": "",
        "code": None,
        "detail": None,
        "unknown": [],
        "told_unknown": [],
        "handed_to": [],
    }
    connection.execute(upsert(connection, table).values(desk=desk, **empty).on_conflict_do_nothing())
    moved = update(table).where(table.c.desk == desk, table.c.place != place).values(**empty)
    if connection.execute(moved.returning(table.c.desk)).one_or_none() is not None:
        connection.execute(delete(shift).where(shift.c.desk == desk))
    return record(Roster, connection.execute(select(*_COLUMNS).where(table.c.desk == desk)).one())


def content(connection: Connection, desk: str) -> str:
    """Return the text of the good copy; "" if there is none, or if it is a user group."""
    text: str = connection.execute(select(table.c.content).where(table.c.desk == desk)).scalar_one()
    return text


def shifts(connection: Connection, desk: str, place: str) -> list[Shift]:
    """Return the shifts of the desk's roster in this place."""
    rows = connection.execute(
        select(shift)
        .join(table, table.c.desk == shift.c.desk)
        .where(shift.c.desk == desk, table.c.place == place)
        .order_by(shift.c.starts_at, shift.c.agent)
    )
    return [record(Shift, row) for row in rows]


def keep(
    connection: Connection,
    roster: Roster,
    at: datetime,
    *,
    content: str | None,
    version: str,
    shifts: Iterable[Shift],
    unknown: Sequence[str],
) -> None:
    """Store a good copy and its shifts; without `content`, the text that is there was only worked out anew."""
    fetched: dict[str, Any] = {"content": content, "version": version, "fetched_at": at} if content is not None else {}
    well = {"failing_since": None, "code": None, "detail": None}
    _set(connection, roster.desk, read_at=at, unknown=list(unknown), **well, **fetched)
    connection.execute(delete(shift).where(shift.c.desk == roster.desk))
    rows = [{"desk": roster.desk, **{name: getattr(one, name) for name in names(Shift)}} for one in shifts]
    if rows:
        connection.execute(insert(shift), rows)


def failed(connection: Connection, roster: Roster, error: RosterError, at: datetime) -> None:
    """Record why no newer copy could be read."""
    since = roster.failing_since or at
    _set(connection, roster.desk, failing_since=since, code=error.code, detail=error.detail)


def tell(connection: Connection, roster: Roster, since: datetime | None) -> bool:
    """Record that a failure since then is told, or with None that it is over; True to the one caller who tells it."""
    told = table.c.told_since.is_not_distinct_from(roster.told_since)
    return _won(connection, roster.desk, told, told_since=since)


def tell_unknown(connection: Connection, roster: Roster, unknown: Sequence[str]) -> None:
    """Record that these people are told to be unknown."""
    _set(connection, roster.desk, told_unknown=list(unknown))


def hand_over(connection: Connection, roster: Roster, agents: Sequence[str], at: datetime) -> bool:
    """Record who is on call since `at`; True to the one caller who deals with this change."""
    unchanged = table.c.handed_at.is_not_distinct_from(roster.handed_at)
    return _won(connection, roster.desk, unchanged, handed_to=list(agents), handed_at=at)


def _set(connection: Connection, desk: str, **values: Any) -> None:
    connection.execute(update(table).where(table.c.desk == desk).values(**values))


def _won(connection: Connection, desk: str, unchanged: Any, **values: Any) -> bool:
    changed = update(table).where(table.c.desk == desk, unchanged).values(**values).returning(table.c.desk)
    return connection.execute(changed).one_or_none() is not None
