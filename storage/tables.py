"""Every table, with a word on every column that does not explain itself. Instants are UTC, lengths are seconds."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
)

from storage.engine import UTCDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

thread = Table(
    "thread",
    metadata,
    Column("id", Integer, primary_key=True),  # the number that agents say: #1042
    Column("desk", String(100), nullable=False),
    Column("network", String(100), nullable=False),  # "x:acme"
    Column("conversation", String(100), nullable=False),  # the network's own name for the exchange
    Column("customer_id", String(100), nullable=False),
    Column("customer_handle", String(100), nullable=False),  # without the @
    Column("customer_name", String(200), nullable=False),
    Column("customer_followers", Integer),  # shown and reported on, never sorted by
    Column("language", String(20)),
    Column("received_at", UTCDateTime, nullable=False),  # when the first mention was posted
    Column("first_target", Integer, nullable=False),  # the targets that held when the thread began
    Column("next_target", Integer, nullable=False),
    Column("warn_at", Float, nullable=False),
    Column("state", String(20), nullable=False),
    Column("owner", String(50)),
    Column("owner_since", UTCDateTime),
    Column("escalated", Boolean, nullable=False),
    Column("waiting_since", UTCDateTime),  # the oldest unanswered message; NULL when nobody waits
    Column("first_response_at", UTCDateTime),
    Column("due_at", UTCDateTime),
    Column("next_nag_at", UTCDateTime),  # NULL while a reply is on its way
    Column("nagged", String(20), nullable=False),
    Column("no_reply", String(50)),  # why the network will not take our reply
    Column("reply_id", Integer),  # the reply on its way
    Column("close_reason", Text),
    Column("erased_at", UTCDateTime),  # the customer asked to be forgotten: nothing of theirs is left
    UniqueConstraint("network", "conversation", "customer_id"),
    sqlite_autoincrement=True,  # a number that old cards carry is never another thread's
)
Index(
    "ix_thread_next_nag_at",
    thread.c.desk,
    thread.c.next_nag_at,
    sqlite_where=thread.c.next_nag_at.isnot(None),
    postgresql_where=thread.c.next_nag_at.isnot(None),
)
Index(
    "ix_thread_due_at",
    thread.c.desk,
    thread.c.due_at,
    sqlite_where=thread.c.due_at.isnot(None),
    postgresql_where=thread.c.due_at.isnot(None),
)
Index(
    "ix_thread_unowned",
    thread.c.desk,
    thread.c.due_at,
    sqlite_where=and_(thread.c.due_at.isnot(None), thread.c.owner.is_(None)),
    postgresql_where=and_(thread.c.due_at.isnot(None), thread.c.owner.is_(None)),
)
Index("ix_thread_customer_id", thread.c.customer_id)
Index("ix_thread_received_at", thread.c.desk, thread.c.received_at)

message = Table(
    "message",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("thread_id", ForeignKey("thread.id"), nullable=False, index=True),
    Column("network", String(100), nullable=False),
    Column("external_id", String(100), nullable=False),  # the newest one, when the post was edited
    Column("inbound", Boolean, nullable=False),  # False for our own replies
    Column("author", String(200), nullable=False),  # a handle, or for our own replies the agent's Slack id
    Column("text", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("media", JSON, nullable=False),  # [{"kind", "url", "alt"}]
    Column("posted_at", UTCDateTime, nullable=False),
    Column("stored_at", UTCDateTime, nullable=False),
    Column("edited_at", UTCDateTime),
    Column("deleted_at", UTCDateTime),  # gone at the network; the words are blanked here as well
    Column("answered_by", ForeignKey("reply.id")),
    Column("check_at", UTCDateTime),  # when the network is asked again whether it still stands; NULL: never
    UniqueConstraint("network", "external_id"),
)
Index(
    "ix_message_check_at",
    message.c.network,
    message.c.check_at,
    sqlite_where=message.c.check_at.isnot(None),
    postgresql_where=message.c.check_at.isnot(None),
)
Index("ix_message_volume", message.c.network, message.c.inbound, message.c.posted_at)

reply = Table(
    "reply",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("thread_id", ForeignKey("thread.id"), nullable=False, index=True),
    Column("author", String(50), nullable=False),
    Column("text", Text, nullable=False),  # as it is sent, signature included
    Column("in_reply_to", String(100), nullable=False),  # the network's id of the post that is answered
    Column("answers_until", Integer, nullable=False),  # the newest message that its author had seen
    Column("state", String(20), nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    Column("send_at", UTCDateTime, nullable=False),  # the end of the time to undo
    Column("tried_at", UTCDateTime),  # when it last went out
    Column("sent_at", UTCDateTime),
    Column("external_id", String(100)),
    Column("error", String(50)),  # the code of a refusal
    Column("request", String(200), unique=True),  # the submission that made it, so that a repeat makes no second one
    sqlite_autoincrement=True,
)

event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("thread_id", ForeignKey("thread.id"), nullable=False, index=True),
    Column("at", UTCDateTime, nullable=False, index=True),
    Column("kind", String(30), nullable=False),
    Column("actor", String(200), nullable=False),  # a Slack id, a customer's handle, or "desk"
    Column("via", String(30), nullable=False),  # "button", "modal", "command", "network" or "desk"
    Column("facts", JSON, nullable=False),
    Column("request", String(64), unique=True),  # what Slack sent; a repeat of it is refused here
)

wait = Table(
    "wait",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("thread_id", ForeignKey("thread.id"), nullable=False, index=True),
    Column("desk", String(100), nullable=False),
    Column("target", String(10), nullable=False),  # "first" or "next"
    Column("since", UTCDateTime, nullable=False),
    Column("due_at", UTCDateTime, nullable=False),
    Column("ended_at", UTCDateTime),
    Column("outcome", String(20)),  # "answered", "closed" or "withdrawn"
    Column("by", String(50)),
)
Index("ix_wait_desk_due_at", wait.c.desk, wait.c.due_at)
Index("ix_wait_desk_ended_at", wait.c.desk, wait.c.ended_at)

escalation = Table(
    "escalation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("thread_id", ForeignKey("thread.id"), nullable=False, index=True),
    Column("target", String(200), nullable=False),  # a team's name, or a lead's Slack id
    Column("channel", String(50), nullable=False),
    Column("why", Text, nullable=False),
    Column("by", String(50), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("taken_by", String(50)),
    Column("taken_at", UTCDateTime),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(200), nullable=False, unique=True),  # "card:12", "reply:7": one row for one thing
    Column("kind", String(20), nullable=False),
    Column("thread_id", ForeignKey("thread.id"), index=True),
    Column("channel", String(50), nullable=False),  # where it is to appear
    Column("lane", String(100), nullable=False),  # what limits its pace
    Column("payload", JSON, nullable=False),
    Column("priority", UTCDateTime, nullable=False),  # the deadline that it serves: the order of work
    Column("available_at", UTCDateTime, nullable=False),
    Column("wanted", Integer, nullable=False),  # counts the changes to be shown ...
    Column("done", Integer, nullable=False),  # ... and the last one that was; several become one
    Column("attempts", Integer, nullable=False),  # guards completion: only the last lessee's word counts
    Column("failures", Integer, nullable=False),  # in a row; sets the back-off
    Column("leased_until", UTCDateTime),
    Column("tried_at", UTCDateTime),  # when a first posting was begun whose outcome is not known
    Column("posted_in", String(50)),  # the channel where Slack put it
    Column("ts", String(50)),  # Slack's name for the message
    Column("shown", String(64)),  # digest of what Slack shows, so that the same is not sent again
    Column("error", String(100)),
)
Index(
    "ix_outbox_work",
    outbox.c.priority,
    outbox.c.id,
    sqlite_where=outbox.c.wanted > outbox.c.done,
    postgresql_where=outbox.c.wanted > outbox.c.done,
)
Index(
    "ix_outbox_backlog",
    outbox.c.channel,
    outbox.c.kind,
    sqlite_where=and_(outbox.c.wanted > outbox.c.done, outbox.c.ts.is_(None)),
    postgresql_where=and_(outbox.c.wanted > outbox.c.done, outbox.c.ts.is_(None)),
)

lane = Table(
    "lane",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("free_at", UTCDateTime, nullable=False),
)

person = Table(
    "person",
    metadata,
    Column("id", String(50), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("locale", String(20), nullable=False),
    Column("fetched_at", UTCDateTime, nullable=False),
)

desk = Table(
    "desk",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("since", UTCDateTime, nullable=False),  # when it first ran here: no standup is owed from before
)

feed = Table(
    "feed",
    metadata,
    Column("network", String(100), primary_key=True),
    Column("cursor", String(100)),
    Column("leased_until", UTCDateTime),
    Column("fetched_at", UTCDateTime),  # the last time that the network answered
    Column("answers_since", UTCDateTime),  # the first time that it answered after it did not
    Column("failing_since", UTCDateTime),
    Column("error", Text),
    Column("error_code", String(30)),
    Column("alarm", String(20)),  # the trouble that the channel was told of: "failing" or "silent"
    Column("alarm_since", UTCDateTime),  # since when that trouble has lasted
)

surge = Table(
    "surge",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("desk", String(100), nullable=False),
    Column("since", UTCDateTime, nullable=False),
    Column("backlog", Integer, nullable=False),  # the cards that waited when it began
    Column("shown_at", UTCDateTime, nullable=False),  # when its digest was last brought up to date
    Column("ended_at", UTCDateTime),
    Column("mentions", Integer),  # how many there were in all, written at its end
)
Index(
    "uq_surge_going_on",
    surge.c.desk,
    unique=True,
    sqlite_where=surge.c.ended_at.is_(None),
    postgresql_where=surge.c.ended_at.is_(None),
)

crisis = Table(
    "crisis",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("desk", String(100), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("mentions", Integer, nullable=False),  # in the hour before
    Column("normal", Float, nullable=False),  # in such an hour
    Column("calm_since", UTCDateTime),
    Column("ended_at", UTCDateTime),
)
Index(
    "uq_crisis_going_on",
    crisis.c.desk,
    unique=True,
    sqlite_where=crisis.c.ended_at.is_(None),
    postgresql_where=crisis.c.ended_at.is_(None),
)
