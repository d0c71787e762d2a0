"""An agent's own view: App Home, and the lists of the slash command."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.cases.card import Card, Overview
from bot.domain.desk.configured import DeskSettings
from bot.platform.i18n import Translator
from bot.views.cases.case_row import next_step, row
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, Message, View
from bot.views.common.text import escape, line
from bot.views.desk.configured import configured

MOST_ROWS = 20


def home(desks: Sequence[tuple[Overview, Overview]], settings: Sequence[DeskSettings], t: Translator) -> View:
    """App Home. For each desk the agent's own threads and all that wait: first what is theirs, then the rest.

    Below them `settings`, of the desks at which the agent may see them.
    """
    mine = [facts for own, _ in desks for facts in own.threads]
    blocks = [b.header(t("Yours")), *_rows(mine, t("Nothing is yours now. What waits is below."), t)]
    for own, waiting in desks:
        rest = [facts for facts in waiting.threads if facts.thread.id not in {one.thread.id for one in mine}]
        blocks += [b.header(t("Waiting at {desk}", desk=line(waiting.desk, 80)))]
        left = _left_out(waiting.total - own.total, len(rest[:MOST_ROWS]), t)
        blocks += [*_rows(rest, None if left else t("🎉 Nobody else waits."), t), *left]
    blocks += [block for one in settings for block in configured(one, t)]
    return {"type": "home", "blocks": blocks[:100]}


def listing(overview: Overview, t: Translator, title: str) -> Message:
    """A list for the agent alone; at most 20 threads, each with its next step."""
    heading = f"*{escape(title, 100)}* · {t.n('{n} thread', '{n} threads', overview.total)}"
    shown = overview.threads[:MOST_ROWS]
    rows = [b.section(row(facts, t), next_step(facts, t)) for facts in shown]
    empty = [] if rows else [b.section(t("🎉 Nothing here."))]
    more = _left_out(overview.total, len(shown), t)
    return b.message(heading, b.section(heading), *rows, *empty, *more)


def _rows(threads: Sequence[Card], empty: str | None, t: Translator) -> list[Block]:
    blocks: list[Block | None] = []
    for facts in threads[:MOST_ROWS]:
        number = facts.thread.id
        history = b.button(t("History"), "history", number)
        blocks += [b.section(row(facts, t)), b.actions(next_step(facts, t), history)]
    return [block for block in blocks if block] or ([b.context(empty)] if empty else [])


def _left_out(total: int, shown: int, t: Translator) -> list[Block]:
    left = total - shown
    return [b.context(t.n("and {n} more", "and {n} more", left))] if left > 0 else []
