"""What was said in a thread, and what we are about to say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.cases.mention import Media
from bot.domain.cases.picture import Picture
from bot.domain.customers.last_resort import Signal
from bot.domain.desk.standing import Standing


class ReplyState(StrEnum):
    """The states of a reply.

    AWAITING waits for a colleague, who lets it go on as QUEUED or gives it back as RETURNED; its author may take it
    back. QUEUED can still be undone. SENDING leads to SENT, to REJECTED by the network, or to VERIFYING while nobody
    knows whether the reply arrived. VERIFYING leads to SENT or UNKNOWN. An agent settles UNKNOWN: they mark it SENT or
    ask for RETRY_REQUESTED, and then the reply is looked up once more before it is SENDING again. Where the network
    makes sure that there is no second one, VERIFYING leads to SENDING again by itself. What goes in parts is CONTINUING
    in place of SENT until the last one. CANCELLED is final and certain: a reply that was ever tried cannot be
    cancelled. SENT is left only where the customer has it no more.
    """

    AWAITING = "awaiting_approval"  # a colleague has to look at it first
    RETURNED = "returned"  # they gave it back with a reason
    QUEUED = "queued"  # waits until the time to undo is over
    CANCELLED = "cancelled"  # its author undid it, or its customer was erased, before it was ever tried
    CONTINUING = "continuing"  # a part of it is public, and the next one is to be sent
    SENDING = "sending"  # written before the network is called: from here on it may have arrived
    VERIFYING = "verifying"  # the answer was lost; the network is asked whether it shows the reply
    SENT = "sent"  # the customer can read it
    REJECTED = "rejected"  # the network said no for good
    UNKNOWN = "unknown"  # the network does not show it, which proves nothing: an agent decides
    RETRY_REQUESTED = "retry_requested"  # an agent wants it sent again
    TAKEN_BACK = "taken_back"  # an agent had the network delete it
    CAME_BACK = "came_back"  # the network had taken it, and it did not reach the customer after all


TRANSITIONS: dict[ReplyState, frozenset[ReplyState]] = {
    # REJECTED without having been tried: somebody answered on the network itself meanwhile.
    ReplyState.AWAITING: frozenset({ReplyState.QUEUED, ReplyState.RETURNED, ReplyState.CANCELLED, ReplyState.REJECTED}),
    ReplyState.QUEUED: frozenset({ReplyState.SENDING, ReplyState.CANCELLED}),
    ReplyState.CONTINUING: frozenset({ReplyState.SENDING, ReplyState.CAME_BACK}),
    # Back to where it came from when the network was certainly not reached.
    ReplyState.SENDING: frozenset(ReplyState)
    - {
        ReplyState.SENDING,
        ReplyState.CANCELLED,
        ReplyState.AWAITING,
        ReplyState.RETURNED,
        ReplyState.TAKEN_BACK,  # but CAME_BACK: who takes it may say so before we know that they took it
    },
    # REJECTED also after somebody else began to look it up: a worker that was held up learns the outcome late.
    # SENDING where a second try makes no second post.
    ReplyState.VERIFYING: frozenset(
        {
            ReplyState.SENT,
            ReplyState.CONTINUING,
            ReplyState.REJECTED,
            ReplyState.UNKNOWN,
            ReplyState.SENDING,
            ReplyState.CAME_BACK,
        }
    ),
    # SENT also by itself: a late look-up may find it while nobody has decided, or a second try waits.
    ReplyState.UNKNOWN: frozenset(
        {ReplyState.SENT, ReplyState.CONTINUING, ReplyState.RETRY_REQUESTED, ReplyState.CAME_BACK}
    ),
    ReplyState.RETRY_REQUESTED: frozenset(
        {
            ReplyState.SENDING,
            ReplyState.SENT,
            ReplyState.CONTINUING,
            ReplyState.REJECTED,
            ReplyState.UNKNOWN,
            ReplyState.CAME_BACK,
        }
    ),
    ReplyState.SENT: frozenset({ReplyState.TAKEN_BACK, ReplyState.CAME_BACK}),
    ReplyState.TAKEN_BACK: frozenset(),
    ReplyState.CAME_BACK: frozenset(),
    ReplyState.REJECTED: frozenset(),
    ReplyState.CANCELLED: frozenset(),
    ReplyState.RETURNED: frozenset(),
}
"""Which states may follow each state."""

TO_BE_SENT = frozenset({ReplyState.QUEUED, ReplyState.CONTINUING})
"""It, or its next part, was certainly not tried yet."""

ON_ITS_WAY = TO_BE_SENT | {ReplyState.SENDING, ReplyState.VERIFYING, ReplyState.RETRY_REQUESTED}
"""It may still reach the customer without an agent's doing."""

