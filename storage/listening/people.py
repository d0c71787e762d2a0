"""Who is not listened to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select

from storage.tables import identity, mute


def kept_out(
    connection: Connection, desk: str, network: str, author_ids: Collection[str], at: datetime
) -> frozenset[str]:
    """Return those of these authors who are muted at the desk."""
    muted = (
        select(identity.c.author_id)
        .join(mute, mute.c.customer_id == identity.c.customer_id)
        .where(
            identity.c.network == network,
            identity.c.author_id.in_(author_ids),
            mute.c.desk == desk,
            mute.c.ended_at.is_(None),
            mute.c.until > at,
        )
    )
    return frozenset(connection.execute(muted).scalars())
