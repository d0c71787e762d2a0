"""What an agent is to the workspace: a member, a guest, somebody of another organisation ... Slack is asked anew"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agent", sa.Column("standing", sa.String(20), nullable=False, server_default="member"))
    with op.batch_alter_table("agent") as agent:
        agent.alter_column("standing", server_default=None)
    agents = sa.table("agent", sa.column("fetched_at", sa.DateTime(timezone=True)))
    op.execute(agents.update().values(fetched_at=datetime(2000, 1, 1, tzinfo=UTC)))
