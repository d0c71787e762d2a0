"""Since when a customer waits who did not write to us"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("post", sa.Column("waits_since", UTCDateTime()))


def downgrade() -> None:
    with op.batch_alter_table("post") as batch:
        batch.drop_column("waits_since")
