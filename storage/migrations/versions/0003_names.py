"""Tables and columns get the field's words, ids and names have any length, locks of jobs a table of their own"""

import sqlalchemy as sa
from alembic import op

from storage.engine import UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = {
    "message": "post",
    "person": "agent",
    "lane": "rate_bucket",
    "surge": "backlog",
    "crisis": "volume_spike",
}
COLUMNS = {
    "thread": {
        "network": "account",
        "warn_at": "warn_share",
        "nagged": "nag_level",
        "no_reply": "reply_blocked_reason",
        "reply_id": "pending_reply_id",
    },
    "message": {"network": "account", "check_at": "recheck_at"},
    "reply": {"answers_until": "answers_through_post_id", "request": "idempotency_key"},
    "event": {"facts": "data", "request": "idempotency_key"},
    "wait": {"target": "response_kind", "since": "started_at", "by": "ended_by"},
    "outbox": {
        "channel": "destination",
        "lane": "rate_bucket",
        "priority": "order_by",
        "wanted": "generation",
        "done": "delivered_generation",
        "attempts": "lease_token",
        "tried_at": "post_started_at",
        "posted_in": "message_channel",
        "ts": "message_ts",
        "shown": "content_hash",
    },
    "feed": {"network": "account"},
    "surge": {"since": "started_at", "backlog": "cards_at_start"},
}
OF_ANY_LENGTH = {
    "thread": ("desk", "network", "conversation", "customer_id", "customer_handle", "customer_name", "language"),
    "message": ("network", "external_id", "author"),
    "reply": ("in_reply_to", "external_id", "request"),
    "event": ("actor",),
    "wait": ("desk", "by"),
    "escalation": ("target",),
    "outbox": ("key", "channel", "lane"),
    "lane": ("name",),
    "person": ("name",),
    "desk": ("name",),
    "feed": ("network", "cursor"),
    "surge": ("desk",),
    "crisis": ("desk",),
}
UNIQUE = {  # the constraints of before, and what they become
    "thread": {
        "uq_thread_network_conversation_customer_id": (
            "uq_thread_account_conversation_customer_id",
            ["account", "conversation", "customer_id"],
        )
    },
    "message": {"uq_message_network_external_id": ("uq_post_account_external_id", ["account", "external_id"])},
    "reply": {"uq_reply_request": ("uq_reply_idempotency_key", ["idempotency_key"])},
    "event": {"uq_event_request": ("uq_event_idempotency_key", ["idempotency_key"])},
}
INDEXES_BEFORE = {
    "thread": ("next_nag_at", "due_at", "unowned", "customer_id", "received_at"),
    "message": ("check_at", "thread_id", "volume"),
    "reply": ("thread_id",),
    "event": ("at", "thread_id"),
    "wait": ("desk_due_at", "desk_ended_at", "thread_id"),
    "escalation": ("thread_id",),
    "outbox": ("work", "backlog", "thread_id"),
}
UNDELIVERED = "generation > delivered_generation"
INDEXES: tuple[tuple[str, str, list[str], str | None], ...] = (
    ("ix_thread_next_nag_at", "thread", ["desk", "next_nag_at"], "next_nag_at IS NOT NULL"),
    ("ix_thread_due_at", "thread", ["desk", "due_at"], "due_at IS NOT NULL"),
    ("ix_thread_unowned", "thread", ["desk", "due_at"], "due_at IS NOT NULL AND owner IS NULL"),
    ("ix_thread_customer_id", "thread", ["customer_id"], None),
    ("ix_thread_received_at", "thread", ["desk", "received_at"], None),
    ("ix_post_recheck_at", "post", ["account", "recheck_at"], "recheck_at IS NOT NULL"),
    ("ix_post_thread_id", "post", ["thread_id"], None),
    ("ix_post_volume", "post", ["account", "inbound", "posted_at"], None),
    ("ix_reply_thread_id", "reply", ["thread_id"], None),
    ("ix_event_at", "event", ["at"], None),
    ("ix_event_thread_id", "event", ["thread_id"], None),
    ("ix_wait_desk_due_at", "wait", ["desk", "due_at"], None),
    ("ix_wait_desk_ended_at", "wait", ["desk", "ended_at"], None),
    ("ix_wait_thread_id", "wait", ["thread_id"], None),
    ("ix_escalation_thread_id", "escalation", ["thread_id"], None),
    ("ix_outbox_work", "outbox", ["order_by", "id"], UNDELIVERED),
    ("ix_outbox_backlog", "outbox", ["destination", "kind"], f"{UNDELIVERED} AND message_ts IS NULL"),
    ("ix_outbox_thread_id", "outbox", ["thread_id"], None),
)
STATES = {"undone": "cancelled", "checking": "verifying", "again": "retry_requested", "refused": "rejected"}
KINDS = {"surge": ("backlog", "backlog"), "crisis": ("volume_spike", "spike")}  # the kind, and the name in the payload


