"""An agent's own view: App Home, and the lists of the slash command."""

from __future__ import annotations

from collections.abc import Sequence

from bot.platform.i18n import Translator
from bot.views.cases.case_row import next_step, row
from bot.views.cases.models import CaseRow, Overview
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, SlackMessage, View
from bot.views.common.text import escape, line
from bot.views.desk.configured import configured
from bot.views.desk.models import DeskSettings

MAX_ROWS = 20


def home(desks: Sequence[tuple[Overview, Overview]], settings: Sequence[DeskSettings], t: Translator) -> View:
    """Build App Home: the agent's own threads, then what else waits at each desk.

    `desks` holds the pair (own threads, waiting threads) of each desk. `settings` follow below, for the desks at which
    the agent may see them.
    """
    mine = [case for own, _ in desks for case in own.threads]
    blocks = [b.header(t("Yours")), *_rows(mine, t("You have nothing open. What is waiting is listed below."), t)]
    for own, waiting in desks:
        rest = [case for case in waiting.threads if case.thread.id not in {own_case.thread.id for own_case in mine}]
        blocks += [b.header(t("Waiting at {desk}", desk=line(waiting.desk, 80)))]
        left = _left_out(waiting.total - own.total, len(rest[:MAX_ROWS]), t)
        blocks += [*_rows(rest, None if left else t("🎉 Nobody else is waiting."), t), *left]
    blocks += [block for desk in settings for block in configured(desk, t)]
    return {"type": "home", "blocks": blocks[:100]}


def listing(overview: Overview, t: Translator, title: str) -> SlackMessage:
    """Build a list for the agent alone: at most 20 threads, each with its next step."""
    heading = f"*{escape(title, 100)}* · {t.n('{n} thread', '{n} threads', overview.total)}"
    shown = overview.threads[:MAX_ROWS]
    rows = [b.section(row(case, t), next_step(case, t)) for case in shown]
    empty = [] if rows else [b.section(t("🎉 Nothing here."))]
    more = _left_out(overview.total, len(shown), t)
    return b.message(heading, b.section(heading), *rows, *empty, *more)


def _rows(threads: Sequence[CaseRow], empty: str | None, t: Translator) -> list[Block]:
    blocks: list[Block | None] = []
    for case in threads[:MAX_ROWS]:
        number = case.thread.id
        history = b.button(t("History"), "history", number)
        blocks += [b.section(row(case, t)), b.actions(next_step(case, t), history)]
    return [block for block in blocks if block] or ([b.context(empty)] if empty else [])


def _left_out(total: int, shown: int, t: Translator) -> list[Block]:
    left = total - shown
    return [b.context(t.n("and {n} more", "and {n} more", left))] if left > 0 else []
