"""With a reply an agent can promise to come back by a time"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reply", sa.Column("promised_for", UTCDateTime(), nullable=True))
    op.add_column("thread", sa.Column("promised_for", UTCDateTime(), nullable=True))
    promised, due = sa.text("promised_for IS NOT NULL"), sa.text("next_nag_at IS NOT NULL")
    op.create_index(
        "ix_thread_promised_for",
        "thread",
        ["desk", "promised_for"],
        sqlite_where=promised,
        postgresql_where=promised,
    )
    op.create_table(
        "promise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("reply_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(50), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("next_nag_at", UTCDateTime(), nullable=True),
        sa.Column("broken_at", UTCDateTime(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("outcome", sa.String(20), nullable=True),
        sa.Column("moved_from", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_promise_reply_id_reply")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_promise_thread_id_thread")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise")),
    )
    op.create_index(op.f("ix_promise_thread_id"), "promise", ["thread_id"])
    op.create_index(op.f("ix_promise_due_at"), "promise", ["due_at"])
    op.create_index("ix_promise_next_nag_at", "promise", ["next_nag_at"], sqlite_where=due, postgresql_where=due)
