"""Who has a thread's reply form open is stored"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("thread", sa.Column("writing", sa.String(50), nullable=True))
    op.add_column("thread", sa.Column("writing_since", UTCDateTime(), nullable=True))
