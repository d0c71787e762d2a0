"""Who was told on which day that talk under a card reaches no customer"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agent", sa.Column("hinted_on", sa.String(10), nullable=True))
    op.create_index(
        "ix_outbox_message_ts",
        "outbox",
        ["message_ts"],
        sqlite_where=sa.text("message_ts IS NOT NULL"),
        postgresql_where=sa.text("message_ts IS NOT NULL"),
    )
