"""What a post says of being the customer's last resort, and what of it an agent declined"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("post", sa.Column("signals", sa.Text(), server_default="", nullable=False))
    op.add_column("post", sa.Column("not_urgent", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("post", "not_urgent")
    op.drop_column("post", "signals")
