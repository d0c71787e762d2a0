"""The life of a thread: which action each state allows, and what the thread becomes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.clock.calendar import AROUND_THE_CLOCK, Calendar, after, counted, left
from bot.domain.clock.ladder import LEADS, OWNER, Moment, moments
from bot.domain.clock.pauses import given_back
from bot.domain.clock.targets import Deadline, NagLevel, ResponseKind, ResponseTargets, deadline
from bot.domain.clock.waits import Wait
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.common.plain import visible


class State(StrEnum):
    """WAITING: the customer waits for us. ANSWERED: every post has an answer. CLOSED: ended without a reply."""

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
    MOVE = "move"
    REPLY = "reply"
    SENT = "sent"
    ESCALATE = "escalate"
    CLOSE = "close"
    REOPEN = "reopen"
    HEAR = "hear"
    SNOOZE = "snooze"
    LABEL = "label"
    JOIN = "join"
    RESOLVE = "resolve"


ALLOWED: dict[State, frozenset[Action]] = {
    State.WAITING: frozenset(Action) - {Action.REOPEN, Action.HEAR, Action.RESOLVE},
    State.ANSWERED: frozenset(Action) - {Action.CLAIM, Action.CLOSE, Action.REOPEN},
    # A reply that was on its way when the thread was closed still arrives, so SENT stays allowed.
    State.CLOSED: frozenset(
        {
            Action.RECEIVE,
            Action.WITHDRAW,
            Action.SENT,
            Action.REOPEN,
            Action.HEAR,
            Action.LABEL,
            Action.JOIN,
            Action.RESOLVE,
        }
    ),
}


WRITING_FOR = timedelta(minutes=15)
"""For so long an open reply form is believed: Slack does not always tell that one was closed."""


@dataclass(frozen=True, slots=True)
class Thread:
    """One customer, one subject, one account, one card. Every field is a column of the same name, but `calendar`.

    `author_id` is the network's number of who wrote to us, `customer_id` our own of the person behind it; None once
    they were erased.

    `waiting_since` is the time of the oldest unanswered customer post. `pending_reply_id` is the reply on its way to
    the network; until `nags_rest_until` it rests the reminders. If a colleague has to look at it first, it awaits that
    since `approval_since`, and the reminders go on. Target lengths are in seconds.

    Of the reminders of this wait, `nag_level` is the last one, `nag_step` the number of moments of the `ladder` that
    were reached. `nag_to` is the owner whom the last one was for ("" for the channel), or who claimed the thread since;
    None where it was for others. `nag_asked` is the owner who was asked in Slack whether they keep it. `alive_at` is
    when an owner last did something about the thread that left no line in its timeline. `leads_told` says that the
    leads know that it is late.

    `merged_into` is the number of the thread that goes on with this one, since `merged_at`.
    `wait_kind` is the ResponseKind of the present wait if a merge brought it along; else it follows from
    `first_response_at`. `first_rule` and `next_rule` name the rules that the two targets are by, if not the desk's own.
    `paused` is how many seconds its pauses give back to the present wait; while it is snoozed, as if the pause lasted
    until `snoozed_until`. `promised_for` is when the nearest open promise to the customer is due. `writing` is who
    opened the reply form last and has it open still, as far as is known. `incident_id` is the incident that it was last
    put into, or that is suggested for it.
    `outcome` is how it ended, until the customer writes again; `score` is what they said last of whether our answer
    helped, 1 to 5. What is `private` nobody but its customer and we can read, answers included.
    """

    id: int
    desk: str
    account: str
    conversation: str
    author_id: str
    customer_id: int | None
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
    nag_level: NagLevel = NagLevel.NOT_YET
    nag_step: int = 0
    nag_to: str | None = None
    nag_asked: str | None = None
    alive_at: datetime | None = None
    leads_told: bool = False
    ladder: str = ""
    reply_blocked_reason: str | None = None
    pending_reply_id: int | None = None
    nags_rest_until: datetime | None = None
    approval_since: datetime | None = None
    close_reason: str | None = None
    erased_at: datetime | None = None
    merged_into: int | None = None
    merged_at: datetime | None = None
    wait_kind: str | None = None
    first_rule: str | None = None
    next_rule: str | None = None
    paused: float = 0
    snoozed_until: datetime | None = None
    promised_for: datetime | None = None
    resolution_target: int | None = None
    incident_id: int | None = None
    writing: str | None = None
    writing_since: datetime | None = None
    outcome: str | None = None
    outcome_at: datetime | None = None
    score: int | None = None
    private: bool = False
    calendar: Calendar = AROUND_THE_CLOCK

    @property
    def customer_label(self) -> str:
        """What to call the customer: their name, or their @handle if nothing of the name can be seen."""
        return visible(self.customer_name) or f"@{self.customer_handle}"

    @property
    def targets(self) -> ResponseTargets:
        return ResponseTargets(
            timedelta(seconds=self.first_target),
            timedelta(seconds=self.next_target),
            self.warn_share,
            self.calendar,
            self.first_rule,
            self.next_rule,
            None if self.resolution_target is None else timedelta(seconds=self.resolution_target),
            self.ladder,
        )

    def left(self, at: datetime) -> timedelta | None:
        """Return how much counted time is left to answer, negative once it is late; None if nobody waits.

        It stays the same while the thread is snoozed.
        """
        return None if self.due_at is None else left(self.calendar, self._stands_at(at), self.due_at)

    def level(self, at: datetime) -> NagLevel | None:
        """Return how near the deadline is at `at`; None if nobody waits."""
        line = self.deadline
        return None if line is None else line.level(self._stands_at(at))

    def _stands_at(self, at: datetime) -> datetime:
        """Return when the clock reads as it does at `at`: while it is snoozed, at the end of that."""
        return at if self.snoozed_until is None else max(at, self.snoozed_until)

    @property
    def is_being_answered(self) -> bool:
        """Whether a reply is on its way that no colleague has to look at any more."""
        return self.pending_reply_id is not None and self.approval_since is None

    @property
    def deadline(self) -> Deadline | None:
        """The deadline of the current wait; None if the customer is not waiting."""
        if self.waiting_since is None:
            return None
        return deadline(
            self.targets,
            waiting_since=after(self.calendar, self.waiting_since, timedelta(seconds=self.paused)),
            answered_before=self.response_kind is ResponseKind.NEXT,
        )

    @property
    def moments(self) -> tuple[Moment, ...]:
        """When reminders fall due in the present wait, and for whom."""
        return moments(self.ladder, self.warn_share, self.targets.of(self.response_kind))

    @property
    def nag_is_for_another(self) -> bool:
        """Whether the last reminder was for somebody who no longer owns the thread."""
        return self.nag_to not in (None, self.owner or "")

    @property
    def owner_was_asked(self) -> bool:
        """Whether the present owner was asked in this wait to keep the thread or let go."""
        return self.owner is not None and self.nag_asked == self.owner

    def reached(self, at: datetime) -> int:
        """Return how many moments of the ladder are reached at `at`. None is taken back when a clock goes back."""
        found = self.nag_step
        while (next_at := _moment_at(self, found)) is not None and next_at <= at:
            found += 1
        return found

    @property
    def response_kind(self) -> ResponseKind:
        """Which target holds for the present wait, or for the next one."""
        if self.wait_kind is not None:
            return ResponseKind(self.wait_kind)
        return ResponseKind.FIRST if self.first_response_at is None else ResponseKind.NEXT

    def writer(self, at: datetime) -> str | None:
        """Return who writes an answer; None if nobody does, or began so long ago that Slack may have lost the form."""
        if self.writing_since is None or at - self.writing_since >= WRITING_FOR:
            return None
        return self.writing

    def allows(self, action: Action) -> bool:
        return self.erased_at is None and self.merged_into is None and action in ALLOWED[self.state]


def require(thread: Thread, action: Action) -> None:
    """Raise Refused("closed", "answered", "waiting" or "erased") if the thread does not allow the action."""
    if thread.merged_into is not None and not thread.erased_at:
        raise Refused(RefusalCode.MERGED, thread=thread.id, into=thread.merged_into)
    if not thread.allows(action):
        code = RefusalCode.ERASED if thread.erased_at else RefusalCode(thread.state)
        raise Refused(code, thread=thread.id, owner=thread.owner, reason=thread.close_reason, action=action.value)


def receive(thread: Thread, posted_at: datetime) -> Thread:
    """Start the customer's wait, or extend it back to their oldest unanswered post. Reopens a closed thread."""
    if thread.waiting_since is not None:
        return clocked(replace(thread, waiting_since=min(thread.waiting_since, posted_at)))
    return _waiting(thread, posted_at)