def upgrade() -> None:
    last_numbers = _last_numbers()
    _drop_indexes()
    for table in sorted({*COLUMNS, *OF_ANY_LENGTH}):
        _alter(table)
    for before, after in TABLES.items():
        op.rename_table(before, after)
    for name, table, columns, where in INDEXES:
        _create_index(name, table, columns, where)
    for table in ("backlog", "volume_spike"):
        _create_index(f"uq_{table}_going_on", table, ["desk"], "ended_at IS NULL", unique=True)
    _separate_job_locks()
    _rename_values()
    _restore(last_numbers)


def _drop_indexes() -> None:
    for table, names in INDEXES_BEFORE.items():
        for name in names:
            op.drop_index(f"ix_{table}_{name}", table)
    for table in ("surge", "crisis"):
        op.drop_index(f"uq_{table}_going_on", table)


def _create_index(name: str, table: str, columns: list[str], where: str | None, *, unique: bool = False) -> None:
    some = sa.text(where) if where else None
    op.create_index(name, table, columns, unique=unique, sqlite_where=some, postgresql_where=some)


def _alter(table: str) -> None:
    kept = {"sqlite_autoincrement": True} if table in ("thread", "reply") else {}
    columns = COLUMNS.get(table, {})
    texts = OF_ANY_LENGTH.get(table, ())
    with op.batch_alter_table(table, table_kwargs=kept) as batch:
        for name in UNIQUE.get(table, ()):
            batch.drop_constraint(name, type_="unique")
        for before in dict.fromkeys((*columns, *texts)):
            batch.alter_column(
                before,
                new_column_name=columns.get(before),
                existing_type=sa.String() if before in texts else None,
                type_=sa.Text() if before in texts else None,
            )
    with op.batch_alter_table(table, table_kwargs=kept) as batch:  # on columns that have their new names
        for name, names in UNIQUE.get(table, {}).values():
            batch.create_unique_constraint(name, names)


def _separate_job_locks() -> None:
    op.create_table(
        "job_lock",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("free_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_lock")),
    )
    buckets, locks = (sa.table(name, sa.column("name"), sa.column("free_at")) for name in ("rate_bucket", "job_lock"))
    of_jobs = sa.or_(buckets.c.name == "retention", buckets.c.name.like("recheck:%"))
    op.execute(sa.insert(locks).from_select(["name", "free_at"], sa.select(buckets).where(of_jobs)))
    op.execute(sa.delete(buckets).where(of_jobs))


def _rename_values() -> None:
    reply = sa.table("reply", sa.column("state"))
    for before, after in STATES.items():
        op.execute(sa.update(reply).where(reply.c.state == before).values(state=after))
    outbox = sa.table("outbox", sa.column("id"), sa.column("key"), sa.column("kind"), sa.column("payload", sa.JSON()))
    connection = op.get_bind()
    for row in connection.execute(sa.select(outbox).where(outbox.c.kind.in_([*KINDS, "sweep"]))).all():
        kind, name = KINDS.get(row.kind, (row.kind, ""))
        payload = {name if key == row.kind else key: value for key, value in row.payload.items()}
        if row.kind == "sweep":  # it looks for another row's message
            payload["key"] = _renamed(payload["key"])
        values = {"kind": kind, "key": _renamed(row.key), "payload": payload}
        connection.execute(sa.update(outbox).where(outbox.c.id == row.id).values(values))


def _renamed(key: str) -> str:
    swept = "sweep:" if key.startswith("sweep:") else ""
    head, colon, rest = key.removeprefix(swept).partition(":")
    kind, _ = KINDS.get(head, (head, ""))
    return f"{swept}{kind}{colon}{rest}"


def _last_numbers() -> dict[str, int]:
    """The highest number that each table has given out, on SQLite, where a rebuilt table knows only what is left."""
    if op.get_bind().dialect.name != "sqlite":
        return {}
    return dict(op.get_bind().execute(sa.text("SELECT name, seq FROM sqlite_sequence")).all())


def _restore(last_numbers: dict[str, int]) -> None:
    connection = op.get_bind()
    for name, last in last_numbers.items():
        connection.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": name})
        connection.execute(
            sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), {"name": name, "last": last}
        )
