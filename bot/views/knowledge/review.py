"""What somebody who keeps entries of the knowledge bank is asked once a month."""

from __future__ import annotations

from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common import rich
from bot.views.common.blocks import Block, SlackMessage
from bot.views.common.text import date, escape
from bot.views.knowledge.bank import DAY, called, change_buttons, last_use
from bot.views.knowledge.models import Review, Shown

QUOTED = 200  # characters of an answer


def review(asked: Review, t: Translator) -> SlackMessage:
    """Ask what is still right; once nothing is left to ask, say so."""
    desk = escape(asked.desk, 80)
    if not asked.total:
        return b.message(t("📚 ✅ Your answers in the knowledge bank of *{desk}* are up to date.", desk=desk))
    heading = t.n(
        "📚 *{n} answer in the knowledge bank of {desk} is for you to look at*",
        "📚 *{n} answers in the knowledge bank of {desk} are for you to look at*",
        asked.total,
        desk=desk,
    )
    listed = [block for each in asked.listed for block in _entry(each, t)]
    more = asked.total - len(asked.listed)
    rest = b.context(t("and {n} more, once these are done", n=t.number(more))) if more else None
    return b.message(heading, b.section(heading), *listed, rest)


def _entry(shown: Shown, t: Translator) -> list[Block | None]:
    entry = shown.entry
    about = [_why(shown, t), last_use(shown.last, t) if shown.last else t("not used yet")]
    right = b.button(t("Still right"), "bank_right", entry.id, style="primary")
    return [
        b.section(f"*{called(entry, t)}*\n{' · '.join(about)}"),
        rich.quotation(entry.answer, QUOTED),
        change_buttons(entry, t, *([right] if entry.question else [])),
    ]


def _why(shown: Shown, t: Translator) -> str:
    """Say why an entry is listed."""
    entry = shown.entry
    if not entry.question:
        return t("the question went with its customer: please write it anew")
    if shown.run_out and entry.valid_until:
        return t("valid until {day}, so nobody is offered it", day=t.date(entry.valid_until))
    if shown.to_review or entry.valid_until is None:
        return t("nobody has looked at it since {day}", day=date(entry.reviewed_at, DAY))
    return t("valid until {day}", day=t.date(entry.valid_until))
