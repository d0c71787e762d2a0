"""A channel or a member that takes nothing is remembered, so that it is said once, and once when it is over"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "destination_fault",
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.Column("by_edit", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("destination", name=op.f("pk_destination_fault")),
    )
