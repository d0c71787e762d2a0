"""The latest labels are found without reading all of them"""

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_label_at", "label", ["at"])
