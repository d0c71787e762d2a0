"""Several reminders in one message. It names no customer, so erasing one needs no edit."""

from __future__ import annotations

from collections.abc import Sequence

from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, SlackMessage
from bot.views.common.text import escape, link, moment, person
from bot.views.reminders.models import Due, Reminders

MOST_AT_ONCE = 5


def reminders(reminders: Reminders, command: str, t: Translator) -> SlackMessage:
    """Tell an owner, the channel or a lead who waits, nearest deadlines first.

    `command` is "/webcare".
    """
    if not reminders.total:
        return b.message(t("✅ Nobody is waiting here any more."))
    heading = _heading(reminders, t)
    past = [due for due in reminders.due if reminders.at >= due.due_at]
    ahead = [due for due in reminders.due if reminders.at < due.due_at]
    claim = b.button(t("Claim next 5"), "claim_next", reminders.desk, style="primary")
    return b.message(
        heading,
        b.section(heading),
        *_sections(None if reminders.to.lead else t("⚠️ *Late:*"), past, reminders, t),
        *_sections(t("*Answer by:*"), ahead, reminders, t),
        b.context(_rest(reminders, command, t)) if reminders.total > len(reminders.due) else None,
        b.actions(claim) if reminders.unowned and not (reminders.to.lead or reminders.to.anybodys) else None,
    )


def at_once(reminders: Reminders, command: str, t: Translator) -> SlackMessage:
    """Ring the channel once for several threads that nobody owns, most late first, each with *Claim*.

    `command` is "/webcare".
    """
    if not reminders.total:
        return b.message(t("✅ Nobody is waiting here any more."))
    shown = reminders.due[:MOST_AT_ONCE]
    late = reminders.at >= shown[0].due_at
    heading = _heading(reminders, t)
    if late:
        heading = t.n(
            "⚠️ {n} thread is *late* and nobody has claimed it:",
            "⚠️ {n} threads are *late* and nobody has claimed them:",
            reminders.total,
        )
    left = reminders.total - len(shown)
    more = t.n("and {n} more", "and {n} more", left)
    return b.message(
        heading,
        b.section(heading),
        *(
            block
            for due in shown
            for block in (
                b.section(_line(due, reminders, t)),
                b.in_a_list(due.number, b.button(t("Claim"), "claim", due.number)),
            )
        ),
        b.context(f"{more} · `{command} open`") if left > 0 else None,
    )


def _heading(reminders: Reminders, t: Translator) -> str:
    if reminders.to.lead:
        return t.n(
            "⚠️ {n} thread at {desk} is *late*:",
            "⚠️ {n} threads at {desk} are *late*:",
            reminders.total,
            desk=escape(reminders.desk, 80),
        )
    if reminders.to.owner:
        return t.n(
            "⏰ {person}, {n} customer is waiting for your answer:",
            "⏰ {person}, {n} customers are waiting for your answer:",
            reminders.total,
            person=person(reminders.to.owner),
        )
    if reminders.to.anybodys:
        return t.n("⏰ {n} thread needs an answer:", "⏰ {n} threads need an answer:", reminders.total)
    return t.n(
        "⏰ Nobody has claimed {n} thread that needs an answer:",
        "⏰ Nobody has claimed {n} threads that need an answer:",
        reminders.total,
    )


def _sections(title: str | None, some: Sequence[Due], reminders: Reminders, t: Translator) -> list[Block]:
    lines = [_line(due, reminders, t) for due in some]
    if lines and title:
        lines[0] = f"{title}\n{lines[0]}"
    return b.sections(lines)


def _line(due: Due, reminders: Reminders, t: Translator) -> str:
    number = link(due.permalink, f"#{due.number}")
    lost = t("{person} was not heard of", person=escape(due.lost_by, 60)) if due.lost_by else None
    return " · ".join(filter(None, (f"*{number}*", moment(due.due_at, reminders.at), _owner(due, reminders, t), lost)))


def _owner(due: Due, reminders: Reminders, t: Translator) -> str | None:
    """Name a lead the owner, and say in a list of anybody's that a thread has none; the heading does so else."""
    if due.owner is None:
        return t("🔔 *Unclaimed*") if reminders.to.lead or reminders.to.anybodys else None
    return f"👤 {person(due.owner)}" if reminders.to.lead else None


def _rest(reminders: Reminders, command: str, t: Translator) -> str:
    more = t.n("and {n} more", "and {n} more", reminders.total - len(reminders.due))
    return f"{more} · `{command} {'mine' if reminders.to.owner else 'open'}`"
