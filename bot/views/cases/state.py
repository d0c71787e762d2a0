"""A thread's state as a symbol and words: the same on its card, in lists and on the other team's card."""

from __future__ import annotations

from datetime import datetime

from bot.domain.cases.conversation import ON_ITS_WAY, Reply, ReplyState
from bot.domain.cases.thread import State
from bot.domain.common.plain import visible
from bot.platform.i18n import N_, Translator
from bot.views.cases.models import CaseRow
from bot.views.common.text import escape, link, moment, person


def on_its_way(case: CaseRow) -> Reply | None:
    """Return the reply that may still reach the customer without anybody acting, if any."""
    return case.reply if case.reply and case.reply.state in ON_ITS_WAY else None


def undecided(case: CaseRow) -> Reply | None:
    """Return the reply that an agent must settle because nobody knows whether it arrived, if any."""
    return case.reply if case.reply and case.reply.state is ReplyState.UNKNOWN else None


def up_to_us(case: CaseRow) -> bool:
    """Tell whether the next step is to answer: the customer waits, and no reply is on its way or undecided."""
    return case.thread.state is State.WAITING and not on_its_way(case) and not undecided(case)


def when(at: datetime, case: CaseRow) -> str:
    """Show a time on the card, with its date if the time alone could be taken for another day."""
    return moment(at, case.at, case.thread.received_at)


def state(case: CaseRow, t: Translator) -> str:
    """Say in one line what the state is and who owns the thread."""
    if case.thread.erased_at:
        return t("🧹 *Erased* at the customer's request")
    if case.thread.state is State.CLOSED:
        return _closed(case, t)
    if case.reply and case.reply.state in _COMING:
        return t(_COMING[case.reply.state], network=case.network_name)
    return _answered(case, t) if case.thread.state is State.ANSWERED else _waiting(case, t)


def clock(case: CaseRow, t: Translator) -> str | None:
    """Say since when the customer waits and when the answer is due; None if they do not wait."""
    thread = case.thread
    if thread.waiting_since is None or thread.due_at is None:
        return None
    since, due = (when(at, case) for at in (thread.waiting_since, thread.due_at))
    if case.at >= thread.due_at:
        return t("Waiting since {since} · ⚠️ *past its target* since {due}", since=since, due=due)
    return t("Waiting since {since} · answer by *{due}*", since=since, due=due)


def customer(case: CaseRow, *, limit: int = 80) -> str:
    """Show the customer as mark-up: the name, and the @handle linked to their newest post."""
    thread = case.thread
    newest = case.newest
    handle = at_handle(thread.customer_handle)
    linked = link(newest.url, handle) if newest else handle
    name = escape(visible(thread.customer_name), limit)
    return f"*{name}* {linked}" if name else linked


def customer_and_place(case: CaseRow, t: Translator) -> str:
    """Show the customer and the network on which they wrote."""
    return f"{customer(case)}  {t('on {network}', network=case.network_name)}"


def at_handle(handle: str) -> str:
    """Show @handle as mark-up; a dash if it was erased."""
    words = escape(handle.removeprefix("@"), 50)
    return f"@{words}" if words else "—"


def owner(case: CaseRow, t: Translator) -> str:
    """Show the owner, for lists in which the rest of the state is clear."""
    return f"👤 {person(case.thread.owner)}" if case.thread.owner else t("🔔 *Unclaimed*")


_COMING = {
    ReplyState.QUEUED: N_("✍️ *Reply on its way:* can be undone"),
    ReplyState.SENDING: N_("📤 *Reply on its way* to {network}"),
    ReplyState.VERIFYING: N_("🔎 *Checking* with {network} whether the reply arrived"),
    ReplyState.RETRY_REQUESTED: N_("🔎 *Checking* with {network} once more before the reply is sent again"),
    ReplyState.UNKNOWN: N_("❓ *Unknown whether the reply arrived:* please check and decide"),
}


def _waiting(case: CaseRow, t: Translator) -> str:
    thread = case.thread
    if thread.owner is None:
        first = thread.first_response_at is None
        return t("🔔 *New · not claimed yet*") if first else t("🔔 *Waiting · not claimed*")
    if thread.owner_since is None:
        return t("👤 {person} *is on it*", person=person(thread.owner))
    return t("👤 {person} *is on it* (since {time})", person=person(thread.owner), time=when(thread.owner_since, case))


def _answered(case: CaseRow, t: Translator) -> str:
    answer = case.answer
    if answer is None:
        return t("✅ *Answered*")
    at = when(answer.sent_at or answer.send_at, case)
    if answer.outside:
        about = {"network": case.network_name, "person": person(answer.author), "time": at}
        if answer.author:
            return t("✅ *Was answered on {network} itself* by {person} at {time}", **about)
        return t("✅ *Was answered on {network} itself* at {time}", **about)
    return t("✅ *Answered* by {person} at {time}", person=person(answer.author), time=at)


def _closed(case: CaseRow, t: Translator) -> str:
    reason = case.thread.close_reason
    if reason is None and case.newest is None:
        return t("🔒 *Closed:* the customer deleted what they wrote")
    if reason is None:
        return t("🔒 *Closed*")
    words = escape(reason, 300)
    if case.closed_by:
        return t("🔒 *Closed without a reply* by {person}: {reason}", person=person(case.closed_by), reason=words)
    return t("🔒 *Closed without a reply:* {reason}", reason=words)
