"""Several reminders in one message. No customer is named, so that it need not be edited when one is erased."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.reminders.reminders import Due, Reminders
from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, Message
from bot.views.common.text import escape, link, moment, person

IN_A_SECTION = 8  # lines with a link and a time each: far from what Slack takes in one


def reminders(facts: Reminders, command: str, t: Translator) -> Message:
    """To an owner by name, to the channel, or to a lead: who waits, the nearest deadlines first.

    `command` is "/webcare".
    """
    if not facts.total:
        return b.message(t("✅ Nobody waits here any more."))
    heading = _heading(facts, t)
    past = [one for one in facts.due if facts.at >= one.due_at]
    ahead = [one for one in facts.due if facts.at < one.due_at]
    claim = b.button(t("Claim next 5"), "claim_next", facts.desk, style="primary")
    return b.message(
        heading,
        b.section(heading),
        *_sections(None if facts.to.lead else t("⚠️ *Past their target:*"), past, facts, t),
        *_sections(t("*Answer by:*"), ahead, facts, t),
        b.context(_rest(facts, command, t)) if facts.total > len(facts.due) else None,
        b.actions(claim) if facts.unowned and not facts.to.lead else None,
    )


def _heading(facts: Reminders, t: Translator) -> str:
    if facts.to.lead:
        return t.n(
            "⚠️ {n} thread at {desk} is *past its target*:",
            "⚠️ {n} threads at {desk} are *past their target*:",
            facts.total,
            desk=escape(facts.desk, 80),
        )
    if facts.to.owner:
        return t.n(
            "⏰ {person}, {n} customer waits for your answer:",
            "⏰ {person}, {n} customers wait for your answer:",
            facts.total,
            person=person(facts.to.owner),
        )
    return t.n(
        "⏰ Nobody owns {n} thread that needs an answer:",
        "⏰ Nobody owns {n} threads that need an answer:",
        facts.total,
    )


def _sections(title: str | None, some: Sequence[Due], facts: Reminders, t: Translator) -> list[Block]:
    lines = [_line(one, facts, t) for one in some]
    if lines and title:
        lines[0] = f"{title}\n{lines[0]}"
    return [b.section("\n".join(lines[at : at + IN_A_SECTION])) for at in range(0, len(lines), IN_A_SECTION)]


def _line(one: Due, facts: Reminders, t: Translator) -> str:
    number = link(one.permalink, f"#{one.number}")
    return " · ".join(filter(None, (f"*{number}*", moment(one.due_at, facts.at), _owner(one, facts, t))))


def _owner(one: Due, facts: Reminders, t: Translator) -> str | None:
    """Whose it is, where the heading does not say that."""
    if one.owner is None:
        return t("🔔 *Unclaimed*") if facts.to.owner or facts.to.lead else None
    return f"👤 {person(one.owner)}" if facts.to.lead else None


def _rest(facts: Reminders, command: str, t: Translator) -> str:
    more = t.n("and {n} more", "and {n} more", facts.total - len(facts.due))
    return f"{more} · `{command} {'mine' if facts.to.owner else 'open'}`"