IN_DOUBT = frozenset({ReplyState.SENDING, ReplyState.VERIFYING})
"""It was tried and the outcome is not known: look it up, and do not send it."""

NEEDS_AN_AGENT = frozenset({ReplyState.AWAITING, ReplyState.RETURNED, ReplyState.REJECTED, ReplyState.UNKNOWN})
"""It goes no further until an agent acts."""

GONE_AGAIN = frozenset({ReplyState.TAKEN_BACK, ReplyState.CAME_BACK})
"""It counted as an answer, and does no more."""

NOT_THERE = frozenset({ReplyState.CANCELLED, ReplyState.REJECTED, ReplyState.RETURNED}) | GONE_AGAIN
"""The customer certainly does not have it: it never reached them, or they have it no more.

Of what is REJECTED they may have the first parts.
"""

SETTLED = NOT_THERE | {ReplyState.SENT}


@dataclass(frozen=True, slots=True)
class Post:
    """One post in a thread, by the customer or by us. `author` is a handle, or a Slack id for our own posts.

    `missing_since` is when the network first did not find it. `reply_blocked_reason` is why it takes no reply to it.
    `moved_from` is the merged thread that it came from. `refers` says that it answers or quotes another post;
    `only_thanks` says that it starts no clock, `muted` that its author was muted when it came in.
    `signals` are kinds of last resort, with spaces between; an agent declined those that are in `not_urgent`.
    `liked_by` is in whose name our account likes it, `hidden_by` in whose it hides it.
    `answer_url` is where the answer to it goes, if that is an address of its own; after `answer_until` none is taken.
    `found_by` is the word by which a rule found it, None if it is addressed to us. `waits_since` is since when the
    customer waits, if not since they wrote.
    """

    id: int
    thread_id: int
    account: str
    external_id: str
    inbound: bool
    author: str
    text: str
    url: str
    media: tuple[Media, ...]
    posted_at: datetime
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    missing_since: datetime | None = None
    reply_blocked_reason: str | None = None
    answered_by: int | None = None
    moved_from: int | None = None
    refers: bool = False
    only_thanks: bool = False
    muted: bool = False
    signals: str = ""
    not_urgent: str = ""
    liked_by: str | None = None
    hidden_by: str | None = None
    answer_url: str = ""
    found_by: str | None = None
    answer_until: datetime | None = None
    waits_since: datetime | None = None

    @property
    def urgent(self) -> frozenset[Signal]:
        """Why it needs somebody soon: what it says of being a last resort, while it waits for an answer."""
        if self.deleted_at is not None or self.answered_by is not None or self.only_thanks or self.muted:
            return frozenset()
        return frozenset(map(Signal, set(self.signals.split()) - set(self.not_urgent.split())))


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply, on its way or delivered. `text` is exactly what the customer reads, signature included.

    `outside` says that it was posted on the network itself; then `author` is empty unless its signature tells.
    `promised_for` is by when its author promises to come back. A `question` asks whether an answer helped.
    `back_by` is the agent who has it taken back, since `back_at`, for the reason in `back_why`. Nobody has what came
    back; the network says why.
    `picture` is shown with its words. `parts` are the texts in which it goes, one below the other, if it is longer than
    a post may be; `parts_done` of them are public, and then `external_id` is the last one's.
    """

    id: int
    thread_id: int
    author: str
    text: str
    in_reply_to: str
    answers_through_post_id: int
    state: ReplyState
    created_at: datetime
    send_at: datetime
    tried_at: datetime | None = None
    sent_at: datetime | None = None
    external_id: str | None = None
    error: str | None = None
    idempotency_key: str | None = None
    outside: bool = False
    promised_for: datetime | None = None
    question: bool = False
    picture: Picture | None = None
    back_by: str | None = None
    back_at: datetime | None = None
    back_why: str | None = None
    parts: tuple[str, ...] = ()
    parts_done: int = 0

    @property
    def key(self) -> str:
        """What it is called for good, for networks that take the same thing once."""
        return f"reply-{self.id}-{self.created_at.timestamp():.0f}"

    @property
    def posts(self) -> tuple[str, ...]:
        """The texts of its posts, as the customer reads them."""
        total = len(self.parts)
        return tuple(in_order(part, place, total) for place, part in enumerate(self.parts, 1)) or (self.text,)

    @property
    def going(self) -> str:
        """The text of the post that is sent now, or comes next."""
        return self.posts[min(self.parts_done, len(self.posts) - 1)]

    @property
    def has_more(self) -> bool:
        """Whether another part comes after the one that is sent now."""
        return self.parts_done + 1 < len(self.parts)

    @property
    def left(self) -> str:
        """What of its text is not public."""
        return " ".join(self.parts[self.parts_done :]) if self.is_there_in_part else self.text

    @property
    def picture_left(self) -> Picture | None:
        """Its picture, unless that is public: it goes with the first part."""
        return None if self.is_there_in_part else self.picture

    @property
    def is_there_in_part(self) -> bool:
        """Whether the customer has the first of its parts."""
        return self.parts_done > 0 and self.state not in GONE_AGAIN

    @property
    def may_be_undone(self) -> bool:
        """Whether there is time to take it back. There is none where replies go at once."""
        return self.state is ReplyState.QUEUED and self.send_at > self.created_at

    @property
    def can_be_taken_back(self) -> bool:
        """Whether the customer has it and we know where, and nobody has it taken back already."""
        return self.state is ReplyState.SENT and bool(self.external_id) and self.back_by is None and not self.question


def in_order(part: str, place: int, total: int) -> str:
    """Return a part of a text as it is posted: with its place in front, so that a signature stays at the end."""
    return f"{place}/{total} {part}"


class EventKind(StrEnum):
    """The kinds of line in a thread's timeline. Their values are exported, so they never change."""

    RECEIVED = "received"  # the customer wrote
    POSTED = "posted"  # the card is in Slack
    CLAIMED = "claimed"  # an agent became the owner
    RELEASED = "released"  # the owner let go
    SHIFT_ENDED = "shift_ended"  # the owner's shift did, so it is the team's again
    OWNER_AWAY = "owner_away"  # the owner is not there, so it is the team's again
    KEPT = "kept"  # the owner said that they are still on it
    LET_GO = "let_go"  # the desk took it from an owner of whom nothing was heard
    HANDED_OVER = "handed_over"  # the owner gave it to a colleague
    MOVED = "moved"  # an agent gave it to another desk
    TAKEN_OVER = "taken_over"  # an agent became the owner in place of whoever was
    REPLIED = "replied"  # an agent submitted a reply
    AWAITS = "awaits_approval"  # an agent wrote a reply that a colleague has to look at
    LOOK_ASKED = "look_asked"  # an agent asked a colleague, or the channel, to look at their draft
    SUGGESTED = "suggested"  # a colleague suggested other words for it
    APPROVED = "approved"  # the colleague did, and let it go
    RETURNED = "returned"  # the colleague gave it back
    UNDONE = "undone"  # its author cancelled the reply
    CHECKING = "checking"  # the network's answer was lost
    SENT = "sent"  # the reply reached the customer
    OUTSIDE = "outside"  # somebody answered on the network itself
    REFUSED = "refused"  # the network rejected the reply
    UNKNOWN = "unknown"  # the network does not show the reply
    TAKING_BACK = "taking_back"  # an agent asked the network to delete our reply, and said why
    TAKEN_BACK = "taken_back"  # the network did, so the customer has no answer any more
    TAKE_BACK_REFUSED = "take_back_refused"  # the network did not
    CAME_BACK = "came_back"  # the reply did not reach the customer after all
    WINDOW_CLOSES = "window_closes"  # the owner, or the channel, was reminded that the network soon takes no answer
    WINDOW_CLOSED = "window_closed"  # it takes none any more
    ESCALATED = "escalated"  # an agent asked for a second pair of eyes
    MORE_TIME = "more_time"  # the owner asked to be reminded later
    ADVISED = "advised"  # whoever was asked for help answered the owner
    NOTED = "noted"  # an agent wrote down what colleagues should know of the customer
    NAGGED = "nagged"  # the owner, or the channel, was reminded
    SNOOZED = "snoozed"  # an agent let it rest, with a reason
    WOKEN = "woken"  # the snooze was over, or an agent ended it
    PROMISED = "promised"  # a reply promised by when we come back
    PROMISE_KEPT = "promise_kept"  # we did in time
    PROMISE_BROKEN = "promise_broken"  # we did not
    PROMISE_CANCELLED = "promise_cancelled"  # an agent said that it is no longer needed, or closed the thread
    CONTACTED = "contacted"  # an agent answered the customer by phone, mail or at the counter
    CLOSED = "closed"  # ended without a reply
    REOPENED = "reopened"  # a close was undone
    OUTCOME = "outcome"  # an agent said how it ended
    ASKED = "asked"  # an agent asked the customer whether our answer helped
    SCORED = "scored"  # the customer said how much it did
    LIKED = "liked"  # an agent had our account like what the customer wrote
    LIKE_REFUSED = "like_refused"  # the network did not take that
    HIDDEN = "hidden"  # an agent had our account hide what the customer wrote, and said why
    UNHIDDEN = "unhidden"  # an agent took that back
    HIDE_REFUSED = "hide_refused"  # the network did not hide it
    UNHIDE_REFUSED = "unhide_refused"  # the network did not show it again
    NOT_URGENT = "not_urgent"  # an agent said that the signals of a last resort are none
    HEARD = "heard"  # an agent said that what only thanked us needs an answer
    RETARGETED = "retargeted"  # a colleague changed the desk's targets or hours, also for those who waited
    LABELLED = "labelled"  # an agent said what it is about
    UNLABELLED = "unlabelled"  # an agent took that back
    JOINED_INCIDENT = "joined_incident"  # it was put into an incident
    LEFT_INCIDENT = "left_incident"  # an agent took it out again, or said that it does not belong there
    MUTED = "muted"  # an agent said that what this author writes makes no cards
    UNMUTED = "unmuted"  # an agent ended that
    LANGUAGE = "language"  # an agent said which language the customer writes
    TICKET = "ticket"  # an agent opened a ticket in the CRM
    JOINED = "joined"  # an agent said that the customer is the same person as in another thread
    UNJOINED = "unjoined"  # an agent took that back
    TOLD_APART = "told_apart"  # an agent said that the customer is not the person of another thread
    MERGED = "merged"  # an agent put one thread of the customer into another
    SPLIT = "split"  # an agent undid that
    EDITED = "edited"  # the customer changed a post
    WITHDRAWN = "withdrawn"  # the customer deleted a post
    RESTORED = "restored"  # a post that was gone can be seen again
    ERASED = "erased"  # the customer asked to be forgotten


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a thread's timeline; never changed and never removed."""

    thread_id: int
    at: datetime
    kind: EventKind
    actor: str
    via: str
    data: dict[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Escalation:
    """A request for a second pair of eyes, open until a colleague takes over the thread or it is answered."""

    id: int
    thread_id: int
    target: str
    channel: str
    why: str
    by: str
    at: datetime
    taken_by: str | None = None
    taken_at: datetime | None = None
    due_at: datetime | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None

    @property
    def of_a_lead(self) -> bool:
        """Whether it asks one person, and not a team."""
        return self.target == self.channel


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent as Slack knows them. `locale` is Slack's notation, such as nl-NL."""

    id: str
    name: str
    locale: str
    standing: Standing = Standing.MEMBER
    status_emoji: str = ""  # of the status that they have set, as ":palm_tree:"; "" for none
    status_until: datetime | None = None  # None: until they change it
