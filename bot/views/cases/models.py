"""The read models of a thread: its line in a list, its card, and everything built from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from bot.domain.cases.conversation import Escalation, Event, EventKind, Post, Reply, ReplyState
from bot.domain.cases.mention import ReferenceKind
from bot.domain.cases.mute import Mute
from bot.domain.cases.search import Excerpt, Place
from bot.domain.cases.thread import State, Thread
from bot.domain.clock.pauses import Pause
from bot.domain.clock.promises import Promise
from bot.domain.clock.resolution import Resolution
from bot.domain.clock.why import Part
from bot.domain.customers.customer import Customer
from bot.domain.customers.joining import Suggestion, ToldApart
from bot.domain.customers.last_resort import Signal
from bot.domain.customers.reference_numbers import Number
from bot.domain.desk.roster import OnCall
from bot.domain.incidents.incident import Membership
from bot.domain.replies.mandate import Approval
from bot.views.customers.models import InCrm, Ticket
from bot.views.desk.models import Reached


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A thread as it stands at `at`, with what one line of a list shows of it.

    `newest` is the customer's newest post that is not deleted. `reply` is the latest one that was not cancelled.
    `earlier` is the latest one that arrived, if `reply` did not. `network_name` is such as "X". `permalink` opens the
    card in Slack, if it is there. `closed_by` is the Slack id of the agent who closed the thread. `counted` is how
    much time counted until the customer had the answer that they have now. `pause` is the snooze that goes on,
    `promise` the open promise that is due first, and `promised_on` the customer's post that was answered with it.
    `labels` say what it is about, the first one that was set first.
    """

    thread: Thread
    at: datetime
    newest: Post | None
    reply: Reply | None
    earlier: Reply | None
    network_name: str
    permalink: str | None
    closed_by: str | None
    counted: timedelta | None = None
    pause: Pause | None = None
    promise: Promise | None = None
    promised_on: Post | None = None
    labels: tuple[str, ...] = ()

    @property
    def answer(self) -> Reply | None:
        """The latest reply that reached the customer."""
        return self.reply if self.reply and self.reply.state is ReplyState.SENT else self.earlier


@dataclass(frozen=True, slots=True)
class AlsoOpen:
    """Another thread of the same customer, at the same desk, in which they wait. `permalink` is as in CaseRow."""

    number: int
    owner: str | None
    answering: bool  # a reply to it is on its way
    permalink: str | None


@dataclass(frozen=True, slots=True)
class Referred:
    """A post that a customer's post answers or quotes.

    `whose` is "ours", "their own", or "another's", whose handle is `handle` where it is known. `gone` says that it
    cannot be seen.
    """

    kind: ReferenceKind
    whose: Literal["ours", "their own", "another's"]
    handle: str
    text: str
    url: str
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Card(CaseRow):
    """The same thread with what its whole card shows.

    `posts` are the newest ones, oldest first; `customer_posts` counts everything the customer wrote. `handle` names the
    account that answers ("acme"); `account_url` is where its own posts can be seen. `unreached` are those who were
    asked for help and take nothing in Slack now, with Slack's reason.
    """

    posts: tuple[Post, ...]
    customer_posts: int
    escalations: tuple[Escalation, ...]
    handle: str
    account_url: str | None
    unreached: Mapping[str, str] = field(default_factory=dict)
    also_open: tuple[AlsoOpen, ...] = ()
    open_beyond: int = 0  # other open threads of the customer than those
    contacts_this_month: int = 0  # the customer's threads at the desk up to this one
    earlier_contacts: int = 0  # those before this one
    merged: tuple[int, ...] = ()  # the threads that go on in this one
    merged_for_good: frozenset[int] = frozenset()  # those of them that can't be taken out any more
    into_link: str | None = None  # the card of the thread that this one was merged into
    references: Mapping[int, tuple[Referred, ...]] = field(default_factory=dict)  # by the post that refers to them
    mute: Mute | None = None  # of the thread's author, looked up for a closed thread alone
    resolution: Resolution | None = None  # its case, where the desk has a target for that
    desk_labels: tuple[str, ...] = ()  # that can be set at the desk
    numbers: tuple[Number, ...] = ()  # that the customer gave in it, in the order in which they came
    has_crm: bool = False
    in_crm: InCrm | None = None
    same_person: str | None = None  # the handle of who is most probably the same person
    approval: Approval | None = None  # of `reply`, if that awaits a colleague's or was returned
    reasons: tuple[str, ...] = ()  # the desk's own, for which no reply is needed
    incident: Membership | None = None  # the one that it belongs to, or that is suggested
    outcomes: tuple[str, ...] = ()  # the desk's own ways in which a thread ends
    may_ask: bool = False  # the customer can be asked whether an answer helped
    other_desks: bool = False  # there are some that the thread can be moved to
    can_like: bool = False  # our account can like what the customer wrote
    can_take_back: bool = False  # its last answer can be deleted on the network

    @property
    def signals(self) -> frozenset[Signal]:
        """Why the customer needs somebody soon, as what waits for an answer says it."""
        return frozenset(signal for post in self.posts if post.inbound for signal in post.urgent)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPage:
    """A page of what is known of a customer at the desks in sight.

    `threads` are those of this page, newest first, of `total`; `page` counts from 0. `owing` are those in which
    something is promised, nearest first. `agents` are who answered, most first, with in how many threads.
    `notes` are the newest, newest first. `networks` is what people call the networks of the identities, such as "X".
    `suggestions` are customers who may be the same person, `told_apart` those who are not, as agents said.
    """

    customer: Customer
    at: datetime
    threads: tuple[CaseRow, ...]
    total: int
    page: int
    pages: int
    owing: tuple[CaseRow, ...]
    agents: tuple[tuple[str, int], ...]
    notes: tuple[Event, ...]
    networks: Mapping[str, str]
    suggestions: tuple[Suggestion, ...] = ()
    told_apart: tuple[ToldApart, ...] = ()
    has_crm: bool = False
    in_crm: InCrm | None = None  # None if it was not asked
    ticket: Ticket | None = None
    ticket_about: int = 0  # the thread with the newest words


