"""The last good copy of each desk's roster, and the shifts that it makes"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "roster",
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("place", sa.String(64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("fetched_at", UTCDateTime()),
        sa.Column("read_at", UTCDateTime()),
        sa.Column("failing_since", UTCDateTime()),
        sa.Column("code", sa.String(30)),
        sa.Column("detail", sa.Text()),
        sa.Column("told_since", UTCDateTime()),
        sa.Column("unknown", sa.JSON(), nullable=False),
        sa.Column("told_unknown", sa.JSON(), nullable=False),
        sa.Column("handed_to", sa.JSON(), nullable=False),
        sa.Column("handed_at", UTCDateTime()),
        sa.PrimaryKeyConstraint("desk", name=op.f("pk_roster")),
    )
    op.create_table(
        "shift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("agent", sa.String(50), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime()),
        sa.ForeignKeyConstraint(["desk"], ["roster.desk"], name=op.f("fk_shift_desk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
    )
    op.create_index("ix_shift_desk", "shift", ["desk"])
