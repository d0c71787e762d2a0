"""What can happen to a thread, and what it then is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.clock.targets import Deadline, Nagged, ResponseTargets, deadline
from bot.domain.common.errors import Refused


class State(StrEnum):
    """WAITING: the customer waits for us. ANSWERED: nothing is unanswered. CLOSED: ended without a reply."""

    WAITING = "waiting"
    ANSWERED = "answered"
    CLOSED = "closed"


class Action(StrEnum):
    RECEIVE = "receive"
    WITHDRAW = "withdraw"
    CLAIM = "claim"
    RELEASE = "release"
    HAND_OVER = "hand_over"
    TAKE_OVER = "take_over"
    REPLY = "reply"
    SENT = "sent"
    ESCALATE = "escalate"
    CLOSE = "close"
    REOPEN = "reopen"


ALLOWED: dict[State, frozenset[Action]] = {
    State.WAITING: frozenset(Action) - {Action.REOPEN},
    State.ANSWERED: frozenset(Action) - {Action.CLAIM, Action.CLOSE, Action.REOPEN},
    # A reply that was on its way when somebody closed the thread still arrives: SENT is a fact, not a wish.
    State.CLOSED: frozenset({Action.RECEIVE, Action.WITHDRAW, Action.SENT, Action.REOPEN}),
}


@dataclass(frozen=True, slots=True)
class Thread:
    """One customer, one subject, one network, one card. Every field is a column of the same name.

    `waiting_since` is the time of the oldest unanswered customer message, `pending_reply_id` the reply on its way to
    the network, `nag_level` how far this wait's reminders have come. Target lengths are seconds.
    """

    id: int
    desk: str
    account: str
    conversation: str
    customer_id: str
    customer_handle: str
    customer_name: str
    customer_followers: int | None
    language: str | None
    received_at: datetime
    first_target: int
    next_target: int
    warn_share: float
    state: State = State.WAITING
    owner: str | None = None
    owner_since: datetime | None = None
    escalated: bool = False
    waiting_since: datetime | None = None
    first_response_at: datetime | None = None
    due_at: datetime | None = None
    next_nag_at: datetime | None = None
    nag_level: Nagged = Nagged.NOT_YET
    reply_blocked_reason: str | None = None
    pending_reply_id: int | None = None
    close_reason: str | None = None
    erased_at: datetime | None = None

    @property
    def targets(self) -> ResponseTargets:
        return ResponseTargets(
            timedelta(seconds=self.first_target), timedelta(seconds=self.next_target), self.warn_share
        )

    @property
    def deadline(self) -> Deadline | None:
        """This wait's deadline; None when nobody waits."""
        if self.waiting_since is None:
            return None
        return deadline(
            self.targets, waiting_since=self.waiting_since, answered_before=self.first_response_at is not None
        )

    def allows(self, action: Action) -> bool:
        return self.erased_at is None and action in ALLOWED[self.state]


def require(thread: Thread, action: Action) -> None:
    """Raises Refused("closed", "answered", "waiting" or "erased") when the thread does not allow the action."""
    if not thread.allows(action):
        code = "erased" if thread.erased_at else thread.state.value
        raise Refused(code, thread=thread.id, owner=thread.owner, reason=thread.close_reason, action=action.value)


def receive(thread: Thread, posted_at: datetime) -> Thread:
    """The customer wrote: they wait, from their oldest unanswered message on. A closed thread opens again."""
    if thread.waiting_since is not None:
        return _clocked(replace(thread, waiting_since=min(thread.waiting_since, posted_at)))
    return _waiting(thread, posted_at)


def withdraw(thread: Thread, oldest_unanswered: datetime | None) -> Thread:
    """The customer deleted a message: the clock follows what is left, and stops when nothing is."""
    if thread.waiting_since is None:
        return thread
    if oldest_unanswered is not None:
        moved = oldest_unanswered != thread.waiting_since
        # Reminders of the earlier deadline say nothing about the later one.
        nagged = Nagged.NOT_YET if moved else thread.nag_level
        return _clocked(replace(thread, waiting_since=oldest_unanswered, nag_level=nagged))
    return _still(thread, State.CLOSED if thread.first_response_at is None else State.ANSWERED)


def claim(thread: Thread, agent: str, at: datetime) -> Thread:
    """Raises Refused("taken") when somebody owns it already, "yours" when that is the agent."""
    require(thread, Action.CLAIM)
    if thread.owner is not None:
        code = "yours" if thread.owner == agent else "taken"
        raise Refused(code, thread=thread.id, owner=thread.owner, since=thread.owner_since)
    return _owned(thread, agent, at)


def release(thread: Thread, agent: str) -> Thread:
    require(thread, Action.RELEASE)
    _require_owner(thread, agent)
    return replace(thread, owner=None, owner_since=None)


def hand_over(thread: Thread, agent: str, to: str, at: datetime) -> Thread:
    require(thread, Action.HAND_OVER)
    _require_owner(thread, agent)
    if to == agent:
        raise Refused("yours", thread=thread.id, owner=agent, since=thread.owner_since)
    return _owned(thread, to, at)


