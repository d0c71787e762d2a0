"""Searches have an index, which storage/search_index.py makes after this migration as after every other"""

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change nothing here: a database of before has no index, and this revision tells that."""
