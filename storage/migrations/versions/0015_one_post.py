"""A refusal belongs to one post, and a post that was not found is not gone yet"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_OF_THE_NEWEST = """
    UPDATE post SET reply_blocked_reason = (SELECT t.reply_blocked_reason FROM thread t WHERE t.id = post.thread_id)
    WHERE post.id = (
        SELECT p.id FROM post p WHERE p.thread_id = post.thread_id AND p.inbound AND p.deleted_at IS NULL
        ORDER BY p.posted_at DESC, p.id DESC LIMIT 1
    )
"""


def upgrade() -> None:
    op.add_column("post", sa.Column("missing_since", UTCDateTime(), nullable=True))
    op.add_column("post", sa.Column("reply_blocked_reason", sa.String(50), nullable=True))
    # "gone" was said of a post and blocked its thread for good. It is not kept: the next look-up tells.
    op.execute("UPDATE thread SET reply_blocked_reason = NULL WHERE reply_blocked_reason = 'gone'")
    op.execute(_OF_THE_NEWEST)
