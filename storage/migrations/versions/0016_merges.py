"""Threads of one customer can be merged, and taken apart again for a day"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("thread", sa.Column("merged_into", sa.Integer(), nullable=True))
    op.add_column("thread", sa.Column("merged_at", UTCDateTime(), nullable=True))
    op.add_column("thread", sa.Column("wait_kind", sa.String(10), nullable=True))
    op.add_column("post", sa.Column("moved_from", sa.Integer(), nullable=True))
    op.add_column("wait", sa.Column("moved_from", sa.Integer(), nullable=True))
    merged = sa.text("merged_into IS NOT NULL")
    op.create_index("ix_thread_merged_into", "thread", ["merged_into"], sqlite_where=merged, postgresql_where=merged)
