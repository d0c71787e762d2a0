"""What entries of the knowledge bank mean"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bank_vector",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("entry_id", sa.Integer(), sa.ForeignKey("bank_entry.id"), nullable=False),
        sa.Column("post_id", sa.Integer(), sa.ForeignKey("post.id")),
        sa.Column("model", sa.String(60), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_bank_vector_entry_id", "bank_vector", ["entry_id", "post_id"])
    op.create_index("ix_bank_vector_post_id", "bank_vector", ["post_id"])
    op.create_table(
        "bank_nearest",
        sa.Column("thread_id", sa.Integer(), sa.ForeignKey("thread.id"), primary_key=True),
        sa.Column("entries", sa.JSON(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("bank_nearest")
    op.drop_table("bank_vector")
