"""Which identities are two people, and reference numbers as they are looked up"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "told_apart",
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("other_network", sa.Text(), nullable=False),
        sa.Column("other_id", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=50), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("network", "author_id", "other_network", "other_id", name=op.f("pk_told_apart")),
    )
    op.create_index("ix_told_apart_other_id", "told_apart", ["other_network", "other_id"])
    op.add_column("reference_number", sa.Column("folded", PLAIN, server_default="", nullable=False))
    op.add_column("reference_number", sa.Column("digits", PLAIN, server_default="", nullable=False))
    table = sa.table("reference_number", sa.column("value"), sa.column("folded"), sa.column("digits"))
    connection = op.get_bind()
    for value in connection.execute(sa.select(table.c.value).distinct()).scalars().all():
        folded = "".join(filter(str.isalnum, value.lower()))
        digits = folded[next((at for at, char in enumerate(folded) if char.isdecimal()), len(folded)) :]
        connection.execute(table.update().where(table.c.value == value).values(folded=folded, digits=digits))
    op.create_index("ix_reference_number_folded", "reference_number", ["folded"])
    op.create_index("ix_reference_number_digits", "reference_number", ["digits"])


def downgrade() -> None:
    op.drop_index("ix_reference_number_digits", "reference_number")
    op.drop_index("ix_reference_number_folded", "reference_number")
    with op.batch_alter_table("reference_number") as table:
        table.drop_column("digits")
        table.drop_column("folded")
    op.drop_table("told_apart")
