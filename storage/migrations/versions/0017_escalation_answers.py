"""A request for help can be answered, and has a target of its own; what was open before has none"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("escalation", sa.Column("due_at", UTCDateTime(), nullable=True))
    op.add_column("escalation", sa.Column("next_nag_at", UTCDateTime(), nullable=True))
    op.add_column("escalation", sa.Column("answered_by", sa.String(50), nullable=True))
    op.add_column("escalation", sa.Column("answered_at", UTCDateTime(), nullable=True))
    op.create_index(
        "ix_escalation_next_nag_at",
        "escalation",
        ["next_nag_at"],
        sqlite_where=sa.text("next_nag_at IS NOT NULL"),
        postgresql_where=sa.text("next_nag_at IS NOT NULL"),
    )
