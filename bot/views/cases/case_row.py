"""One thread in two or three lines, for lists."""

from __future__ import annotations

from bot.platform.i18n import Translator
from bot.views.cases.models import CaseRow
from bot.views.cases.state import clock, customer, owner, state, up_to_us
from bot.views.common import blocks as b
from bot.views.common.blocks import Block
from bot.views.common.text import escape, link


def row(case: CaseRow, t: Translator) -> str:
    """Show the thread's number, customer, state and first words."""
    thread = case.thread
    number = link(case.permalink, f"#{thread.id}")
    newest = case.newest
    words = escape(newest.text, 120) if newest else t("deleted by the customer")
    stands = " · ".join(filter(None, (owner(case, t) if up_to_us(case) else state(case, t), clock(case, t))))
    return f"*{number}* {customer(case, limit=40)}\n{stands}\n“{words}”"


def next_step(case: CaseRow, t: Translator) -> Block | None:
    """Return the one button that moves the thread on; None if there is none."""
    thread = case.thread
    if not up_to_us(case):
        return None
    if thread.owner is None:
        return b.button(t("Claim"), "claim", thread.id)
    return b.button(t("Reply"), "reply", thread.id) if thread.reply_blocked_reason is None else None
