"""Two threads of one customer go on as one, for a day with a way back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.cases.thread import Action, State, Thread, clocked, require, require_no_reply, settled
from bot.domain.common.errors import RefusalCode, Refused

MERGE_KEPT = timedelta(days=1)
"""For so long a merge can be undone."""


def merge(thread: Thread, into: Thread, owner: str | None, at: datetime) -> tuple[Thread, Thread]:
    """Put a thread into another one of the same customer; return both as they are then.

    The second one goes on, with the clock that runs out first. `owner` is who is to have it where each has an owner of
    its own. Raises Refused: "not_one_customer", "private_and_public", "reply_on_its_way", "merged", "erased",
    "two_owners" with `owners`.
    """
    for each in (thread, into):
        if each.erased_at or each.merged_into is not None:
            require(each, Action.RECEIVE)
        require_no_reply(each)
    if thread.id == into.id or (thread.account, thread.customer_id, thread.desk) != (
        into.account,
        into.customer_id,
        into.desk,
    ):
        raise Refused(RefusalCode.NOT_ONE_CUSTOMER, thread=thread.id, into=into.id)
    if thread.private != into.private:
        raise Refused(RefusalCode.PRIVATE_AND_PUBLIC, thread=thread.id, into=into.id)
    owners = list(dict.fromkeys(each.owner for each in (into, thread) if each.owner))
    if len(owners) > 1 and owner not in owners:
        raise Refused(RefusalCode.TWO_OWNERS, thread=thread.id, into=into.id, owners=owners)
    kept = (owner if len(owners) > 1 else owners[0]) if owners else None
    goes_on = into if kept == into.owner else replace(into, owner=kept, owner_since=at)
    if thread.due_at is not None and (into.due_at is None or thread.due_at < into.due_at):
        goes_on = replace(
            goes_on,
            state=State.WAITING,
            waiting_since=thread.waiting_since,
            wait_kind=thread.response_kind.value,
            paused=thread.paused,
            nag_level=thread.nag_level,
            nag_step=thread.nag_step,
            nag_to=thread.nag_to,
            nag_asked=thread.nag_asked,
            leads_told=thread.leads_told,
            close_reason=None,
            first_target=thread.first_target,
            next_target=thread.next_target,
            warn_share=thread.warn_share,
            calendar=thread.calendar,
            first_rule=thread.first_rule,
            next_rule=thread.next_rule,
            ladder=thread.ladder,
        )
    promised = min((each.promised_for for each in (thread, into) if each.promised_for), default=None)
    goes_on = replace(goes_on, escalated=into.escalated or thread.escalated, promised_for=promised)
    away = replace(settled(thread, State.CLOSED), merged_into=into.id, merged_at=at, close_reason=None)
    away = replace(away, promised_for=None)
    return away, clocked(goes_on)


def may_be_split(thread: Thread, at: datetime) -> bool:
    """Tell whether a merged thread can be taken out again."""
    return thread.merged_at is not None and at - thread.merged_at <= MERGE_KEPT


def split(thread: Thread, at: datetime) -> Thread:
    """Take a merged thread out again. Raises Refused: "not_merged", "merge_too_old" after a day, "erased"."""
    if thread.erased_at:
        require(thread, Action.RECEIVE)
    if thread.merged_into is None or thread.merged_at is None:
        raise Refused(RefusalCode.NOT_MERGED, thread=thread.id)
    if not may_be_split(thread, at):
        raise Refused(RefusalCode.MERGE_TOO_OLD, thread=thread.id, into=thread.merged_into)
    return replace(thread, merged_into=None, merged_at=None)
