"""Where answers to single posts go, and tools that post to us"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("post") as batch:
        batch.add_column(sa.Column("answer_url", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "source",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("heard_at", UTCDateTime(), nullable=True),
        sa.Column("said_at", UTCDateTime(), nullable=True),
        sa.Column("refused_at", UTCDateTime(), nullable=True),
        sa.Column("refused_why", sa.String(20), nullable=True),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_source")),
    )


def downgrade() -> None:
    op.drop_table("source")
    with op.batch_alter_table("post") as batch:
        batch.drop_column("answer_url")
