"""Own answers that cannot be read are said like mentions that cannot"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feed", sa.Column("unread_since", UTCDateTime(), nullable=True))
    op.add_column("feed", sa.Column("unread_code", sa.String(30), nullable=True))
    op.add_column("feed", sa.Column("unread_told", UTCDateTime(), nullable=True))
