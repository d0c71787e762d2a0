"""What an agent has typed and not sent is kept for a while"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("agent", sa.String(50), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("typed_at", UTCDateTime(), nullable=False),
        sa.Column("view_id", sa.String(50), nullable=True),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_draft_thread_id")),
        sa.PrimaryKeyConstraint("thread_id", "agent", name=op.f("pk_draft")),
    )
    op.create_index("ix_draft_typed_at", "draft", ["typed_at"])