@dataclass(frozen=True, slots=True)
class Found:
    """A thread in which something was found: in what, and how it stands there and since when, if it is in words."""

    case: CaseRow
    place: Place
    excerpt: Excerpt | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page of what a search found, most relevant first; `page` counts from 0. `words` are those that were typed."""

    words: str
    found: tuple[Found, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What the customer added to a thread that colleagues dealt with, oldest first."""

    case: CaseRow
    posts: tuple[Post, ...]
    reached: Reached

    @property
    def standing(self) -> tuple[Post, ...]:
        return tuple(post for post in self.posts if post.deleted_at is None)

    @property
    def open(self) -> bool:
        """Whether the customer still waits for an answer to any of it."""
        waiting = self.case.thread.state is State.WAITING
        return waiting and any(post.answered_by is None for post in self.standing)


@dataclass(frozen=True, slots=True)
class Rested:
    """A thread whose snooze was over, and that snooze; None once it was deleted."""

    card: Card
    pause: Pause | None
    reached: Reached


@dataclass(frozen=True, slots=True)
class Promised:
    """A thread with one of its promises, None once that was deleted. `leads` are the names of the desk's leads, by id.

    `reached` is about the owner and whoever made the promise.
    """

    card: Card
    promise: Promise | None
    leads: Mapping[str, str]
    reached: Reached = field(default_factory=Reached)


@dataclass(frozen=True, slots=True)
class Seen:
    """What an agent saw when they opened the reply modal: the newest inbound post and the newest sent reply, by id.

    `elsewhere` are the same two in the customer's other threads; None in a modal from before those were looked at. The
    send-time check compares all this with the present.
    """

    post_id: int
    reply_id: int
    at: datetime
    elsewhere: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a colleague said with an event of this code. `words` is None once the customer was erased."""

    code: EventKind
    people: Mapping[str, str]
    words: str | None


@dataclass(frozen=True, slots=True)
class History:
    """A whole thread: all its posts and its timeline, and the same customer's other threads, newest first."""

    card: Card
    posts: tuple[Post, ...]
    events: tuple[Event, ...]
    others: tuple[CaseRow, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """A thread's clock: each of its waits and what was between, oldest first.

    `changes` are the lines of the timeline that say who changed the settings or the labels while the customer waited,
    or that they have an answer no more; `promises` were made in the thread.
    """

    card: Card
    parts: tuple[Part, ...]
    changes: tuple[Event, ...] = ()
    promises: tuple[Promise, ...] = ()


@dataclass(frozen=True, slots=True)
class Workload:
    """How many threads an agent has open, and how many of these are late."""

    agent: str
    open: int
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cockpit:
    """A desk as one agent needs it: what is theirs, what else waits, and the figures of all that waits.

    `soon` are due within 15 minutes. `workloads` is filled for leads alone, the largest first; None for all others.
    `desk` is the desk's key. `on_call` is None where there is no roster.
    """

    desk: str
    own: Overview
    waiting: Overview
    late: int = 0
    soon: int = 0
    unclaimed: int = 0
    workloads: tuple[Workload, ...] | None = None
    on_call: OnCall | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """Waiting threads of a desk or of one agent, by deadline: the first of them, and their total number.

    In `resting` of one agent's nobody waits: they are answered, and something was promised or they are snoozed.
    """

    desk: str
    threads: tuple[CaseRow, ...]
    total: int
    at: datetime
    resting: int = 0
