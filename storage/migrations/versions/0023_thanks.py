"""A customer's message that only thanks starts no clock; those from before all did"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("post", sa.Column("only_thanks", sa.Boolean(), nullable=False, server_default=sa.false()))
