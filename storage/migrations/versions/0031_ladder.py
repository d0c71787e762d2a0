"""Reminders go up a ladder that is kept with the thread; those from before go up the default one"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("thread", sa.Column("nag_step", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("thread", sa.Column("nag_to", sa.String(50), nullable=True))
    op.add_column("thread", sa.Column("leads_told", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("thread", sa.Column("ladder", sa.Text(), nullable=False, server_default=""))
    op.add_column("thread", sa.Column("nag_asked", sa.String(50), nullable=True))
    op.add_column("thread", sa.Column("alive_at", UTCDateTime(), nullable=True))
    op.execute("UPDATE thread SET nag_step = 1 WHERE nag_level = 'warning'")
    op.execute("UPDATE thread SET nag_step = 2, leads_told = true WHERE nag_level = 'breach'")
