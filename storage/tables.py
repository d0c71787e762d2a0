"""Every table. A comment explains each column that does not explain itself. Instants are UTC, lengths are seconds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    false,
    text,
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


def _where(condition: ColumnElement[bool]) -> dict[str, Any]:
    """Make an index one of some rows only."""
    return {"sqlite_where": condition, "postgresql_where": condition}


_PLAIN = Text().with_variant(Text(collation="C"), "postgresql")
"""A text in the order of its characters, so that an index finds beginnings."""

customer = Table(
    "customer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("language", Text),  # the one that an agent said they write; NULL if nobody did
    Column("created_at", UTCDateTime, nullable=False),
    sqlite_autoincrement=True,  # a number in an old button never becomes another customer's
)

identity = Table(
    "identity",  # a customer on one network
    metadata,
    Column("network", Text, primary_key=True),  # such as "x"
    Column("author_id", Text, primary_key=True),  # the network's number of an author
    Column("customer_id", ForeignKey("customer.id"), nullable=False, index=True),
    Column("handle", Text, nullable=False),  # as last seen, without the @
    Column("name", Text, nullable=False),
)

crm_record = Table(
    "crm_record",  # what the CRM told of a customer
    metadata,
    Column("customer_id", ForeignKey("customer.id"), primary_key=True),
    Column("at", UTCDateTime, nullable=False),
    Column("asked", String(64), nullable=False),  # digest of what it was asked
    Column("crm_id", Text, nullable=False),  # its own name of them; empty if it knows nobody
    Column("name", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("url", Text, nullable=False),
)

crm_health = Table(
    "crm_health",  # of the CRM: one row while it does not do what it is asked
    metadata,
    Column("id", Integer, primary_key=True),  # always 1
    Column("since", UTCDateTime, nullable=False),
    Column("code", String(30), nullable=False),
    Column("detail", Text, nullable=False),
    Column("told", Boolean, nullable=False),  # whether the leads were told
)

told_apart = Table(
    "told_apart",  # two identities of which an agent said that they are two people; the smaller one comes first
    metadata,
    Column("network", Text, primary_key=True),
    Column("author_id", Text, primary_key=True),
    Column("other_network", Text, primary_key=True),
    Column("other_id", Text, primary_key=True),
    Column("by", String(50), nullable=False),
    Column("at", UTCDateTime, nullable=False),
)
Index("ix_told_apart_other_id", told_apart.c.other_network, told_apart.c.other_id)

thread = Table(
    "thread",
    metadata,
    Column("id", Integer, primary_key=True),  # the number that agents say: #1042
    Column("desk", Text, nullable=False),
    Column("account", Text, nullable=False),  # "x:acme"
    Column("conversation", Text, nullable=False),  # the network's id of the conversation
    Column("author_id", Text, nullable=False),  # with the account's network, the identity that its customer writes as
    Column("customer_id", ForeignKey("customer.id")),  # NULL once the customer was erased
    Column("customer_handle", Text, nullable=False),  # without the @
    Column("customer_name", Text, nullable=False),
    Column("customer_followers", Integer),  # shown and reported on, never sorted by
    Column("language", Text),
    Column("received_at", UTCDateTime, nullable=False),  # when the first mention was posted
    Column("first_target", Integer, nullable=False),  # the targets that applied when the thread began
    Column("next_target", Integer, nullable=False),
    Column("warn_share", Float, nullable=False),
    Column("state", String(20), nullable=False),
    Column("owner", String(50)),
    Column("owner_since", UTCDateTime),
    Column("escalated", Boolean, nullable=False),
    Column("waiting_since", UTCDateTime),  # time of the oldest unanswered post; NULL if there is none
    Column("first_response_at", UTCDateTime),
    Column("due_at", UTCDateTime),
    Column("next_nag_at", UTCDateTime),  # NULL if no reminder is to come
    Column("nag_level", String(20), nullable=False),
    Column("nag_step", Integer, nullable=False, server_default="0"),  # moments of the ladder that were reached
    Column("nag_to", String(50)),  # the owner whom the last one was for; "" for the channel, NULL for others
    Column("nag_asked", String(50)),  # the owner who was asked in this wait to keep the thread or let go
    Column("alive_at", UTCDateTime),  # when an owner last did something about it that is in no event
    Column("leads_told", Boolean, nullable=False, server_default=false()),  # that it is late
    Column("ladder", Text, nullable=False, server_default=""),  # when to remind whom; "" for the default
    Column("reply_blocked_reason", String(50)),  # of the newest post that can be answered
    Column("pending_reply_id", Integer),  # the reply on its way
    Column("nags_rest_until", UTCDateTime),  # until when it, or one that was taken back, rests the reminders
    Column("approval_since", UTCDateTime),  # since when that reply awaits a colleague's approval
    Column("close_reason", Text),
    Column("erased_at", UTCDateTime),  # when the customer was erased; nothing of theirs is left
    Column("merged_into", Integer),  # the number of the thread that goes on with this one
    Column("merged_at", UTCDateTime),
    Column("wait_kind", String(10)),  # "first" or "next" where a merge brought the present wait along
    Column("calendar_id", Integer),  # the calendar that its clock follows; NULL: around the clock
    Column("first_rule", Text),  # which rule the first target is by, as "language=nl"; NULL: the desk's own
    Column("next_rule", Text),
    Column("paused", Float, nullable=False, server_default=text("0")),  # seconds given back to the present wait
    Column("snoozed_until", UTCDateTime),
    Column("promised_for", UTCDateTime),  # when the nearest open promise to the customer is due
    Column("resolution_target", Integer),  # NULL: there is no such target
    Column("incident_id", Integer),  # the incident that it was put into, or that is suggested for it
    Column("writing", String(50)),  # the agent whose reply form is open
    Column("writing_since", UTCDateTime),
    Column("outcome", Text),  # how it ended, as the config had it then; NULL while the customer waits
    Column("outcome_at", UTCDateTime),
    Column("score", Integer),  # 1 to 5: whether our answer helped, as the customer said last
    Column("private", Boolean, nullable=False, server_default=false()),  # whether nobody else can read it
    UniqueConstraint("account", "conversation", "author_id"),
    sqlite_autoincrement=True,  # a number on an old card never becomes another thread's
)
Index("ix_thread_next_nag_at", thread.c.desk, thread.c.next_nag_at, **_where(thread.c.next_nag_at.isnot(None)))
Index("ix_thread_due_at", thread.c.desk, thread.c.due_at, **_where(thread.c.due_at.isnot(None)))
Index(
    "ix_thread_unowned",
    thread.c.desk,
    thread.c.due_at,
    **_where(and_(thread.c.due_at.isnot(None), thread.c.owner.is_(None))),
)
Index("ix_thread_snoozed_until", thread.c.desk, thread.c.snoozed_until, **_where(thread.c.snoozed_until.isnot(None)))
Index("ix_thread_promised_for", thread.c.desk, thread.c.promised_for, **_where(thread.c.promised_for.isnot(None)))
Index("ix_thread_approval_since", thread.c.approval_since, **_where(thread.c.approval_since.isnot(None)))
Index("ix_thread_customer_id", thread.c.customer_id, thread.c.desk)
Index("ix_thread_merged_into", thread.c.merged_into, **_where(thread.c.merged_into.isnot(None)))
Index("ix_thread_received_at", thread.c.desk, thread.c.received_at)

post = Table(
    "post",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("thread_id", ForeignKey("thread.id"), nullable=False),
    Column("account", Text, nullable=False),
    Column("external_id", Text, nullable=False),  # the newest one, if the post was edited
    Column("inbound", Boolean, nullable=False),  # False for our own replies
    Column("author", Text, nullable=False),  # a handle, or for our own replies the agent's Slack id
    Column("text", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("media", JSON, nullable=False),  # [{"kind", "url", "alt"}]
    Column("posted_at", UTCDateTime, nullable=False),
    Column("stored_at", UTCDateTime, nullable=False),
    Column("edited_at", UTCDateTime),
    Column("deleted_at", UTCDateTime),  # when it was gone from the network; its words are removed here as well
    Column("missing_since", UTCDateTime),  # when the network first did not find it; gone only if it says so twice
    Column("reply_blocked_reason", String(50)),  # why the network would not accept a reply to this post
    Column("answered_by", ForeignKey("reply.id")),
    Column("moved_from", Integer),  # the number of the merged thread that it came from
    Column("refers", Boolean, nullable=False, server_default=false()),  # whether it answers or quotes another one
    Column("recheck_at", UTCDateTime),  # when to ask the network whether it still exists; NULL: never
    # Whether it only thanks us, so that nobody has to answer it unless an agent says so.
    Column("only_thanks", Boolean, nullable=False, server_default=false()),
    # Whether it came in while its author was muted, so that it made no card and nobody has to answer it.
    Column("muted", Boolean, nullable=False, server_default=false()),
    # What it says of being the customer's last resort, kinds with a space between; and those that an agent declined.
    Column("signals", Text, nullable=False, server_default=""),
    Column("not_urgent", Text, nullable=False, server_default=""),
    Column("liked_by", String(50)),  # the agent in whose name our account likes it
    Column("hidden_by", String(50)),  # the agent in whose name our account hides it
    Column("like_tried_at", UTCDateTime),  # when the network was asked to; it is never asked twice
    Column("answer_url", Text, nullable=False, server_default=""),  # where the answer to it goes, if that is its own
    Column("found_by", Text),  # the desk's word by which a rule found it; NULL if it is addressed to us
    Column("answer_until", UTCDateTime),  # after which the network takes no answer to it
    Column("waits_since", UTCDateTime),  # since when its customer waits; NULL: since they wrote it
    UniqueConstraint("account", "external_id"),
)
Index("ix_post_recheck_at", post.c.account, post.c.recheck_at, **_where(post.c.recheck_at.isnot(None)))
Index("ix_post_thread_id", post.c.thread_id, post.c.posted_at)
Index("ix_post_volume", post.c.account, post.c.inbound, post.c.posted_at)

earlier_id = Table(
    "earlier_id",  # what the network called a post before it was edited
    metadata,
    Column("digest", String(64), primary_key=True),  # of account and id, so that an erasure leaves nothing to forget
    Column("post_id", ForeignKey("post.id"), nullable=False, index=True),
)

reference_number = Table(
    "reference_number",  # a number of our own systems that a customer quoted, such as an order's
    metadata,
    Column("post_id", ForeignKey("post.id"), primary_key=True),
    Column("value", Text, primary_key=True),
    # Small letters and digits alone, "a104857" for "A-104857"; and without the letters that it begins with.
    Column("folded", _PLAIN, nullable=False, server_default=""),
    Column("digits", _PLAIN, nullable=False, server_default=""),
)
Index("ix_reference_number_value", reference_number.c.value)
Index("ix_reference_number_folded", reference_number.c.folded)
Index("ix_reference_number_digits", reference_number.c.digits)

reference = Table(
    "reference",  # a post by anybody that a customer's post answers or quotes
    metadata,
    Column("post_id", ForeignKey("post.id"), primary_key=True),
    Column("kind", String(10), primary_key=True),  # "answers" or "quotes"
    Column("account", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("author_id", Text, nullable=False),  # empty if unknown; then no words are kept either
    Column("author_handle", Text, nullable=False),  # without the @; empty if unknown
    Column("text", Text, nullable=False),  # its beginning
    Column("url", Text, nullable=False),
    Column("gone", Boolean, nullable=False),  # the network says that it cannot be seen
    Column("to_look_up", Boolean, nullable=False),  # whether the network is still to be asked for it
)
Index("ix_reference_to_look_up", reference.c.account, **_where(reference.c.to_look_up))
Index("ix_reference_external_id", reference.c.external_id)
Index("ix_reference_author_id", reference.c.author_id)

label = Table(
    "label",  # what the team says that a thread is about
    metadata,
    Column("thread_id", ForeignKey("thread.id"), primary_key=True),
    Column("name", Text, primary_key=True),  # as the config had it then
    Column("by", String(50), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("moved_from", Integer),  # as in a post
)
Index("ix_label_name", label.c.name)
Index("ix_label_at", label.c.at)

improvement = Table(
    "improvement",  # what we did about what customers said in one week; rows are only added, the newest one counts
    metadata,
    Column("id", Integer, primary_key=True),
    Column("desk", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("week", String(10), nullable=False),  # its Monday
    Column("text", Text, nullable=False),  # public, and no customer's words; empty where it was taken back
    Column("by", String(50), nullable=False),
    Column("at", UTCDateTime, nullable=False),
)
Index("ix_improvement_desk_week", improvement.c.desk, improvement.c.week)
incident = Table(
    "incident",  # one cause for which many customers write, such as an outage
    metadata,
    Column("id", Integer, primary_key=True),
    Column("desk", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False),  # the name as it is compared
    Column("words", Text, nullable=False),  # by which threads are found, with a space between
    Column("label", Text),  # of the desk's; what is labelled so since then belongs to it
    Column("owner", String(50), nullable=False),
    Column("opened_at", UTCDateTime, nullable=False),
    Column("solved_at", UTCDateTime),  # when somebody said that its cause is gone
    Column("solved_by", String(50)),
    Column("closed_at", UTCDateTime),
    Column("closed_by", String(50)),
    Column("line", Text, nullable=False, server_default=""),  # what was agreed to tell customers
    Column("line_by", String(50)),
    Column("line_approved_by", String(50)),
    Column("line_at", UTCDateTime),  # when it was approved
    Column("proposed", Text, nullable=False, server_default=""),  # a line that nobody has approved yet
    Column("proposed_by", String(50)),
    Column("proposed_at", UTCDateTime),
    Column("read_through_post_id", Integer, nullable=False, server_default="0"),  # how far posts were compared with it
    Column("shown", Text, nullable=False, server_default=""),  # the figures that its message in the channel has
    Column("shown_at", UTCDateTime),  # when those were last brought up to date
    sqlite_autoincrement=True,  # a number in an old button never becomes another incident's
)
Index(
    "uq_incident_going_on",
    incident.c.desk,
    incident.c.folded,
    unique=True,
    **_where(incident.c.closed_at.is_(None)),
)

incident_event = Table(
    "incident_event",  # what was done about an incident; rows are only added
    metadata,
    Column("id", Integer, primary_key=True),
    Column("incident_id", ForeignKey("incident.id"), nullable=False, index=True),
    Column("at", UTCDateTime, nullable=False),
    Column("kind", String(30), nullable=False),  # an IncidentEventKind
    Column("actor", String(50), nullable=False),
    Column("text", Text, nullable=False),  # the words that it is about; empty if there are none
    Column("idempotency_key", String(64), unique=True),  # of what Slack sent, so that a repeat is refused
)

incident_thread = Table(
    "incident_thread",  # a thread that belongs to an incident, or may
    metadata,
    Column("incident_id", ForeignKey("incident.id"), primary_key=True),
    Column("thread_id", ForeignKey("thread.id"), primary_key=True, index=True),
    Column("state", String(20), nullable=False),  # a MemberState
    Column("how", String(20), nullable=False),  # "words", "label", "hand" or "suggestion"
    Column("by", String(50), nullable=False),
    Column("at", UTCDateTime, nullable=False),
)

public_update = Table(
    "public_update",  # what one of our accounts tells everybody about an incident
    metadata,
    Column("id", Integer, primary_key=True),
    Column("incident_id", ForeignKey("incident.id"), nullable=False, index=True),
    Column("account", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("by", String(50), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("state", String(20)),  # as a reply's; NULL until a second person has approved it
    Column("follows", Integer),  # the update that it is posted under
    Column("approved_by", String(50)),
    Column("approved_at", UTCDateTime),
    Column("tried_at", UTCDateTime),  # when it was last posted
    Column("sent_at", UTCDateTime),
    Column("external_id", Text),
    Column("url", Text, nullable=False, server_default=""),
    Column("error", String(50)),  # why the network rejected it, or does not take it yet
    Column("picture", JSON(none_as_null=True)),  # as a reply's
    Column("edits", Integer),  # the update that gets these words instead of its own
    sqlite_autoincrement=True,  # a number in an old button never becomes another update's
)

reply = Table(
    "reply",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("thread_id", ForeignKey("thread.id"), nullable=False, index=True),
    Column("author", String(50), nullable=False),  # empty where nobody knows who posted it on the network itself
    Column("text", Text, nullable=False),  # as it is sent, signature included
    Column("in_reply_to", Text, nullable=False),  # the external id of the post that it answers
    Column("answers_through_post_id", Integer, nullable=False),  # the newest post that its author had seen
    Column("state", String(20), nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    Column("send_at", UTCDateTime, nullable=False),  # the end of the time to undo
    Column("tried_at", UTCDateTime),  # when it was last sent
    Column("sent_at", UTCDateTime),
    Column("external_id", Text),
    # Whether it was posted on the network itself, not through the desk.
    Column("outside", Boolean, nullable=False, server_default=false()),
    Column("error", String(50)),  # why the network rejected it, or does not take it yet
    Column("idempotency_key", Text, unique=True),  # of the submission, so that a repeat makes no second reply
    Column("promised_for", UTCDateTime),  # by when its author comes back to the customer, once it is sent
    Column("question", Boolean, nullable=False, server_default=false()),  # it asks whether an answer helped
    Column("back_by", String(50)),  # the agent who has it taken back
    Column("back_at", UTCDateTime),  # when they asked for that
    Column("back_why", Text),
    Column("parts", JSON(none_as_null=True)),  # the texts in which it goes, if it is longer than a post may be
    Column("parts_done", Integer, nullable=False, server_default="0"),  # how many of them are public
    Column("picture", JSON(none_as_null=True)),  # {"file", "name", "kind", "size", "alt"}: it is in Slack
    sqlite_autoincrement=True,
)

approval = Table(
    "approval",
    metadata,
    Column("reply_id", ForeignKey("reply.id"), primary_key=True, autoincrement=False),
    Column("thread_id", ForeignKey("thread.id"), nullable=False, index=True),
    Column("author", String(50), nullable=False),
    Column("needs", JSON, nullable=False),  # why it was to be looked at: pairs of a NeedKind and what is meant
    Column("asked", JSON, nullable=False),  # the Slack ids of who was asked
    Column("asked_at", UTCDateTime, nullable=False),
    Column("decided_by", String(50)),
    Column("decided_at", UTCDateTime),
    Column("outcome", String(20)),  # NULL while nobody has decided
    Column("reason", Text, nullable=False, server_default=""),  # why it was returned
    Column("original", Text, nullable=False, server_default=""),  # as its author wrote it, if it was edited
)

rating = Table(
    "rating",  # that a customer was asked whether our answer helped, and what they said
    metadata,
    Column("id", Integer, primary_key=True),
    Column("thread_id", ForeignKey("thread.id"), nullable=False, index=True),
    Column("reply_id", ForeignKey("reply.id"), index=True),  # the one that asked
    Column("by", String(50), nullable=False),
    Column("at", UTCDateTime, nullable=False, index=True),
    Column("expires_at", UTCDateTime, nullable=False),
    Column("language", Text, nullable=False),  # in which it was asked
    Column("score", Integer),  # 1 to 5
    Column("words", Text, nullable=False, server_default=""),
    Column("scored_at", UTCDateTime),
    Column("changes", Integer, nullable=False, server_default=text("0")),
    sqlite_autoincrement=True,  # an old link never leads to another customer's
)

draft = Table(
    "draft",
    metadata,
    Column("thread_id", ForeignKey("thread.id"), primary_key=True),
    Column("agent", String(50), primary_key=True),
    Column("text", Text, nullable=False),  # as typed, without a signature; empty while nothing is
    Column("typed_at", UTCDateTime, nullable=False, index=True),
    Column("view_id", String(50)),  # Slack's name for the modal in which it is being written; NULL once that is closed
    Column("bank_entry_id", Integer),  # the entry of the knowledge bank that it was begun with
    Column("picture", JSON(none_as_null=True)),  # as a reply's
)

bank_entry = Table(
    "bank_entry",  # a question that customers ask, and the answer that worked
    metadata,
    Column("id", Integer, primary_key=True),
    Column("desk", Text, nullable=False),
    Column("question", Text, nullable=False),  # in one line; empty once a customer in whose words it was is forgotten
    Column("answer", Text, nullable=False),
    Column("language", String(20)),  # NULL if it cannot be told
    Column("label", Text),
    Column("valid_until", Date),  # the last day on which it is right
    Column("owner", String(50), nullable=False),
    Column("created_by", String(50), nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    Column("reviewed_at", UTCDateTime, nullable=False),  # when somebody last said that it is right
    Column("withdrawn_by", String(50)),
    Column("withdrawn_at", UTCDateTime),
    sqlite_autoincrement=True,  # a number in an old button never becomes another entry's
)
Index("ix_bank_entry_desk", bank_entry.c.desk, **_where(bank_entry.c.withdrawn_at.is_(None)))

bank_taught = Table(
    "bank_taught",  # a customer's post that an entry came from, or was an answer to
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry_id", ForeignKey("bank_entry.id"), nullable=False),
    Column("post_id", ForeignKey("post.id"), nullable=False, index=True),
    UniqueConstraint("entry_id", "post_id"),
)

bank_vector = Table(
    "bank_vector",  # what an entry's question, or a post that taught it, means
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry_id", ForeignKey("bank_entry.id"), nullable=False),
    Column("post_id", ForeignKey("post.id"), index=True),  # NULL for the question
    Column("model", String(60), nullable=False),  # what made it
    Column("at", UTCDateTime, nullable=False),
    Column("vector", LargeBinary, nullable=False),
)
Index("ix_bank_vector_entry_id", bank_vector.c.entry_id, bank_vector.c.post_id)

bank_nearest = Table(
    "bank_nearest",  # the entries that are nearest in meaning to what a thread's customer waits for
    metadata,
    Column("thread_id", ForeignKey("thread.id"), primary_key=True),
    Column("entries", JSON, nullable=False),  # their numbers, nearest first
)

bank_use = Table(
    "bank_use",  # a reply that was begun with an entry
    metadata,
    Column("reply_id", ForeignKey("reply.id"), primary_key=True),
    Column("entry_id", ForeignKey("bank_entry.id"), nullable=False, index=True),
    Column("kept", Integer, nullable=False),  # percent of the entry's answer that the reply still has
)

look = Table(
    "look",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("thread_id", ForeignKey("thread.id"), nullable=False, index=True),
    Column("owner", String(50), nullable=False),  # whose draft it is
    Column("asked", String(50)),  # the colleague who was asked; NULL: the channel
    Column("text", Text, nullable=False),  # as typed; empty once it is no longer kept
    Column("at", UTCDateTime, nullable=False, index=True),
    Column("suggestion", Text, nullable=False, server_default=""),
    Column("suggested_by", String(50)),
    Column("suggested_at", UTCDateTime),
    Column("taken_at", UTCDateTime),
    sqlite_autoincrement=True,  # a button of before never means another draft
)

event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("thread_id", ForeignKey("thread.id"), nullable=False, index=True),
    Column("at", UTCDateTime, nullable=False, index=True),
    Column("kind", String(30), nullable=False),  # an EventKind
    Column("actor", Text, nullable=False),  # a Slack id, a customer's handle, or "desk"
    Column("via", String(30), nullable=False),  # "button", "modal", "command", "network" or "desk"
    Column("data", JSON, nullable=False),
    Column("idempotency_key", String(64), unique=True),  # of what Slack sent, so that a repeat is refused
)

calendar = Table(
    "calendar",  # never changed, since past waits were counted by it
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),  # of the two others
    Column("hours", Text, nullable=False),  # in OpenStreetMap's notation, holidays written out as dates
    Column("zone", Text, nullable=False),
)

wait = Table(
    "wait",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("thread_id", ForeignKey("thread.id"), nullable=False, index=True),
    Column("desk", Text, nullable=False),
    Column("response_kind", String(10), nullable=False),  # "first" or "next"
    Column("started_at", UTCDateTime, nullable=False),
    Column("due_at", UTCDateTime, nullable=False),
    Column("ended_at", UTCDateTime),
    Column("outcome", String(20)),  # a WaitOutcome
    Column("ended_by", Text),
    Column("moved_from", Integer),  # as in a post
    Column("target", Integer, nullable=False),  # in seconds of counted time
    Column("calendar_id", Integer),  # the calendar that counted them, as in a thread
    Column("target_rule", Text),  # as in a thread
    Column("paused", Float, nullable=False, server_default=text("0")),  # seconds of counted time that pauses give back
    Column("missed_at", UTCDateTime),  # the deadline that had passed when a pause moved it
)
Index("ix_wait_desk_due_at", wait.c.desk, wait.c.due_at)
Index("ix_wait_desk_ended_at", wait.c.desk, wait.c.ended_at)

pause = Table(
    "pause",  # a snooze of a thread
    metadata,
    Column("id", Integer, primary_key=True),
    Column("thread_id", ForeignKey("thread.id"), nullable=False, index=True),
    Column("wait_id", Integer, index=True),  # the wait whose clock stands still; NULL where nobody waits
    Column("started_at", UTCDateTime, nullable=False),
    Column("until", UTCDateTime, nullable=False),
    Column("ended_at", UTCDateTime),  # at the latest when it was to end
    Column("why", Text),  # NULL once the customer was erased
    Column("by", String(50), nullable=False),
)

promise = Table(
    "promise",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("thread_id", ForeignKey("thread.id"), nullable=False, index=True),
    Column("reply_id", ForeignKey("reply.id"), nullable=False),  # the reply that it was made with
    Column("by", String(50), nullable=False),
    Column("made_at", UTCDateTime, nullable=False),  # when that reply was sent
    Column("due_at", UTCDateTime, nullable=False, index=True),
    Column("next_nag_at", UTCDateTime),  # NULL when nobody is to be reminded any more
    Column("broken_at", UTCDateTime),  # when it was said that it is broken
    Column("ended_at", UTCDateTime),
    Column("outcome", String(20)),  # a PromiseOutcome
    Column("moved_from", Integer),  # as in a post
)
Index("ix_promise_next_nag_at", promise.c.next_nag_at, **_where(promise.c.next_nag_at.isnot(None)))

resolution = Table(
    "resolution",  # a thread from a customer's first post until nobody waits, where the desk has a target for that
    metadata,
    Column("id", Integer, primary_key=True),
    Column("thread_id", ForeignKey("thread.id"), nullable=False, index=True),
    Column("desk", Text, nullable=False),
    Column("started_at", UTCDateTime, nullable=False),
    Column("target", Integer, nullable=False),
    Column("spent", Integer, nullable=False),  # what counted of it when it last changed
    Column("due_at", UTCDateTime),  # when the target passes if the customer goes on waiting; NULL if nobody waits
    Column("next_nag_at", UTCDateTime),
    Column("ended_at", UTCDateTime),  # since when nobody waits
    Column("nag_level", String(20), nullable=False),
)
Index("ix_resolution_next_nag_at", resolution.c.next_nag_at, **_where(resolution.c.next_nag_at.isnot(None)))

escalation = Table(
    "escalation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("thread_id", ForeignKey("thread.id"), nullable=False, index=True),
    Column("target", Text, nullable=False),  # a team's name, or a lead's Slack id
    Column("channel", String(50), nullable=False),
    Column("why", Text, nullable=False),
    Column("by", String(50), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("taken_by", String(50)),
    Column("taken_at", UTCDateTime),
    Column("due_at", UTCDateTime),  # by when it is to be answered; NULL for those from before there was a target
    Column("next_nag_at", UTCDateTime),  # NULL when nobody is to be reminded any more
    Column("answered_by", String(50)),
    Column("answered_at", UTCDateTime),
)
Index("ix_escalation_next_nag_at", escalation.c.next_nag_at, **_where(escalation.c.next_nag_at.isnot(None)))

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),  # "card:12", "reply:7": one row for one thing
    Column("kind", String(20), nullable=False),
    Column("thread_id", ForeignKey("thread.id"), index=True),
    Column("destination", Text, nullable=False),  # where it is to appear
    Column("rate_bucket", Text, nullable=False),  # what limits its pace
    Column("payload", JSON, nullable=False),
    Column("order_by", UTCDateTime, nullable=False),  # the deadline that it serves: the order of work
    Column("available_at", UTCDateTime, nullable=False),
    Column("generation", Integer, nullable=False),  # counts the changes to be shown ...
    Column("delivered_generation", Integer, nullable=False),  # ... and the last one that was; several become one
    Column("lease_token", Integer, nullable=False),  # guards completion: only the last lessee's word counts
    Column("failures", Integer, nullable=False),  # in a row; sets the back-off
    Column("leased_until", UTCDateTime),
    Column("post_started_at", UTCDateTime),  # when a first posting was begun whose outcome is not known
    Column("message_channel", String(50)),  # the channel where Slack put it
    Column("message_ts", String(50)),  # Slack's name for the message
    Column("content_hash", String(64)),  # digest of what Slack shows, so that the same is not sent again
    Column("error", String(100)),
)
Index("ix_outbox_work", outbox.c.order_by, outbox.c.id, **_where(outbox.c.generation > outbox.c.delivered_generation))
Index(
    "ix_outbox_backlog",
    outbox.c.destination,
    outbox.c.kind,
    **_where(and_(outbox.c.generation > outbox.c.delivered_generation, outbox.c.message_ts.is_(None))),
)

destination_fault = Table(
    "destination_fault",
    metadata,
    Column("destination", Text, primary_key=True),  # a channel or a member that takes nothing until somebody acts
    Column("code", String(60), nullable=False),  # Slack's reason
    Column("since", UTCDateTime, nullable=False),
    Column("by_edit", Boolean, nullable=False),  # a message there could not be changed; else none could be posted
)

Index("ix_outbox_message_ts", outbox.c.message_ts, **_where(outbox.c.message_ts.isnot(None)))

rate_bucket = Table(
    "rate_bucket",
    metadata,
    Column("name", Text, primary_key=True),  # what limits the pace: a channel, an account, "chat.update"
    Column("free_at", UTCDateTime, nullable=False),
)

job_lock = Table(
    "job_lock",
    metadata,
    Column("name", Text, primary_key=True),  # the work that one process does at a time
    Column("free_at", UTCDateTime, nullable=False),
)

agent = Table(
    "agent",
    metadata,
    Column("id", String(50), primary_key=True),
    Column("name", Text, nullable=False),
    Column("locale", String(20), nullable=False),
    Column("standing", String(20), nullable=False),
    Column("fetched_at", UTCDateTime, nullable=False),
    Column("hinted_on", String(10)),  # the local day on which they were told that talk reaches no customer
    Column("dnd_from", UTCDateTime),  # from when until when Slack rings them nothing, as far as it told
    Column("dnd_until", UTCDateTime),
    Column("status_emoji", Text, nullable=False, server_default=""),  # of the status that they have set
    Column("status_until", UTCDateTime),  # when that status ends; NULL: when they change it
    Column("status_since", UTCDateTime),  # since when it, or their standing, is what it is
)

desk = Table(
    "desk",
    metadata,
    Column("name", Text, primary_key=True),
    Column("since", UTCDateTime, nullable=False),  # when it first ran here; no standup is due from before
)

setting = Table(
    "setting",  # what was changed in Slack; rows are only added
    metadata,
    Column("id", Integer, primary_key=True),
    Column("desk", Text, nullable=False),
    Column("key", String(50), nullable=False),  # as in webcare.toml: "targets.first_response"
    Column("value", JSON(none_as_null=True)),  # as it is written there; NULL: the default holds again
    Column("follows", Integer, nullable=False),  # the change before it; 0 for the first
    Column("by", String(50), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("applied", Boolean, nullable=False),  # it was to hold for those who waited then
    UniqueConstraint("desk", "key", "follows"),  # of two colleagues who change the same, the second one is told
)

roster = Table(
    "roster",  # the last good copy of who is on call at a desk, and what was told of it
    metadata,
    Column("desk", Text, primary_key=True),
    Column("place", String(64), nullable=False),  # digest of where it is, which may be a secret
    Column("content", Text, nullable=False),  # as it was read; empty for a user group
    Column("version", Text, nullable=False),  # what its server or the disk calls this copy
    Column("fetched_at", UTCDateTime),  # when this copy was read
    Column("read_at", UTCDateTime),  # when its repetitions were last worked out
    Column("failing_since", UTCDateTime),
    Column("code", String(30)),  # why no newer copy can be read
    Column("detail", Text),
    Column("told_since", UTCDateTime),  # the `failing_since` that was told
    Column("unknown", JSON, nullable=False),  # people whom it names and who are no agents here
    Column("told_unknown", JSON, nullable=False),  # those of them who were told
    Column("handed_to", JSON, nullable=False),  # who was on call when shifts last changed
    Column("handed_at", UTCDateTime),  # when that was
)

shift = Table(
    "shift",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("desk", ForeignKey("roster.desk"), nullable=False, index=True),
    Column("agent", String(50), nullable=False),
    Column("starts_at", UTCDateTime, nullable=False),
    Column("ends_at", UTCDateTime),  # NULL as long as no end is known
)

feed = Table(
    "feed",
    metadata,
    Column("account", Text, primary_key=True),
    Column("cursor", Text),
    Column("leased_until", UTCDateTime),
    Column("fetched_at", UTCDateTime),  # when the network last answered
    Column("answers_since", UTCDateTime),  # when it first answered again after a failure
    Column("failing_since", UTCDateTime),
    Column("error", Text),
    Column("error_code", String(30)),
    Column("alarm", String(20)),  # the problem that the channel was told of: "failing" or "silent"
    Column("alarm_since", UTCDateTime),  # since when that problem has lasted
    Column("unsent_since", UTCDateTime),  # since when the account takes no replies
    Column("unsent_code", String(30)),  # why
    Column("unsent_told", UTCDateTime),  # the `unsent_since` that the channel was told of
    Column("unread_since", UTCDateTime),  # the same for reading what our account has answered on the network itself
    Column("unread_code", String(30)),
    Column("unread_told", UTCDateTime),
)

listening = Table(
    "listening",  # how far a rule has listened, and whether its network answers
    metadata,
    Column("rule", String(64), primary_key=True),  # digest of its desk, account and words
    Column("desk", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("cursor", Text),
    Column("leased_until", UTCDateTime),
    Column("searched_at", UTCDateTime),  # when the network last answered
    Column("failing_since", UTCDateTime),
    Column("error_code", String(30)),
    Column("told_failing", UTCDateTime),  # the `failing_since` that was told
    Column("hour_from", UTCDateTime),  # the hour whose finds are counted: when it began, and how many they are
    Column("hour_found", Integer, nullable=False, server_default=text("0")),
    Column("slowed_since", UTCDateTime),  # since when each hour has brought more than the rule may find
    Column("missed_from", UTCDateTime),  # the last span of time of which something was passed over
    Column("missed_until", UTCDateTime),
)

listened = Table(
    "listened",  # what a rule brought on a day of its desk
    metadata,
    Column("rule", String(64), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("desk", Text, nullable=False),
    Column("found", Integer, nullable=False),
    Column("left_out", Integer, nullable=False),  # of those, what was not shown, as colleagues had taught
    Column("cards", Integer, nullable=False),
)
Index("ix_listened_desk", listened.c.desk, listened.c.day)

found_list = Table(
    "found_list",  # what was found for a desk in one hour, and is one message
    metadata,
    Column("id", Integer, primary_key=True),
    Column("desk", Text, nullable=False),
    Column("began_at", UTCDateTime, nullable=False),  # a full hour
    UniqueConstraint("desk", "began_at"),
    sqlite_autoincrement=True,  # a number in an old message never becomes another list's
)

found = Table(
    "found",  # a post that was found and is no card, or was none at first
    metadata,
    Column("id", Integer, primary_key=True),
    Column("found_list_id", ForeignKey("found_list.id"), index=True),  # NULL: it was left out and is on none
    Column("rule", String(64), nullable=False),
    Column("desk", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("digest", String(64), nullable=False),  # of the network's id of it
    Column("word", Text, nullable=False),  # the desk's own, by which it was found
    Column("author_id", Text, nullable=False),  # empty once its author was forgotten
    Column("author_handle", Text, nullable=False),
    Column("mention", JSON(none_as_null=True)),  # the post as it was found; NULL once it is no longer kept
    Column("found_at", UTCDateTime, nullable=False),
    Column("state", String(20), nullable=False),  # a FoundState
    Column("by", String(50)),
    Column("decided_at", UTCDateTime),
    Column("thread", Integer),  # the number of the card that it became
    UniqueConstraint("account", "digest"),
    sqlite_autoincrement=True,
)
Index("ix_found_found_at", found.c.found_at)
Index("ix_found_author_id", found.c.author_id)

lesson = Table(
    "lesson",  # that something found was not for us
    metadata,
    Column("id", Integer, primary_key=True),
    Column("found_id", Integer, nullable=False, unique=True),
    Column("desk", Text, nullable=False),
    Column("network", Text, nullable=False),
    Column("author_id", Text, nullable=False),
    Column("author_handle", Text, nullable=False),
    Column("words", Text, nullable=False),  # digests of what it said, with a space between
    Column("by", String(50), nullable=False),
    Column("at", UTCDateTime, nullable=False),
)
Index("ix_lesson_desk", lesson.c.desk, lesson.c.network)

forgotten_author = Table(
    "forgotten_author",  # somebody who was erased, so that nobody listens to them again
    metadata,
    Column("digest", String(64), primary_key=True),  # of network and number
)

source = Table(
    "source",  # a tool that posts to us, as far as there is something to say of it
    metadata,
    Column("account", Text, primary_key=True),
    Column("heard_at", UTCDateTime),  # when it last posted something that was proven to be its own
    Column("said_at", UTCDateTime),  # when a mention was last found in that
    Column("refused_at", UTCDateTime),  # when something was last posted in its name that was not proven
    Column("refused_why", String(20)),
)

hook = Table(
    "hook",  # an address that is told one of the things that happen to threads
    metadata,
    Column("id", String(16), primary_key=True),  # digest of its desk, the address, which may be a secret, and the event
    Column("since", Integer, nullable=False),  # the newest event when it was first configured; it is told what follows
    Column("read_to", Integer, nullable=False),  # the newest event when the timeline was last read for it
)

own_timeline = Table(
    "own_timeline",
    metadata,
    Column("account", Text, primary_key=True),
    Column("cursor", Text),  # how far what our account itself has posted was read
)

spend = Table(
    "spend",
    metadata,
    Column("account", Text, primary_key=True),
    Column("day", String(10), primary_key=True),  # of UTC
    Column("what", String(30), primary_key=True),  # what its network bills: "post_read" ...
    Column("count", Integer, nullable=False),
    Column("thousandths", Integer, nullable=False),  # of a dollar, at the price of that day
)

billed = Table(
    "billed",
    metadata,
    Column("digest", String(64), primary_key=True),  # of what was billed today or yesterday, so that it counts once
    Column("day", String(10), nullable=False, index=True),
)

handle = Table(
    "handle",
    metadata,
    Column("network", Text, primary_key=True),  # of an identity
    Column("author_id", Text, primary_key=True),
    Column("folded", Text, primary_key=True),  # what it is looked up by
    Column("handle", Text, nullable=False),  # without the @
    Column("first_at", UTCDateTime, nullable=False),  # when we first and last saw them write under it
    Column("last_at", UTCDateTime, nullable=False),
)
Index("ix_handle_folded", handle.c.folded)

profile_link = Table(
    "profile_link",  # where the profile of an identity leads to, as last seen
    metadata,
    Column("network", Text, primary_key=True),
    Column("author_id", Text, primary_key=True),
    Column("link", Text, primary_key=True),  # such as "anna.nl/shop"
)
Index("ix_profile_link_link", profile_link.c.link)

mute = Table(
    "mute",  # a customer whose posts make no cards at a desk for a while
    metadata,
    Column("id", Integer, primary_key=True),
    Column("desk", Text, nullable=False),
    Column("customer_id", Integer, nullable=False),
    Column("customer_handle", Text, nullable=False),  # without the @
    Column("thread_id", Integer, nullable=False),  # the thread in which somebody muted them
    Column("reason", Text, nullable=False),
    Column("by", String(50), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("until", UTCDateTime, nullable=False),
    Column("ended_at", UTCDateTime),  # when somebody ended it; NULL while it holds, or once its time is over
)
Index(
    "uq_mute_going_on",
    mute.c.desk,
    mute.c.customer_id,
    unique=True,
    **_where(mute.c.ended_at.is_(None)),
)

set_aside = Table(
    "set_aside",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("desk", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("digest", String(64), nullable=False),  # of the id of a post that could not be stored
    Column("author_id", Text, nullable=False),
    Column("author_handle", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    UniqueConstraint("account", "digest"),
)

backlog = Table(
    "backlog",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("desk", Text, nullable=False),
    Column("started_at", UTCDateTime, nullable=False),
    Column("cards_at_start", Integer, nullable=False),  # cards that waited when it began
    Column("shown_at", UTCDateTime, nullable=False),  # when its digest was last updated
    Column("ended_at", UTCDateTime),
    Column("mentions", Integer),  # how many there were in all; set at its end
)
Index("uq_backlog_going_on", backlog.c.desk, unique=True, **_where(backlog.c.ended_at.is_(None)))

listing = Table(
    "listing",  # a thread in a message about several, while its customer waits
    metadata,
    Column("outbox_id", ForeignKey("outbox.id"), primary_key=True),
    Column("thread_id", ForeignKey("thread.id"), primary_key=True, index=True),
    Column("event_id", Integer, nullable=False),  # the newest line of its timeline that the message was to show
)

late_list = Table(
    "late_list",  # one message to a lead that lists what is late at a desk, from the first late thread to the last
    metadata,
    Column("id", Integer, primary_key=True),
    Column("desk", Text, nullable=False),
    Column("lead", String(50), nullable=False),
    Column("started_at", UTCDateTime, nullable=False),
    Column("shown_at", UTCDateTime, nullable=False),  # when the message was last brought up to date
    Column("shown", String(64)),  # digest of what was late then, without how late
    Column("ended_at", UTCDateTime),  # when nothing was late any more
)
Index(
    "uq_late_list_going_on", late_list.c.desk, late_list.c.lead, unique=True, **_where(late_list.c.ended_at.is_(None))
)

volume_spike = Table(
    "volume_spike",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("desk", Text, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("mentions", Integer, nullable=False),  # in the hour before
    Column("normal", Float, nullable=False),  # mentions in such an hour normally
    Column("calm_since", UTCDateTime),
    Column("ended_at", UTCDateTime),
)
Index("uq_volume_spike_going_on", volume_spike.c.desk, unique=True, **_where(volume_spike.c.ended_at.is_(None)))
