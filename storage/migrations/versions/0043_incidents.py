"""Incidents: one cause for which many customers write"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("owner", sa.String(50), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("solved_at", UTCDateTime(), nullable=True),
        sa.Column("solved_by", sa.String(50), nullable=True),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("closed_by", sa.String(50), nullable=True),
        sa.Column("line", sa.Text(), server_default="", nullable=False),
        sa.Column("line_by", sa.String(50), nullable=True),
        sa.Column("line_approved_by", sa.String(50), nullable=True),
        sa.Column("line_at", UTCDateTime(), nullable=True),
        sa.Column("proposed", sa.Text(), server_default="", nullable=False),
        sa.Column("proposed_by", sa.String(50), nullable=True),
        sa.Column("proposed_at", UTCDateTime(), nullable=True),
        sa.Column("read_through_post_id", sa.Integer(), server_default="0", nullable=False),
        sa.Column("shown", sa.Text(), server_default="", nullable=False),
        sa.Column("shown_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        sqlite_autoincrement=True,
    )
    open_ = sa.text("closed_at IS NULL")
    columns = ["desk", "folded"]
    op.create_index(
        "uq_incident_going_on", "incident", columns, unique=True, sqlite_where=open_, postgresql_where=open_
    )
    op.create_table(
        "incident_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("actor", sa.String(50), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_event_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_event")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_incident_event_idempotency_key")),
    )
    op.create_index("ix_incident_event_incident_id", "incident_event", ["incident_id"])
    op.create_table(
        "incident_thread",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("how", sa.String(20), nullable=False),
        sa.Column("by", sa.String(50), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_thread_incident_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_incident_thread_thread_id")),
        sa.PrimaryKeyConstraint("incident_id", "thread_id", name=op.f("pk_incident_thread")),
    )
    op.create_index("ix_incident_thread_thread_id", "incident_thread", ["thread_id"])
    op.add_column("thread", sa.Column("incident_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("thread", "incident_id")
    op.drop_table("incident_thread")
    op.drop_table("incident_event")
    op.drop_table("incident")
