"""What is late at a desk is one message to each of its leads, from the first late thread to the last"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "late_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("lead", sa.String(50), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("shown_at", UTCDateTime(), nullable=False),
        sa.Column("shown", sa.String(64), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_list")),
    )
    op.create_index(
        "uq_late_list_going_on",
        "late_list",
        ["desk", "lead"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
