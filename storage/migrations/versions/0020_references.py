"""What customers' posts answer and quote; of what came in before, nothing is known"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("post", sa.Column("refers", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "reference",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("author_handle", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("to_look_up", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("post_id", "kind", name=op.f("pk_reference")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_reference_post_id")),
    )
    wanted = sa.text("to_look_up")
    op.create_index("ix_reference_to_look_up", "reference", ["account"], sqlite_where=wanted, postgresql_where=wanted)
    op.create_index("ix_reference_external_id", "reference", ["external_id"])
    op.create_index("ix_reference_author_id", "reference", ["author_id"])