def agree(thread: Thread, targets: ResponseTargets) -> Thread:
    """Let these targets hold for a thread in which nobody waits; what a customer waits for is not changed."""
    if thread.waiting_since is not None:
        return thread
    return replace(
        thread,
        first_target=round(targets.first_response.total_seconds()),
        next_target=round(targets.next_response.total_seconds()),
        warn_share=targets.warn_share,
        calendar=targets.calendar,
        first_rule=targets.first_rule,
        next_rule=targets.next_rule,
        resolution_target=None if targets.resolution is None else round(targets.resolution.total_seconds()),
        ladder=targets.ladder,
    )


def with_next(thread: Thread, targets: ResponseTargets) -> Thread:
    """Let this target hold for a next response, which nobody waits for yet."""
    return replace(thread, next_target=round(targets.next_response.total_seconds()), next_rule=targets.next_rule)


def follows_up(thread: Thread) -> bool:
    """Tell whether what the customer writes now continues something that colleagues dealt with.

    If it only adds to a mention that nobody has touched, its card still stands there as new.
    """
    dealt_with = thread.owner is not None or thread.first_response_at is not None or thread.snoozed_until is not None
    return dealt_with or thread.state is State.CLOSED


def had_last_word(thread: Thread) -> bool:
    """Tell whether we had the last word, so that a mere thank-you needs no answer."""
    return thread.waiting_since is None and thread.first_response_at is not None


