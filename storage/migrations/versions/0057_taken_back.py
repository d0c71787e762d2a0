"""Replies that are taken back"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reply", sa.Column("back_by", sa.String(50)))
    op.add_column("reply", sa.Column("back_at", UTCDateTime()))
    op.add_column("reply", sa.Column("back_why", sa.Text()))


def downgrade() -> None:
    with op.batch_alter_table("reply") as batch:
        for name in ("back_by", "back_at", "back_why"):
            batch.drop_column(name)
