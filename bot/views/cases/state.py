"""How a thread stands, in a symbol and words: the same on its card, in lists and at the other team."""

from __future__ import annotations

from datetime import datetime

from bot.domain.cases.card import Card
from bot.domain.cases.conversation import Reply, ReplyState
from bot.domain.cases.thread import State
from bot.platform.i18n import N_, Translator
from bot.views.common.text import escape, link, moment, person

ON_ITS_WAY = frozenset({ReplyState.QUEUED, ReplyState.SENDING, ReplyState.CHECKING, ReplyState.AGAIN})


def on_its_way(facts: Card) -> Reply | None:
    """The reply that may still reach the customer by itself."""
    return facts.reply if facts.reply and facts.reply.state in ON_ITS_WAY else None


def undecided(facts: Card) -> Reply | None:
    """The reply of which only a person can say whether it arrived."""
    return facts.reply if facts.reply and facts.reply.state is ReplyState.UNKNOWN else None


def up_to_us(facts: Card) -> bool:
    """Whether the next step is to answer: the customer waits, and no reply is on its way or undecided."""
    return facts.thread.state is State.WAITING and not on_its_way(facts) and not undecided(facts)


def when(at: datetime, facts: Card) -> str:
    """A time on the card: with its day, where the reader could take it for one of another day."""
    return moment(at, facts.at, facts.thread.received_at)


def state(facts: Card, t: Translator) -> str:
    """One line: what is so, and whose it is."""
    if facts.thread.erased_at:
        return t("🧹 *Erased* as the customer asked")
    if facts.thread.state is State.CLOSED:
        return _closed(facts, t)
    if facts.reply and facts.reply.state in _COMING:
        return t(_COMING[facts.reply.state], network=facts.network_name)
    return _answered(facts, t) if facts.thread.state is State.ANSWERED else _waiting(facts, t)


def clock(facts: Card, t: Translator) -> str | None:
    """Since when the customer waits, and until when they may have to; None when they do not."""
    thread = facts.thread
    if thread.waiting_since is None or thread.due_at is None:
        return None
    since, due = (when(at, facts) for at in (thread.waiting_since, thread.due_at))
    if facts.at >= thread.due_at:
        return t("Waiting since {since} · ⚠️ *past its target* of {due}", since=since, due=due)
    return t("Waiting since {since} · answer by *{due}*", since=since, due=due)


def customer(facts: Card, *, limit: int = 80) -> str:
    """The customer as mark-up: name, and @handle linked to their newest post."""
    thread = facts.thread
    newest = facts.newest
    handle = at_handle(thread.customer_handle)
    linked = link(newest.url, handle) if newest else handle
    name = escape(thread.customer_name, limit)
    return f"*{name}* {linked}" if name else linked


def customer_and_place(facts: Card, t: Translator) -> str:
    """The same, and the network on which they wrote."""
    return f"{customer(facts)}  {t('on {network}', network=facts.network_name)}"


def at_handle(handle: str) -> str:
    """@handle as mark-up; a dash where it was erased."""
    words = escape(handle.removeprefix("@"), 50)
    return f"@{words}" if words else "—"


def owner(facts: Card, t: Translator) -> str:
    """Whose it is, for lists in which the rest of the state is clear."""
    return f"👤 {person(facts.thread.owner)}" if facts.thread.owner else t("🔔 *Unclaimed*")


_COMING = {
    ReplyState.QUEUED: N_("✍️ *Reply on its way:* can be undone"),
    ReplyState.SENDING: N_("📤 *Reply on its way* to {network}"),
    ReplyState.CHECKING: N_("🔎 *Checking* with {network} whether the reply arrived"),
    ReplyState.AGAIN: N_("🔎 *Checking* with {network} once more before the reply is sent again"),
    ReplyState.UNKNOWN: N_("❓ *Unknown whether the reply arrived:* please look and decide"),
}


def _waiting(facts: Card, t: Translator) -> str:
    thread = facts.thread
    if thread.owner is None:
        return t("🔔 *Waiting, nobody owns it*")
    if thread.owner_since is None:
        return t("👤 {person} *is on it*", person=person(thread.owner))
    return t("👤 {person} *is on it* since {time}", person=person(thread.owner), time=when(thread.owner_since, facts))


def _answered(facts: Card, t: Translator) -> str:
    answer = facts.answer
    if answer is None:
        return t("✅ *Answered*")
    at = when(answer.sent_at or answer.send_at, facts)
    return t("✅ *Answered* by {person} at {time}", person=person(answer.author), time=at)


def _closed(facts: Card, t: Translator) -> str:
    reason = facts.thread.close_reason
    if reason is None and facts.newest is None:
        return t("🔒 *Closed:* the customer deleted what they wrote")
    if reason is None:
        return t("🔒 *Closed*")
    words = escape(reason, 300)
    if facts.closed_by:
        return t("🔒 *Closed without a reply* by {person}: {reason}", person=person(facts.closed_by), reason=words)
    return t("🔒 *Closed without a reply:* {reason}", reason=words)
