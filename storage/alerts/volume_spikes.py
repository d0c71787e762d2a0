"""Spikes that the leads were told of: each desk has at most one open, whichever process saw it first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.domain.alerts.volume_spike import VolumeSpike
from storage.engine import upsert
from storage.rows import record
from storage.tables import volume_spike as table


def going_on(connection: Connection, desk: str) -> VolumeSpike | None:
    """Return the desk's spike that has not ended, or None."""
    row = connection.execute(select(table).where(table.c.desk == desk, table.c.ended_at.is_(None))).one_or_none()
    return record(VolumeSpike, row) if row else None


def get(connection: Connection, spike_id: int) -> VolumeSpike | None:
    """Return the spike, or None if there is no such id."""
    row = connection.execute(select(table).where(table.c.id == spike_id)).one_or_none()
    return record(VolumeSpike, row) if row else None


def begin(connection: Connection, desk: str, at: datetime, mentions: int, normal: float) -> int | None:
    """Begin a spike; return its id to the one caller who began it, None to all others."""
    row = connection.execute(
        upsert(connection, table)
        .values(desk=desk, at=at, mentions=mentions, normal=normal)
        .on_conflict_do_nothing()
        .returning(table.c.id)
    ).one_or_none()
    return row.id if row else None


def calm(connection: Connection, spike_id: int, since: datetime | None) -> None:
    """Record since when the volume has been near normal; None if it is not."""
    connection.execute(update(table).where(table.c.id == spike_id).values(calm_since=since))


def end(connection: Connection, spike_id: int, at: datetime) -> None:
    """End the spike."""
    connection.execute(update(table).where(table.c.id == spike_id).values(ended_at=at))
