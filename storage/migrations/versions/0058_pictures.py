"""Pictures of replies and drafts"""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

TABLES = ("reply", "draft")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("picture", sa.JSON(none_as_null=True)))


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("picture")
