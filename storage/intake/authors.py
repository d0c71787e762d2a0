"""What is known of the authors of a page of mentions: who they are here, and whether they are muted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, select

from storage.tables import customer, identity, mute


@dataclass(frozen=True, slots=True)
class KnownAuthor:
    """An author with an identity here, as they were called so far. `language` is the one that an agent said."""

    customer_id: int
    handle: str
    name: str
    muted: bool
    language: str | None = None


def known(
    connection: Connection, desk: str, network: str, author_ids: Collection[str], at: datetime
) -> dict[str, KnownAuthor]:
    """Return those of these authors who are customers here, by the network's numbers of them.

    Until this transaction ends nobody can forget them.
    """
    if not author_ids:
        return {}
    muted = and_(
        mute.c.desk == desk,
        mute.c.customer_id == identity.c.customer_id,
        mute.c.ended_at.is_(None),
        mute.c.until > at,
    )
    rows = connection.execute(
        select(identity, customer.c.language, mute.c.id.isnot(None).label("muted"))
        .join(customer)
        .outerjoin(mute, muted)
        .where(identity.c.network == network, identity.c.author_id.in_(author_ids))
        .order_by(customer.c.id)
        .with_for_update(read=True, key_share=True, of=customer)
    )
    return {
        row.author_id: KnownAuthor(row.customer_id, row.handle, row.name, bool(row.muted), row.language) for row in rows
    }
