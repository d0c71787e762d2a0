"""Targets count the hours of a calendar that is stored with thread and wait; so far it was around the clock"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar")),
        sa.UniqueConstraint("digest", name=op.f("uq_calendar_digest")),
    )
    op.add_column("thread", sa.Column("calendar_id", sa.Integer(), nullable=True))
    op.add_column("wait", sa.Column("calendar_id", sa.Integer(), nullable=True))
    op.add_column("wait", sa.Column("target", sa.Integer(), nullable=False, server_default="0"))
    seconds = (
        "round((julianday(due_at) - julianday(started_at)) * 86400)"
        if op.get_bind().dialect.name == "sqlite"
        else "round(extract(epoch FROM due_at - started_at))"
    )
    op.execute(f"UPDATE wait SET target = CAST({seconds} AS integer)")  # noqa: S608  # ours
