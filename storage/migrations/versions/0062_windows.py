"""Until when a network takes an answer"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("post", sa.Column("answer_until", UTCDateTime()))


def downgrade() -> None:
    with op.batch_alter_table("post") as batch:
        batch.drop_column("answer_until")
