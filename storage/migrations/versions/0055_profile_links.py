"""Where the profiles of customers lead to"""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "profile_link",
        sa.Column("network", sa.Text(), primary_key=True),
        sa.Column("author_id", sa.Text(), primary_key=True),
        sa.Column("link", sa.Text(), primary_key=True),
    )
    op.create_index("ix_profile_link_link", "profile_link", ["link"])


def downgrade() -> None:
    op.drop_table("profile_link")
