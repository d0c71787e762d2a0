"""Replies in parts"""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reply", sa.Column("parts", sa.JSON(none_as_null=True)))
    op.add_column("reply", sa.Column("parts_done", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("reply") as batch:
        batch.drop_column("parts")
        batch.drop_column("parts_done")
