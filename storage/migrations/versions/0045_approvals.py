"""Replies that a colleague has to look at before they go"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "approval",
        sa.Column("reply_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(50), nullable=False),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(50)),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("outcome", sa.String(20)),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("original", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_approval_reply_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_approval_thread_id")),
        sa.PrimaryKeyConstraint("reply_id", name=op.f("pk_approval")),
    )
    op.create_index(op.f("ix_approval_thread_id"), "approval", ["thread_id"])
    op.add_column("thread", sa.Column("approval_since", sa.DateTime(timezone=True)))
    waits = sa.text("approval_since IS NOT NULL")
    op.create_index(
        "ix_thread_approval_since", "thread", ["approval_since"], postgresql_where=waits, sqlite_where=waits
    )


def downgrade() -> None:
    op.drop_index("ix_thread_approval_since", "thread")
    op.drop_column("thread", "approval_since")
    op.drop_table("approval")