def hear(thread: Thread, oldest_unanswered: datetime | None) -> Thread:
    """Let the customer wait for an answer to what only thanked us, since they wrote it.

    Raises Refused("waiting") if they wait already, and "answered" or "closed" if there is no such message.
    """
    require(thread, Action.HEAR)
    if oldest_unanswered is None:
        raise Refused(RefusalCode(thread.state), thread=thread.id, owner=thread.owner, reason=thread.close_reason)
    return _waiting(thread, oldest_unanswered)


def withdraw(thread: Thread, oldest_unanswered: datetime | None) -> Thread:
    """Take back a post that the customer deleted.

    The wait then starts at `oldest_unanswered`, or ends if that is None.
    """
    if thread.waiting_since is None:
        return thread
    if oldest_unanswered is not None:
        # Reminders for the earlier deadline do not count for the later one.
        kept = thread if oldest_unanswered == thread.waiting_since else _unreminded(thread)
        return clocked(replace(kept, waiting_since=oldest_unanswered))
    return settled(thread, State.CLOSED if thread.first_response_at is None else State.ANSWERED)


def restore(thread: Thread, oldest_unanswered: datetime | None, *, escalated: bool) -> Thread:
    """Undo a withdrawal, because the post can be seen again: the wait goes on from where it was."""
    if oldest_unanswered is None:
        return thread
    if thread.waiting_since is not None:
        return clocked(replace(thread, waiting_since=oldest_unanswered))
    return _waiting(replace(thread, escalated=escalated), oldest_unanswered)


def claim(thread: Thread, agent: str, at: datetime) -> Thread:
    """Make the agent the owner. Raises Refused("taken") if a colleague owns the thread, "yours" if they do."""
    require(thread, Action.CLAIM)
    if thread.owner is not None:
        code = RefusalCode.YOURS if thread.owner == agent else RefusalCode.TAKEN
        details = {"owner": thread.owner, "since": thread.owner_since, "action": Action.CLAIM.value}
        raise Refused(code, thread=thread.id, **details)
    return _knowing(_owned(thread, agent, at))


