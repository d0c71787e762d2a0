"""The ids that an edited post had before are kept, so that a late answer with one of them is no new post"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "earlier_id",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_earlier_id_post_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_earlier_id")),
    )
    op.create_index("ix_earlier_id_post_id", "earlier_id", ["post_id"])
