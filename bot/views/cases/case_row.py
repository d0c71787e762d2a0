"""One thread in one line, for lists."""

from __future__ import annotations

from bot.platform.i18n import Translator
from bot.views.cases import label, outcome
from bot.views.cases.models import CaseRow
from bot.views.cases.state import (
    awaiting,
    called,
    late_and_resting,
    on_its_way,
    owner,
    promise,
    settled,
    snoozed,
    state,
    up_to_us,
    urgency,
)
from bot.views.cases.words import said_to_us
from bot.views.common import blocks as b
from bot.views.common import text
from bot.views.common.blocks import Block
from bot.views.common.text import escape, link

WORDS = 70  # characters of a post that a list shows


def row(case: CaseRow, t: Translator, *, with_owner: bool = True, with_name: bool = True) -> str:
    """Show a thread in one line: how urgent, its number, the customer, their first words, and who owns it.

    `with_owner` is False where the list itself says whose they are, `with_name` where it is one customer's.
    """
    number = link(case.permalink, f"#{case.thread.id}")
    if case.thread.merged_into:  # what the customer wrote stands in the other thread
        return f"{state(case, t)} · *{number}* {called(case)}"
    promised = promise(case, t)
    who = f"*{number}* {quoted(case, t) if with_name else _words(case, t, WORDS)}"
    if up_to_us(case) or awaiting(case):
        whose = state(case, t) if awaiting(case) else owner(case, t) if with_owner else None
        return " · ".join(filter(None, (urgency(case, t), promised, who, label.named(case), whose)))
    rests = None if promised and settled(case) and not snoozed(case) else state(case, t)
    return " · ".join(
        filter(None, (late_and_resting(case, t), promised, rests, who, label.named(case), outcome.named(case, t)))
    )


def quoted(case: CaseRow, t: Translator, *, limit: int = WORDS) -> str:
    """Show the customer's name with their newest words.

    Where nothing is left but a promise, the words are those that were answered with it, not the thanks that followed.
    """
    return f"{called(case)}: {_words(case, t, limit)}"


def _words(case: CaseRow, t: Translator, limit: int) -> str:
    post = case.promised_on if case.promise and settled(case) else case.newest
    if post and case.thread.private:  # a list may stand where others read along
        return t("🔒 private message")
    return text.quoted(escape(said_to_us(case, post), limit), t) if post else t("deleted by the customer")


def next_step(case: CaseRow, t: Translator) -> Block | None:
    """Return the one button that moves the thread on; None if there is none."""
    thread = case.thread
    if snoozed(case) and not on_its_way(case):
        return b.button(t("Wake now"), "wake", thread.id)
    promised = settled(case) and case.promise is not None
    if not up_to_us(case) and not promised:
        return None
    if thread.owner is None and not promised:
        return b.button(t("Claim"), "claim", thread.id)
    return b.button(t("Reply"), "reply", thread.id) if thread.reply_blocked_reason is None else None