def release(thread: Thread, agent: str) -> Thread:
    require(thread, Action.RELEASE)
    _require_owner(thread, agent)
    return clocked(replace(thread, owner=None, owner_since=None))


def let_go(thread: Thread) -> Thread:
    """Give a thread back to the team whose owner did not answer whether they keep it."""
    return clocked(replace(thread, owner=None, owner_since=None, nag_asked=None))


def hand_over(thread: Thread, agent: str, to: str, at: datetime, *, leads: bool = False) -> Thread:
    """Give the thread to a colleague; who `leads` the desk also gives away what is not theirs."""
    require(thread, Action.HAND_OVER)
    if not leads:
        _require_owner(thread, agent)
    if to == thread.owner:
        raise Refused(RefusalCode.YOURS, thread=thread.id, owner=to, since=thread.owner_since)
    return clocked(_owned(thread, to, at))


def take_over(thread: Thread, agent: str, at: datetime, *, still_asked: bool = False) -> Thread:
    """Take a thread from its owner, or claim it if it has none.

    `still_asked` says whether a request for a second pair of eyes stays open.
    """
    require(thread, Action.TAKE_OVER)
    if thread.owner == agent:
        raise Refused(RefusalCode.YOURS, thread=thread.id, owner=agent, since=thread.owner_since)
    taken = replace(_owned(thread, agent, at), escalated=still_asked)
    return clocked(taken if thread.owner is not None else _knowing(taken))


def require_reply(thread: Thread, agent: str) -> None:
    """Raise Refused if this agent may not answer now."""
    require(thread, Action.REPLY)
    if thread.reply_blocked_reason is not None:
        raise Refused(RefusalCode.NETWORK_REFUSES, thread=thread.id, reason=thread.reply_blocked_reason)
    require_no_reply(thread)
    if thread.owner not in (None, agent):
        raise Refused(RefusalCode.TAKEN, thread=thread.id, owner=thread.owner, since=thread.owner_since)


def move(thread: Thread, desk: str, ladder: str) -> Thread:
    """Give the thread to another desk, where nobody owns it yet, and which reminds by a ladder of its own.

    Its clock goes on as it was agreed. Nobody there was asked for help with it, and it belongs to no incident there.

    Raises Refused: "closed", "merged", "erased", "same_desk", "reply_on_its_way", "awaits_approval".
    """
    require(thread, Action.MOVE)
    require_no_reply(thread)
    if thread.desk == desk:
        raise Refused(RefusalCode.SAME_DESK, thread=thread.id)
    elsewhere = replace(thread, desk=desk, ladder=ladder, escalated=False, incident_id=None)
    return clocked(replace(elsewhere, owner=None, owner_since=None, nag_to=None, nag_asked=None))


def may_be_moved(thread: Thread, desk: str) -> bool:
    """Tell whether it may be given to that desk now."""
    try:
        move(thread, desk, thread.ladder)
    except Refused:
        return False
    return True


def require_no_reply(thread: Thread) -> None:
    """Raise Refused("reply_on_its_way" or "awaits_approval") if a reply was written and is not settled."""
    if thread.approval_since is not None:
        raise Refused(RefusalCode.AWAITS_APPROVAL, thread=thread.id, since=thread.approval_since)
    if thread.pending_reply_id is not None:
        raise Refused(RefusalCode.REPLY_ON_ITS_WAY, thread=thread.id)


def reply(thread: Thread, reply_id: int, agent: str, at: datetime, rests_until: datetime) -> Thread:
    """Record that a reply is on its way and rest the reminders for a while; an unowned thread becomes its author's.

    Raises Refused("taken") if a colleague owns the thread: the author must take it over first.
    """
    require_reply(thread, agent)
    owned = thread if thread.owner is not None else _knowing(_owned(thread, agent, at))
    owned = stops_writing(owned, agent)
    return clocked(replace(owned, pending_reply_id=reply_id, nags_rest_until=rests_until))


def goes_on(thread: Thread, reply_id: int, rests_until: datetime) -> Thread:
    """Record that the rest of a reply is on its way: a part may turn up that nobody knew the outcome of any more."""
    return clocked(replace(thread, pending_reply_id=reply_id, nags_rest_until=rests_until))


