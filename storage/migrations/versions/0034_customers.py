"""A customer is a row, with an identity on each network; what was called so is the network's number of an author"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

NETWORK = {"sqlite": "substr({0}, 1, instr({0}, ':') - 1)", "postgresql": "split_part({0}, ':', 1)"}
# The authors of before, numbered in the order in which they first wrote. A mute may be all that is left of one.
FOUND = """
    CREATE TEMPORARY TABLE found AS
    SELECT row_number() OVER (ORDER BY since, network, author_id) AS id, network, author_id, since, thread_id, mute_id
    FROM (
        SELECT network, author_id, min(since) AS since, max(thread_id) AS thread_id, max(mute_id) AS mute_id
        FROM (
            SELECT {network} AS network, customer_id AS author_id, received_at AS since,
                id AS thread_id, CAST(NULL AS INTEGER) AS mute_id
            FROM thread WHERE erased_at IS NULL
            UNION ALL
            SELECT network, customer_id, "at", NULL, id FROM mute
        ) AS seen
        GROUP BY network, author_id
    ) AS authors"""
ITS_NUMBER = "(SELECT found.id FROM found WHERE found.network = {network} AND found.author_id = {author})"


def upgrade() -> None:
    connection = op.get_bind()
    network = NETWORK[connection.dialect.name]
    last_thread = _last_thread(connection)
    op.create_table(
        "customer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "identity",
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_identity_customer_id")),
        sa.PrimaryKeyConstraint("network", "author_id", name=op.f("pk_identity")),
    )
    op.execute(FOUND.format(network=network.format("account")))
    op.execute("CREATE UNIQUE INDEX found_author ON found (network, author_id)")
    op.execute("INSERT INTO customer (id, created_at) SELECT id, since FROM found ORDER BY id")
    op.execute(
        "INSERT INTO identity (network, author_id, customer_id, handle, name) "
        "SELECT found.network, found.author_id, found.id, coalesce(thread.customer_handle, mute.customer_handle), "
        "coalesce(thread.customer_name, '') FROM found "
        "LEFT JOIN thread ON thread.id = found.thread_id LEFT JOIN mute ON mute.id = found.mute_id"
    )
    op.create_index("ix_identity_customer_id", "identity", ["customer_id"])
    if connection.dialect.name == "postgresql":
        op.execute("SELECT setval(pg_get_serial_sequence('customer', 'id'), max(id)) FROM customer HAVING max(id) > 0")

    op.drop_index("ix_thread_customer_id", "thread")
    op.execute("ALTER TABLE thread RENAME COLUMN customer_id TO author_id")
    with op.batch_alter_table("thread", table_kwargs={"sqlite_autoincrement": True}) as thread:
        thread.add_column(sa.Column("customer_id", sa.Integer(), nullable=True))
        thread.drop_constraint("uq_thread_account_conversation_customer_id", type_="unique")
        thread.create_unique_constraint(
            "uq_thread_account_conversation_author_id", ["account", "conversation", "author_id"]
        )
        thread.create_foreign_key("fk_thread_customer_id", "customer", ["customer_id"], ["id"])
    number = ITS_NUMBER.format(network=network.format("thread.account"), author="thread.author_id")
    op.execute(f"UPDATE thread SET customer_id = {number} WHERE erased_at IS NULL")  # noqa: S608 - our own words
    op.create_index("ix_thread_customer_id", "thread", ["customer_id", "desk"])
    _restore(connection, last_thread)

    op.drop_index("uq_mute_going_on", "mute")
    number = ITS_NUMBER.format(network="mute.network", author="mute.customer_id")
    op.execute(f"UPDATE mute SET customer_id = CAST({number} AS TEXT)")  # noqa: S608 - our own words
    with op.batch_alter_table("mute") as mute:
        mute.alter_column(
            "customer_id", existing_type=sa.Text(), type_=sa.Integer(), postgresql_using="customer_id::integer"
        )
        mute.drop_column("network")
    going_on = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_mute_going_on",
        "mute",
        ["desk", "customer_id"],
        unique=True,
        sqlite_where=going_on,
        postgresql_where=going_on,
    )

    op.execute("ALTER TABLE handle RENAME COLUMN customer_id TO author_id")
    op.execute("ALTER TABLE set_aside RENAME COLUMN customer_id TO author_id")
    op.execute("ALTER TABLE set_aside RENAME COLUMN customer_handle TO author_handle")
    op.execute("DROP TABLE found")


def _last_thread(connection: sa.Connection) -> int | None:
    """Return the highest number that SQLite has given a thread; the rebuilt table knows only of those that are left."""
    if connection.dialect.name != "sqlite":
        return None
    return connection.execute(sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'thread'")).scalar()


def _restore(connection: sa.Connection, last_thread: int | None) -> None:
    if last_thread is not None:
        connection.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = 'thread'"))
        values = {"last": last_thread}
        connection.execute(sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES ('thread', :last)"), values)
