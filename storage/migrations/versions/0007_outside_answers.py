"""Answers given on the network itself are replies that the desk did not send"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "own_timeline",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_own_timeline")),
    )
    # The default stays: to drop it, SQLite would have to make the table anew, and numbers would be given twice.
    op.add_column("reply", sa.Column("outside", sa.Boolean(), nullable=False, server_default=sa.false()))
