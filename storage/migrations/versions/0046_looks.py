"""Drafts that a colleague was asked to look at"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(50), nullable=False),
        sa.Column("asked", sa.String(50)),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suggestion", sa.Text(), server_default="", nullable=False),
        sa.Column("suggested_by", sa.String(50)),
        sa.Column("suggested_at", sa.DateTime(timezone=True)),
        sa.Column("taken_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_look_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_look_thread_id"), "look", ["thread_id"])
    op.create_index(op.f("ix_look_at"), "look", ["at"])


def downgrade() -> None:
    op.drop_table("look")
