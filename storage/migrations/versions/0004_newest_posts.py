"""A thread's newest posts are found by their time: without that, a long thread is read whole for one line of a list"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_post_thread_id", "post")
    op.create_index("ix_post_thread_id", "post", ["thread_id", "posted_at"])
