"""What is late at a desk, in one message to a lead."""

from __future__ import annotations

from bot.domain.reminders.late_list import LateList
from bot.platform.i18n import Translator
from bot.views.cases.case_row import next_step, row
from bot.views.cases.models import CaseRow, Overview
from bot.views.cases.state import awaiting, held_up, snoozed, up_to_us, urgency
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, SlackMessage
from bot.views.common.text import date, escape


def late_list(late: LateList, now: Overview, command: str, t: Translator, *, goes_on: bool = False) -> SlackMessage:
    """Show the threads with what a lead can do about each, or that nothing is late any more.

    `command` is "/webcare". `goes_on` says whether a newer list has taken the place of this one.
    """
    desk = escape(now.desk, 80)
    if goes_on:
        return b.message(t("🔴 What is late at {desk} stands in a newer message.", desk=desk))
    if late.ended_at is not None:
        ended = date(late.ended_at, "{date_short_pretty} {time}")
        return b.message(t("✅ Nothing is late at {desk} any more ({time}).", desk=desk, time=ended))
    heading = t.n("🔴 {n} thread is late at {desk}", "🔴 {n} threads are late at {desk}", now.total, desk=desk)
    left = now.total - len(now.threads)
    more = t.n("and {n} more", "and {n} more", left)
    return b.message(
        heading,
        b.section(f"*{heading}*"),
        *(block for case in now.threads for block in _case(case, late.lead, t)),
        *_advice(now, t),
        b.context(f"{more} · `{command} open`") if left > 0 else None,
    )


def _case(case: CaseRow, lead: str, t: Translator) -> list[Block | None]:
    """Show one thread, with how late it is even if a reply is on its way. A colleague's can only be reassigned."""
    late = None if up_to_us(case) or awaiting(case) or snoozed(case) else urgency(case, t)
    step = next_step(case, t) if case.thread.owner in (None, lead) else None
    reassign = b.button(t("Reassign"), "hand_over", case.thread.id)
    return [
        b.section(" · ".join(filter(None, (late, row(case, t))))),
        b.in_a_list(case.thread.id, step, reassign),
    ]


def _advice(now: Overview, t: Translator) -> list[Block]:
    """Say once what can be done about replies that the network does not take."""
    ways_out = dict.fromkeys(held[1] for case in now.threads if (held := held_up(case, t)))
    return [b.context(way_out) for way_out in ways_out]
