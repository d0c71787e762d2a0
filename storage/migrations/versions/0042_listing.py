"""Messages about several threads follow what happens to them"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "listing",
        sa.Column("outbox_id", sa.Integer, sa.ForeignKey("outbox.id"), primary_key=True),
        sa.Column("thread_id", sa.Integer, sa.ForeignKey("thread.id"), primary_key=True),
        sa.Column("event_id", sa.Integer, nullable=False),
    )
    op.create_index("ix_listing_thread_id", "listing", ["thread_id"])
