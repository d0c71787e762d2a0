"""What accounts tell everybody about an incident"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "public_update",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(50), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("state", sa.String(20), nullable=True),
        sa.Column("follows", sa.Integer(), nullable=True),
        sa.Column("approved_by", sa.String(50), nullable=True),
        sa.Column("approved_at", UTCDateTime(), nullable=True),
        sa.Column("tried_at", UTCDateTime(), nullable=True),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("error", sa.String(50), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_public_update_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_update")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_public_update_incident_id", "public_update", ["incident_id"])


def downgrade() -> None:
    op.drop_table("public_update")