def await_approval(thread: Thread, reply_id: int, agent: str, at: datetime) -> Thread:
    """Record that a colleague has to look at a reply first; the clock and the reminders go on. Raises like `reply`."""
    return clocked(replace(reply(thread, reply_id, agent, at, at), nags_rest_until=None, approval_since=at))


def approved(thread: Thread, rests_until: datetime) -> Thread:
    """Record that the reply which a colleague had to look at is on its way."""
    return clocked(replace(thread, approval_since=None, nags_rest_until=rests_until))


def writes(thread: Thread, agent: str, at: datetime) -> Thread:
    """Record that the agent has the reply form open."""
    return replace(thread, writing=agent, writing_since=at)


def stops_writing(thread: Thread, agent: str) -> Thread:
    """Record that the agent has no reply form open any more."""
    return replace(thread, writing=None, writing_since=None) if thread.writing == agent else thread


def reply_failed(thread: Thread) -> Thread:
    """Record that no answer is on its way after all (cancelled, rejected or unknown) and resume the reminders."""
    return clocked(replace(thread, pending_reply_id=None, nags_rest_until=None))


def unanswered(thread: Thread, wait: Wait, since: datetime, first: datetime | None, rests_until: datetime) -> Thread:
    """Let the customer go on waiting, because they have our answer no more: as was agreed for that wait.

    `since` is when they wrote what has no answer, `first` when they had their first answer of those that they still
    have. The reminders rest for a moment, so that whoever is told can act.
    """
    again = as_agreed_for(_waiting(replace(thread, first_response_at=first), since), wait)
    again = with_paused(again, given_back(wait.pauses, wait.calendar, since))
    rests_until = max(rests_until, thread.nags_rest_until or rests_until)
    return clocked(replace(again, nags_rest_until=rests_until))


def sent(thread: Thread, at: datetime, oldest_unanswered: datetime | None) -> Thread:
    """Record that the reply is public. If a later post is still unanswered, a next-response wait begins there."""
    first = thread.first_response_at or at
    answered = replace(thread, pending_reply_id=None, nags_rest_until=None, first_response_at=first)
    if oldest_unanswered is not None:
        return _waiting(answered, oldest_unanswered)
    return settled(answered, State.CLOSED if thread.state is State.CLOSED else State.ANSWERED)


def answered_outside(thread: Thread, at: datetime, oldest_unanswered: datetime | None) -> Thread:
    """Record an answer that was given on the network itself. A reply of ours that is on its way stays so."""
    if oldest_unanswered is not None and oldest_unanswered == thread.waiting_since:
        return thread  # it is older than what the customer waits for
    answered = sent(thread, at, oldest_unanswered)
    return clocked(
        replace(
            answered,
            pending_reply_id=thread.pending_reply_id,
            nags_rest_until=thread.nags_rest_until,
            approval_since=thread.approval_since,
        )
    )


def answered_at(thread: Thread, sent_at: datetime) -> bool:
    """Tell whether a reply sent at that time ends the current wait; a reply found late may predate it."""
    return thread.waiting_since is not None and thread.waiting_since <= sent_at


def require_more_time(thread: Thread, agent: str) -> None:
    """Raise Refused if this agent has no reminder to answer: only an owner whose customer waits does."""
    require(thread, Action.CLAIM)
    _require_owner(thread, agent)


def snooze(thread: Thread, agent: str, at: datetime, until: datetime, reason: str, *, leads: bool = False) -> Thread:
    """Let the thread rest until then, in place of an earlier snooze; who `leads` the desk also snoozes colleagues'.

    Raises Refused: "closed", "erased", "merged", "reply_on_its_way", "taken", "reason_missing".
    """
    require(thread, Action.SNOOZE)
    require_no_reply(thread)
    if thread.owner not in (None, agent) and not leads:
        raise Refused(RefusalCode.TAKEN, thread=thread.id, owner=thread.owner, since=thread.owner_since)
    if not reason.strip():
        raise Refused(RefusalCode.REASON_MISSING, thread=thread.id)
    awake = wake(thread, at)
    return clocked(replace(awake, snoozed_until=until, paused=awake.paused + _pause(awake, at, until)))


