"""A thread can be snoozed: each pause is a row, and gives its time back to the wait"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("thread", sa.Column("paused", sa.Float(), nullable=False, server_default=sa.text("0")))
    op.add_column("thread", sa.Column("snoozed_until", UTCDateTime(), nullable=True))
    asleep = sa.text("snoozed_until IS NOT NULL")
    op.create_index(
        op.f("ix_thread_snoozed_until"),
        "thread",
        ["desk", "snoozed_until"],
        sqlite_where=asleep,
        postgresql_where=asleep,
    )
    op.add_column("wait", sa.Column("paused", sa.Float(), nullable=False, server_default=sa.text("0")))
    op.add_column("wait", sa.Column("missed_at", UTCDateTime(), nullable=True))
    op.create_table(
        "pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("wait_id", sa.Integer(), nullable=True),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("by", sa.String(50), nullable=False),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_pause_thread_id_thread")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause")),
    )
    op.create_index(op.f("ix_pause_thread_id"), "pause", ["thread_id"])
    op.create_index(op.f("ix_pause_wait_id"), "pause", ["wait_id"])
