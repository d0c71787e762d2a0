"""A desk can have a target for how long a case takes; threads from before have none"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("thread", sa.Column("resolution_target", sa.Integer(), nullable=True))
    op.create_table(
        "resolution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=True),
        sa.Column("next_nag_at", UTCDateTime(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("nag_level", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_resolution_thread_id_thread")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resolution")),
    )
    op.create_index(op.f("ix_resolution_thread_id"), "resolution", ["thread_id"])
    due = sa.text("next_nag_at IS NOT NULL")
    op.create_index("ix_resolution_next_nag_at", "resolution", ["next_nag_at"], sqlite_where=due, postgresql_where=due)
