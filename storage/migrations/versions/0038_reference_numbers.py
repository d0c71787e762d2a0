"""What customers quote from our own systems, such as an order's number"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reference_number",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_reference_number_post_id")),
        sa.PrimaryKeyConstraint("post_id", "value", name=op.f("pk_reference_number")),
    )
    op.create_index("ix_reference_number_value", "reference_number", ["value"])


def downgrade() -> None:
    op.drop_table("reference_number")
