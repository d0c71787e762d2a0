"""Threads and waits name the rule that their target is by; so far all had the desk's own"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("thread", sa.Column("first_rule", sa.Text(), nullable=True))
    op.add_column("thread", sa.Column("next_rule", sa.Text(), nullable=True))
    op.add_column("wait", sa.Column("target_rule", sa.Text(), nullable=True))
