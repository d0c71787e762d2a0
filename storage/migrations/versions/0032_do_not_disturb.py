"""What Slack told of when an agent is not to be disturbed is stored"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agent", sa.Column("dnd_from", UTCDateTime(), nullable=True))
    op.add_column("agent", sa.Column("dnd_until", UTCDateTime(), nullable=True))
