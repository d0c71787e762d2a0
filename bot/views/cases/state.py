"""A thread's state as a symbol and words: the same on its card, in lists and on the other team's card."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.cases.conversation import NEEDS_AN_AGENT, ON_ITS_WAY, SETTLED, TO_BE_SENT, Reply, ReplyState
from bot.domain.cases.thread import State
from bot.domain.clock.targets import NagLevel
from bot.domain.common.plain import visible
from bot.platform.i18n import N_, Translator
from bot.views.cases.models import CaseRow
from bot.views.common.reasons import WAIT, delay, way_out
from bot.views.common.text import date, escape, is_near, link, moment, person

_MINUTE = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)


def on_its_way(case: CaseRow) -> Reply | None:
    """Return the reply that may still reach the customer without anybody acting, if any."""
    return case.reply if case.reply and case.reply.state in ON_ITS_WAY else None


def undecided(case: CaseRow) -> Reply | None:
    """Return the reply that an agent must settle because nobody knows whether it arrived, if any."""
    return case.reply if case.reply and case.reply.state is ReplyState.UNKNOWN else None


def awaiting(case: CaseRow) -> Reply | None:
    """Return the reply that a colleague has to look at before it goes, if any."""
    return case.reply if case.reply and case.reply.state is ReplyState.AWAITING else None


def held_up(case: CaseRow, t: Translator) -> tuple[str, str] | None:
    """Return why the reply on its way has not arrived yet, and what can be done; None if nothing holds it up."""
    reply = on_its_way(case)
    why = delay(reply.error, case.network_name, t) if reply else None
    if reply is None or why is None:
        return None
    if reply.parts_done:
        done = {"done": t.number(reply.parts_done), "total": t.number(len(reply.parts))}
        return t("{done} of {total} posts are public, the rest not yet: {reason}", **done, reason=why), t(WAIT)
    in_doubt = reply.state not in TO_BE_SENT
    stands = N_("Not known yet whether the reply arrived: {reason}") if in_doubt else N_("Reply not sent yet: {reason}")
    return t(stands, reason=why), way_out(reply.error, case.network_name, t, in_doubt=in_doubt)


def up_to_us(case: CaseRow) -> bool:
    """Tell whether the next step is to answer: the customer waits, and no reply is on its way, undecided or looked at.

    Not while the thread is snoozed.
    """
    waits = case.thread.state is State.WAITING and not snoozed(case)
    return waits and not on_its_way(case) and not undecided(case) and not awaiting(case)


def snoozed(case: CaseRow) -> bool:
    """Tell whether the thread rests now."""
    return case.thread.snoozed_until is not None and case.at < case.thread.snoozed_until


def resting(case: CaseRow, t: Translator) -> str:
    """Say until when the thread rests, who let it, and why."""
    until = case.thread.snoozed_until or case.at
    shown = date(until, "{time}" if is_near(until, case.at) else "{date_long_pretty} {time}")
    rests = t("💤 *until {until}*", until=shown)
    if case.pause is None:
        return rests
    why = escape(case.pause.why or "—", 300)
    return f"{rests} · {person(case.pause.by)}: {why}"


def promise(case: CaseRow, t: Translator) -> str | None:
    """Say by when which colleague promised that we come back; None if nothing is promised."""
    made = case.promise
    if made is None:
        return None
    about = {"person": person(made.by), "due": when(made.due_at, case)}
    if case.at >= made.due_at:
        return t("🤝 🔴 *Promise broken:* {person} said by {due}", **about)
    return t("🤝 *Promised* by {person}: by {due}", **about)


def settled(case: CaseRow) -> bool:
    """Tell whether nobody has to do anything: it is answered or closed, and no reply of ours is under way or failed."""
    done = case.reply is None or case.reply.state in SETTLED - NEEDS_AN_AGENT
    return case.thread.state is not State.WAITING and done


def when(at: datetime, case: CaseRow) -> str:
    """Show a time on the card, with its date if the time alone could be taken for another day."""
    return moment(at, case.at, case.thread.received_at)


def headline(case: CaseRow, t: Translator) -> str:
    """Say in one line how urgent the thread is, what its state is, and who owns it."""
    if snoozed(case) and not on_its_way(case) and not undecided(case) and not awaiting(case):
        named = case.pause is not None and case.pause.by == case.thread.owner and case.thread.state is State.WAITING
        parts = [late_and_resting(case, t), resting(case, t), None if named else _stands(case, t)]
        return " · ".join(filter(None, parts))
    parts = [clock(case, t), state(case, t)]
    return " · ".join(filter(None, parts if up_to_us(case) or awaiting(case) else reversed(parts)))


def state(case: CaseRow, t: Translator) -> str:
    """Say in one line what the state is and who owns the thread."""
    if case.thread.erased_at:
        return t("🧹 *Erased* at the customer's request")
    if case.thread.merged_into:
        return t("🔗 *Merged* into #{number}", number=case.thread.merged_into)
    if case.thread.state is State.CLOSED:
        return _closed(case, t)
    if held := held_up(case, t):
        return f"⏳ *{held[0]}*"
    if case.reply and case.reply.state in _COMING:
        at_once = case.reply.state is ReplyState.QUEUED and not case.reply.may_be_undone
        since = when(case.thread.approval_since or case.at, case)
        coming = _COMING[ReplyState.SENDING if at_once else case.reply.state]
        return t(coming, network=case.network_name, since=since)
    return resting(case, t) if snoozed(case) else _stands(case, t)


def settled_state(case: CaseRow, t: Translator) -> str:
    """Say the same of a thread that needs nobody, whether or not it is snoozed."""
    return _stands(case, t) if snoozed(case) else state(case, t)


def _stands(case: CaseRow, t: Translator) -> str:
    return _answered(case, t) if case.thread.state is State.ANSWERED else _waiting(case, t)


_SIGNS = {NagLevel.NOT_YET: "🟢", NagLevel.WARNING: "🟡", NagLevel.BREACH: "🔴"}


def urgency(case: CaseRow, t: Translator) -> str | None:
    """Say how long there is to answer, or how late it is: "🔴 *12 min late*"; None if the customer does not wait."""
    level, left = case.thread.level(case.at), case.thread.left(case.at)
    return None if level is None or left is None else f"{_SIGNS[level]} *{remaining(left, t)}*"


def late_and_resting(case: CaseRow, t: Translator) -> str | None:
    """Say how late a snoozed thread is; None for all others, and for one that was snoozed in time."""
    return urgency(case, t) if snoozed(case) and case.thread.level(case.at) is NagLevel.BREACH else None


def remaining(left: timedelta, t: Translator) -> str:
    """Say how much time is left, or by how much it is late."""
    if left >= _MINUTE:
        return t("{duration} left", duration=t.duration(left))
    if left > -_MINUTE:
        return t("due now") if left > timedelta(0) else t("just late")
    return t("{duration} late", duration=t.duration(-left))


def clock(case: CaseRow, t: Translator) -> str | None:
    """Say how urgent an answer is and when it is due; None if the customer does not wait."""
    stands, due_at = urgency(case, t), case.thread.due_at
    if stands is None or due_at is None:
        return None
    late = case.at >= due_at
    due = t("due {due}", due=when(due_at, case)) if late else t("by {due}", due=when(due_at, case))
    return f"{stands} · {due}"


def customer(case: CaseRow, *, limit: int = 80) -> str:
    """Show the customer as mark-up: the name and the @handle."""
    name, handle = escape(visible(case.thread.customer_name), limit), at_handle(case.thread.customer_handle)
    return f"*{name}* {handle}" if name else handle


def called(case: CaseRow, *, limit: int = 40) -> str:
    """Show the customer's name as mark-up, or the @handle if they have none: for lists."""
    label = case.thread.customer_label
    return escape(label, limit) if label != "@" else "—"  # erased


