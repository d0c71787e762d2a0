"""Listening: how far each rule has listened, what it brought, and the word by which a post was found"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("post", sa.Column("found_by", sa.Text()))
    op.create_table(
        "listening",
        sa.Column("rule", sa.String(64), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Text()),
        sa.Column("leased_until", UTCDateTime()),
        sa.Column("searched_at", UTCDateTime()),
        sa.Column("failing_since", UTCDateTime()),
        sa.Column("error_code", sa.String(30)),
        sa.Column("told_failing", UTCDateTime()),
        sa.Column("hour_from", UTCDateTime()),
        sa.Column("hour_found", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("slowed_since", UTCDateTime()),
        sa.Column("missed_from", UTCDateTime()),
        sa.Column("missed_until", UTCDateTime()),
        sa.PrimaryKeyConstraint("rule", name="pk_listening"),
    )
    op.create_table(
        "listened",
        sa.Column("rule", sa.String(64), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("cards", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("rule", "day", name="pk_listened"),
    )
    op.create_index("ix_listened_desk", "listened", ["desk", "day"])


def downgrade() -> None:
    op.drop_table("listened")
    op.drop_table("listening")
    with op.batch_alter_table("post") as batch:
        batch.drop_column("found_by")
