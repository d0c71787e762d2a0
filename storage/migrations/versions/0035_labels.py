"""Labels: what the team says that a thread is about"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "label",
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("by", sa.String(50), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("moved_from", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_label_thread_id")),
        sa.PrimaryKeyConstraint("thread_id", "name", name=op.f("pk_label")),
    )
    op.create_index("ix_label_name", "label", ["name"])
