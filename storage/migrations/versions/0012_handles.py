"""Handles are kept with dates, because a customer is a number and a handle may become a stranger's"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

LONGEST = 200


def upgrade() -> None:
    handles = op.create_table(
        "handle",
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("first_at", UTCDateTime(), nullable=False),
        sa.Column("last_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("network", "customer_id", "folded", name=op.f("pk_handle")),
    )
    op.create_index("ix_handle_folded", "handle", ["folded"])
    rows = _rows(op.get_bind())
    for start in range(0, len(rows), 1000):
        op.bulk_insert(handles, rows[start : start + 1000])


def _rows(connection: sa.Connection) -> list[dict[str, object]]:
    """Read the handles off the posts that the threads' customers wrote."""
    thread = sa.table("thread", *map(sa.column, ("id", "account", "customer_id", "customer_handle", "erased_at")))
    post = sa.table(
        "post",
        *map(sa.column, ("thread_id", "inbound", "author")),
        sa.column("posted_at", UTCDateTime()),
    )
    wrote = (
        sa.select(
            thread.c.account,
            thread.c.customer_id,
            post.c.author,
            sa.func.min(post.c.posted_at).label("first_at"),
            sa.func.max(post.c.posted_at).label("last_at"),
        )
        .join(post, post.c.thread_id == thread.c.id)
        .where(post.c.inbound.is_(sa.true()), thread.c.erased_at.is_(None), post.c.author != "")
        .group_by(thread.c.account, thread.c.customer_id, post.c.author)
    )
    found: dict[tuple[str, str, str], dict[str, object]] = {}
    for account, customer, handle, first_at, last_at in connection.execute(wrote):
        key = (account.partition(":")[0], customer, handle.lower()[:LONGEST])
        old = found.get(key)
        found[key] = {
            "network": key[0],
            "customer_id": customer,
            "folded": key[2],
            "handle": handle,
            "first_at": min(first_at, old["first_at"]) if old else first_at,
            "last_at": max(last_at, old["last_at"]) if old else last_at,
        }
    return list(found.values())
