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
    op.add_column("reply", sa.Column("outside", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("reply") as reply:
        reply.alter_column("outside", server_default=None)