def require_snoozed(thread: Thread) -> None:
    """Raise Refused("not_snoozed") if there is nothing to wake."""
    if thread.snoozed_until is None:
        raise Refused(RefusalCode.NOT_SNOOZED, thread=thread.id)


def wake(thread: Thread, at: datetime) -> Thread:
    """End a snooze: its time until then is given back, and the clock goes on with what was left."""
    if thread.snoozed_until is None:
        return thread
    unused = _pause(thread, at, thread.snoozed_until)
    return clocked(replace(thread, snoozed_until=None, paused=max(0.0, thread.paused - unused)))


def with_paused(thread: Thread, paused: timedelta) -> Thread:
    """Let the pauses of the present wait give back this much."""
    return clocked(replace(thread, paused=paused.total_seconds()))


def _pause(thread: Thread, start: datetime, end: datetime) -> float:
    """Return how many seconds would count between these for a customer who waits; 0 if they do not."""
    if thread.waiting_since is None:
        return 0.0
    return counted(thread.calendar, max(start, thread.waiting_since), end).total_seconds()


def escalate(thread: Thread) -> Thread:
    """Flag the thread for a second pair of eyes. The owner stays."""
    require(thread, Action.ESCALATE)
    return replace(thread, escalated=True)


def close(thread: Thread, reason: str) -> Thread:
    require(thread, Action.CLOSE)
    require_no_reply(thread)
    if not reason.strip():
        raise Refused(RefusalCode.REASON_MISSING, thread=thread.id)
    return settled(replace(thread, close_reason=reason.strip()), State.CLOSED)


def contacted(thread: Thread, reason: str, at: datetime) -> Thread:
    """End the customer's wait: an agent answered them by another door than the network."""
    return replace(close(thread, reason), first_response_at=thread.first_response_at or at)


def resolve(thread: Thread, outcome: str | None, at: datetime) -> Thread:
    """Say how a thread ended that needs nobody; None takes that back."""
    require(thread, Action.RESOLVE)
    return replace(thread, outcome=outcome, outcome_at=at if outcome else None)


def reopen(thread: Thread, oldest_unanswered: datetime | None) -> Thread:
    """Undo a close. The wait resumes from where it was, because the customer has been waiting all along."""
    require(thread, Action.REOPEN)
    reopened = replace(thread, close_reason=None, outcome=None, outcome_at=None)
    return _waiting(reopened, oldest_unanswered) if oldest_unanswered else settled(reopened, State.ANSWERED)


def erase(thread: Thread, at: datetime) -> Thread:
    """Forget the customer: the wait ends, and any later post of theirs starts a new thread."""
    return replace(
        withdraw(reply_failed(thread), None),
        conversation=f"erased:{thread.id}",
        author_id="",
        customer_id=None,
        customer_handle="",
        customer_name="",
        customer_followers=None,
        language=None,
        close_reason=None,
        writing=None,
        writing_since=None,
        erased_at=at,
    )


def resume(thread: Thread, oldest_unanswered: datetime | None) -> Thread:
    """Let a thread wait for what is unanswered in it after posts came or went with a split."""
    if oldest_unanswered is not None:
        kept = thread if oldest_unanswered == thread.waiting_since else _unreminded(thread)
        return clocked(replace(kept, state=State.WAITING, waiting_since=oldest_unanswered))
    return settled(thread, State.CLOSED if thread.first_response_at is None else State.ANSWERED)


def as_agreed_for(thread: Thread, wait: Wait) -> Thread:
    """Let the target and the calendar of this wait hold again, after a merge had brought others."""
    seconds = round(wait.target.total_seconds())
    first = wait.response_kind is ResponseKind.FIRST
    return replace(
        thread,
        wait_kind=wait.response_kind.value,
        paused=wait.paused.total_seconds(),
        first_target=seconds if first else thread.first_target,
        next_target=thread.next_target if first else seconds,
        first_rule=wait.target_rule if first else thread.first_rule,
        next_rule=thread.next_rule if first else wait.target_rule,
        calendar=wait.calendar,
    )


