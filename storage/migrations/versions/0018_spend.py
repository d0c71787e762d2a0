"""What the networks bill is counted by day"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "spend",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("what", sa.String(30), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("thousandths", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account", "day", "what", name="pk_spend"),
    )
    op.create_table(
        "billed",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_billed"),
    )
    op.create_index("ix_billed_day", "billed", ["day"])
