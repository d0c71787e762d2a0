"""The status that an agent has set in Slack is stored, and since when"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agent", sa.Column("status_emoji", sa.Text(), nullable=False, server_default=""))
    op.add_column("agent", sa.Column("status_until", UTCDateTime(), nullable=True))
    op.add_column("agent", sa.Column("status_since", UTCDateTime(), nullable=True))
    op.execute("UPDATE agent SET status_since = fetched_at")