def take_over(thread: Thread, agent: str, at: datetime) -> Thread:
    """Take a thread from its owner, or claim it when it has none; whoever does meets its escalation."""
    require(thread, Action.TAKE_OVER)
    if thread.owner == agent:
        raise Refused("yours", thread=thread.id, owner=agent, since=thread.owner_since)
    return replace(_owned(thread, agent, at), escalated=False)


def require_reply(thread: Thread, agent: str) -> None:
    """Raises Refused when this agent may not answer now."""
    require(thread, Action.REPLY)
    if thread.reply_blocked_reason is not None:
        raise Refused("network_refuses", thread=thread.id, reason=thread.reply_blocked_reason)
    if thread.pending_reply_id is not None:
        raise Refused("reply_on_its_way", thread=thread.id)
    if thread.owner not in (None, agent):
        raise Refused("taken", thread=thread.id, owner=thread.owner, since=thread.owner_since)


def reply(thread: Thread, reply_id: int, agent: str, at: datetime) -> Thread:
    """A reply is on its way; an unowned thread is now its author's. Reminders rest until it has arrived or failed.

    Raises Refused("taken") when a colleague owns the thread: who wants to answer it takes it over first.
    """
    require_reply(thread, agent)
    owned = thread if thread.owner is not None else _owned(thread, agent, at)
    return _clocked(replace(owned, pending_reply_id=reply_id))


def reply_failed(thread: Thread) -> Thread:
    """Undone, refused or unknown: nothing is on its way any more and the clock's reminders go on."""
    return _clocked(replace(thread, pending_reply_id=None))


def sent(thread: Thread, at: datetime, oldest_unanswered: datetime | None) -> Thread:
    """The reply is public. What the customer wrote after it was written still waits, as a next response."""
    answered = replace(thread, pending_reply_id=None, first_response_at=thread.first_response_at or at)
    if oldest_unanswered is not None:
        return _waiting(answered, oldest_unanswered)
    return _still(answered, State.CLOSED if thread.state is State.CLOSED else State.ANSWERED)


def answered_at(thread: Thread, sent_at: datetime) -> bool:
    """Whether a reply of that time ends the wait that is going on: found late, it may be older than that."""
    return thread.waiting_since is not None and thread.waiting_since <= sent_at


def escalate(thread: Thread) -> Thread:
    """Ask for a second pair of eyes: a flag, so that ownership survives it."""
    require(thread, Action.ESCALATE)
    return replace(thread, escalated=True)


def close(thread: Thread, reason: str) -> Thread:
    require(thread, Action.CLOSE)
    if thread.pending_reply_id is not None:
        raise Refused("reply_on_its_way", thread=thread.id)
    if not reason.strip():
        raise Refused("reason_missing", thread=thread.id)
    return _still(replace(thread, close_reason=reason.strip()), State.CLOSED)


def reopen(thread: Thread, oldest_unanswered: datetime | None) -> Thread:
    """Undo a close: the customer has waited all the time."""
    require(thread, Action.REOPEN)
    again = replace(thread, close_reason=None)
    return _waiting(again, oldest_unanswered) if oldest_unanswered else _still(again, State.ANSWERED)


def erase(thread: Thread, at: datetime) -> Thread:
    """The customer is forgotten: nobody waits for an answer any more, and a later post begins a thread of its own."""
    return replace(
        withdraw(replace(thread, pending_reply_id=None), None),
        conversation=f"erased:{thread.id}",
        customer_id="",
        customer_handle="",
        customer_name="",
        customer_followers=None,
        language=None,
        close_reason=None,
        erased_at=at,
    )


def nagged(thread: Thread, level: Nagged) -> Thread:
    return _clocked(replace(thread, nag_level=level))


def _owned(thread: Thread, agent: str, at: datetime) -> Thread:
    return replace(thread, owner=agent, owner_since=at)


def _require_owner(thread: Thread, agent: str) -> None:
    if thread.owner is None:
        raise Refused("unowned", thread=thread.id)
    if thread.owner != agent:
        raise Refused("not_yours", thread=thread.id, owner=thread.owner, since=thread.owner_since)


def _waiting(thread: Thread, since: datetime) -> Thread:
    return _clocked(
        replace(thread, state=State.WAITING, waiting_since=since, nag_level=Nagged.NOT_YET, close_reason=None)
    )


def _still(thread: Thread, state: State) -> Thread:
    return _clocked(replace(thread, state=state, waiting_since=None, nag_level=Nagged.NOT_YET, escalated=False))


def _clocked(thread: Thread) -> Thread:
    """Deadline and next reminder follow from the rest; a reply on its way rests the reminders."""
    line = thread.deadline
    if line is None:
        return replace(thread, due_at=None, next_nag_at=None)
    resting = thread.pending_reply_id is not None
    return replace(thread, due_at=line.due_at, next_nag_at=None if resting else line.nag_after(thread.nag_level))
