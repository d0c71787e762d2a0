"""Pictures of public updates"""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("public_update", sa.Column("picture", sa.JSON(none_as_null=True)))


def downgrade() -> None:
    with op.batch_alter_table("public_update") as batch:
        batch.drop_column("picture")
