"""Posts that our account hides"""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("post", sa.Column("hidden_by", sa.String(50)))


def downgrade() -> None:
    with op.batch_alter_table("post") as batch:
        batch.drop_column("hidden_by")
