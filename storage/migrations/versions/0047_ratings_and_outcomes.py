"""How threads end, what customers say of our answers, and which posts our accounts like"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("thread", sa.Column("outcome", sa.Text()))
    op.add_column("thread", sa.Column("outcome_at", UTCDateTime()))
    op.add_column("thread", sa.Column("score", sa.Integer()))
    op.add_column("post", sa.Column("liked_by", sa.String(50)))
    op.add_column("post", sa.Column("like_tried_at", UTCDateTime()))
    op.add_column("reply", sa.Column("question", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("reply_id", sa.Integer()),
        sa.Column("by", sa.String(50), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("score", sa.Integer()),
        sa.Column("words", sa.Text(), nullable=False, server_default=""),
        sa.Column("scored_at", UTCDateTime()),
        sa.Column("changes", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_rating_thread_id")),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_rating_reply_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_rating_thread_id", "rating", ["thread_id"])
    op.create_index("ix_rating_reply_id", "rating", ["reply_id"])
    op.create_index("ix_rating_at", "rating", ["at"])


def downgrade() -> None:
    op.drop_table("rating")
    op.drop_column("reply", "question")
    op.drop_column("post", "like_tried_at")
    op.drop_column("post", "liked_by")
    op.drop_column("thread", "score")
    op.drop_column("thread", "outcome_at")
    op.drop_column("thread", "outcome")
