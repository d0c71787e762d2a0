"""What the CRM told of customers, and whether it does what it is asked"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "crm_record",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked", sa.String(length=64), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("crm_id", "name", "line", "url")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_crm_record_customer_id")),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_crm_record")),
    )
    op.create_table(
        "crm_health",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_health")),
    )


def downgrade() -> None:
    op.drop_table("crm_health")
    op.drop_table("crm_record")
