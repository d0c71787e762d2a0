"""The knowledge bank: questions, the answers that worked, what taught them, and where they were used"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bank_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("language", sa.String(20)),
        sa.Column("label", sa.Text()),
        sa.Column("valid_until", sa.Date()),
        sa.Column("owner", sa.String(50), nullable=False),
        sa.Column("created_by", sa.String(50), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("reviewed_at", UTCDateTime(), nullable=False),
        sa.Column("withdrawn_by", sa.String(50)),
        sa.Column("withdrawn_at", UTCDateTime()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_entry")),
        sqlite_autoincrement=True,
    )
    standing = sa.text("withdrawn_at IS NULL")
    op.create_index("ix_bank_entry_desk", "bank_entry", ["desk"], sqlite_where=standing, postgresql_where=standing)
    op.create_table(
        "bank_taught",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["bank_entry.id"], name=op.f("fk_bank_taught_entry_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_bank_taught_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_taught")),
        sa.UniqueConstraint("entry_id", "post_id", name=op.f("uq_bank_taught_entry_id_post_id")),
    )
    op.create_index("ix_bank_taught_post_id", "bank_taught", ["post_id"])
    op.create_table(
        "bank_use",
        sa.Column("reply_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["bank_entry.id"], name=op.f("fk_bank_use_entry_id")),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_bank_use_reply_id")),
        sa.PrimaryKeyConstraint("reply_id", name=op.f("pk_bank_use")),
    )
    op.create_index("ix_bank_use_entry_id", "bank_use", ["entry_id"])
    op.add_column("draft", sa.Column("bank_entry_id", sa.Integer()))


def downgrade() -> None:
    op.drop_column("draft", "bank_entry_id")
    op.drop_table("bank_use")
    op.drop_table("bank_taught")
    op.drop_table("bank_entry")
