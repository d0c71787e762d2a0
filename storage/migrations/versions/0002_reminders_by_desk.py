"""A desk's reminders are found by its name: without that, SQLite looks through all that the desk has ever had"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_thread_next_nag_at", "thread")
    op.create_index(
        "ix_thread_next_nag_at",
        "thread",
        ["desk", "next_nag_at"],
        sqlite_where=sa.text("next_nag_at IS NOT NULL"),
        postgresql_where=sa.text("next_nag_at IS NOT NULL"),
    )