def customer_and_place(case: CaseRow, t: Translator) -> str:
    """Show the customer, with a link to their newest post on the network."""
    newest = case.newest
    place = post_on(case, t)
    linked = link(newest.url, place) if newest else place
    unlinked = place if case.thread.private else t("on {network}", network=case.network_name)
    return f"{customer(case)} · {linked if linked != place else unlinked}"


def post_on(case: CaseRow, t: Translator) -> str:
    """Say what a post of the thread is, and where."""
    if case.thread.private:
        return t("🔒 Private message on {network}", network=case.network_name)
    return t("Post on {network}", network=case.network_name)


def at_handle(handle: str) -> str:
    """Show @handle as mark-up; a dash if it was erased."""
    words = escape(handle.removeprefix("@"), 50)
    if words.startswith("+"):
        return words  # a telephone number
    return f"@{words}" if words else "—"


def owner(case: CaseRow, t: Translator) -> str:
    """Show the owner, for lists in which the rest of the state is clear."""
    return f"👤 {person(case.thread.owner)}" if case.thread.owner else t("🔔 *Unclaimed*")


_COMING = {
    ReplyState.AWAITING: N_("🖐️ *Awaiting approval* since {since}"),
    ReplyState.QUEUED: N_("✍️ *Reply on its way:* can be undone"),
    ReplyState.CONTINUING: N_("📤 *Reply on its way* to {network}: a part of it is public"),
    ReplyState.SENDING: N_("📤 *Reply on its way* to {network}"),
    ReplyState.VERIFYING: N_("🔎 *Checking* with {network} whether the reply arrived"),
    ReplyState.RETRY_REQUESTED: N_("🔎 *Checking* with {network} once more before the reply is sent again"),
    ReplyState.UNKNOWN: N_("❓ *Unknown whether the reply arrived:* please check and decide"),
}


def _waiting(case: CaseRow, t: Translator) -> str:
    thread = case.thread
    if thread.owner is not None:
        return t("👤 {person} *is on it*", person=person(thread.owner))
    return t("*New · not claimed yet*") if thread.first_response_at is None else t("*Waiting · not claimed*")


def _answered(case: CaseRow, t: Translator) -> str:
    answer = case.answer
    if answer is None:
        return t("✅ *Answered*")
    said = _answered_by(case, answer, t)
    if case.counted is None:
        return said
    if case.counted < _SECOND and case.thread.calendar.hours:
        return t("{answered}; none of the time counted", answered=said)
    return t("{answered}, after {duration}", answered=said, duration=t.duration(case.counted))


def _answered_by(case: CaseRow, answer: Reply, t: Translator) -> str:
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
    if case.thread.first_response_at is not None:
        return t("✅ *Answered*, no further reply needed: {reason}", reason=words)
    if case.closed_by:
        return t("🔒 *Closed without a reply* by {person}: {reason}", person=person(case.closed_by), reason=words)
    return t("🔒 *Closed without a reply:* {reason}", reason=words)
