"""A reply on its way rests the reminders for a while only, and an account that takes none is told like a feed"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("thread", sa.Column("nags_rest_until", UTCDateTime(), nullable=True))
    op.add_column("feed", sa.Column("unsent_since", UTCDateTime(), nullable=True))
    op.add_column("feed", sa.Column("unsent_code", sa.String(30), nullable=True))
    op.add_column("feed", sa.Column("unsent_told", UTCDateTime(), nullable=True))
    # Until now such a thread had no reminder to come at all.
    op.execute(
        "UPDATE thread SET next_nag_at = due_at WHERE pending_reply_id IS NOT NULL AND next_nag_at IS NULL "
        "AND due_at IS NOT NULL AND nag_level <> 'breach'"
    )
