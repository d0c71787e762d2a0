"""What was found and waits for somebody's word, and what that taught"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "found_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("began_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_found_list")),
        sa.UniqueConstraint("desk", "began_at", name=op.f("uq_found_list_desk_began_at")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "found",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("found_list_id", sa.Integer(), nullable=True),
        sa.Column("rule", sa.String(64), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("author_handle", sa.Text(), nullable=False),
        sa.Column("mention", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("found_at", UTCDateTime(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("by", sa.String(50), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("thread", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["found_list_id"], ["found_list.id"], name=op.f("fk_found_found_list_id_found_list")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_found")),
        sa.UniqueConstraint("account", "digest", name=op.f("uq_found_account_digest")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_found_found_list_id", "found", ["found_list_id"])
    op.create_index("ix_found_found_at", "found", ["found_at"])
    op.create_index("ix_found_author_id", "found", ["author_id"])
    op.create_table(
        "lesson",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("found_id", sa.Integer(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("author_handle", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by", sa.String(50), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson")),
        sa.UniqueConstraint("found_id", name=op.f("uq_lesson_found_id")),
    )
    op.create_index("ix_lesson_desk", "lesson", ["desk", "network"])
    op.create_table(
        "forgotten_author",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_forgotten_author")),
    )


def downgrade() -> None:
    op.drop_table("forgotten_author")
    op.drop_table("lesson")
    op.drop_table("found")
    op.drop_table("found_list")
