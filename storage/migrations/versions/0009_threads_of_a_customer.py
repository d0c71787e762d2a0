"""A customer's threads are found at their desk: SQLite would rather read all that is open there"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_thread_customer_id", "thread")
    op.create_index("ix_thread_customer_id", "thread", ["customer_id", "desk"])
