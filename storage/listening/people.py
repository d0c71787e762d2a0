"""Who is not listened to."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, select

from bot.domain.customers.customer import Identity
from storage.engine import upsert
from storage.tables import forgotten_author, identity, mute


def kept_out(
    connection: Connection, desk: str, network: str, author_ids: Collection[str], at: datetime
) -> frozenset[str]:
    """Return those of these authors who are muted at the desk, or were erased."""
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
    called = {_digest(network, id_): id_ for id_ in author_ids}
    forgotten = select(forgotten_author.c.digest).where(forgotten_author.c.digest.in_(list(called)))
    gone = {called[digest] for digest in connection.execute(forgotten).scalars()}
    return frozenset(connection.execute(muted).scalars()) | gone


def forget(connection: Connection, identities: Iterable[Identity]) -> None:
    """See to it that nobody listens to these people again; what they write to us comes in."""
    rows = [{"digest": _digest(one.network, one.author_id)} for one in identities]
    if rows:
        connection.execute(upsert(connection, forgotten_author).on_conflict_do_nothing(), rows)


def _digest(network: str, author_id: str) -> str:
    return hashlib.sha256(f"{network}:{author_id}".encode()).hexdigest()