def record_nag(thread: Thread, step: int, said: Moment | None, *, late: bool) -> Thread:
    """Record that so many moments of the ladder were reached, and what was `said` now, if anything."""
    for_leads = any(LEADS in moment.to for moment in thread.moments[:step])
    recorded = replace(
        thread,
        nag_level=NagLevel.BREACH if late else NagLevel.WARNING,
        nag_step=step,
        leads_told=thread.leads_told or (late and for_leads),
    )
    if said is not None:
        recorded = replace(recorded, nag_to=(thread.owner or "") if OWNER in said.to else None)
    return clocked(recorded)


def rewound(thread: Thread, at: datetime) -> Thread:
    """Derive the clock anew; reminders for an earlier deadline do not count for one that lies further ahead at `at`."""
    step = min(thread.nag_step, replace(thread, nag_step=0).reached(at))
    if step == thread.nag_step:
        return clocked(thread)
    level = NagLevel.WARNING if step else NagLevel.NOT_YET
    to, asked = (thread.nag_to, thread.nag_asked) if step else (None, None)
    return clocked(replace(thread, nag_step=step, nag_level=level, nag_to=to, nag_asked=asked, leads_told=False))


def _owned(thread: Thread, agent: str, at: datetime) -> Thread:
    return replace(thread, owner=agent, owner_since=at)


def _knowing(thread: Thread) -> Thread:
    """Address nobody anew: the owner has just become it by an act of their own on the thread."""
    return replace(thread, nag_to=None if thread.nag_to is None else thread.owner)


def _unreminded(thread: Thread) -> Thread:
    return replace(thread, nag_level=NagLevel.NOT_YET, nag_step=0, nag_to=None, nag_asked=None, leads_told=False)


def _require_owner(thread: Thread, agent: str) -> None:
    if thread.owner is None:
        raise Refused(RefusalCode.UNOWNED, thread=thread.id)
    if thread.owner != agent:
        raise Refused(RefusalCode.NOT_YOURS, thread=thread.id, owner=thread.owner, since=thread.owner_since)


def _waiting(thread: Thread, since: datetime) -> Thread:
    waits = replace(thread, state=State.WAITING, waiting_since=since, wait_kind=None, close_reason=None)
    return clocked(_unreminded(replace(waits, paused=0, snoozed_until=None, outcome=None, outcome_at=None)))


def settled(thread: Thread, state: State) -> Thread:
    """Let nobody wait in the thread any more: no clock runs and nobody is reminded."""
    still = replace(thread, state=state, waiting_since=None, wait_kind=None, paused=0, snoozed_until=None)
    rests_until = thread.nags_rest_until if thread.pending_reply_id is not None else None
    return clocked(_unreminded(replace(still, escalated=False, nags_rest_until=rests_until)))


def clocked(thread: Thread) -> Thread:
    """Derive the deadline and the next reminder from the other fields.

    A reply on its way rests the reminders, but not for ever: it may never get there, and the customer waits all along.
    While the thread is snoozed there are none.
    """
    line = thread.deadline
    # Whoever has the thread now is told at once what the last reminder said to another.
    nag_at = _moment_at(thread, thread.nag_step - thread.nag_is_for_another) if thread.snoozed_until is None else None
    if nag_at is not None and thread.nags_rest_until is not None:
        nag_at = max(nag_at, thread.nags_rest_until)
    return replace(
        thread,
        due_at=line.due_at if line else None,
        next_nag_at=nag_at,
        approval_since=thread.approval_since if thread.pending_reply_id is not None else None,
    )


def _moment_at(thread: Thread, number: int) -> datetime | None:
    """Return when a moment of the ladder is reached, the first one being number 0; None after the last one."""
    if thread.waiting_since is None or number >= len(thread.moments):
        return None
    paused = timedelta(seconds=thread.paused)
    return after(thread.calendar, thread.waiting_since, paused + thread.moments[number].counted)
