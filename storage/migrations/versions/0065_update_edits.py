"""Which public update another one edits"""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("public_update", sa.Column("edits", sa.Integer()))


def downgrade() -> None:
    with op.batch_alter_table("public_update") as batch:
        batch.drop_column("edits")
