"""An agent's own view: App Home, and the lists of the slash command."""

from __future__ import annotations

from collections.abc import Sequence

from bot.platform.i18n import Translator
from bot.views.cases.case_row import next_step, row
from bot.views.cases.models import CaseRow, Cockpit, Overview, Workload
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, SlackMessage, View
from bot.views.common.text import escape, line, person
from bot.views.desk import roster
from bot.views.desk.configured import configured
from bot.views.desk.models import DeskSettings

MAX_ROWS = 20
MAX_AGENTS = 20


def home(desks: Sequence[Cockpit], settings: Sequence[DeskSettings], agent: str, t: Translator) -> View:
    """Build App Home for an agent: at each desk the figures, their own threads, then what else waits, a line each.

    `settings` follow below, for the desks at which the agent may see them.
    """
    blocks = [block for desk in desks for block in _desk(desk, agent, t)]
    blocks += [block for desk in settings for block in configured(desk, t)]
    return {"type": "home", "blocks": blocks[:100]}


def figures(desk: Cockpit, t: Translator) -> str:
    """Say in one line how a desk stands: "Late 4 · due in 15 min 6 · unclaimed 9 · yours 2"."""
    return t(
        "Late {late} · due in 15 min {soon} · unclaimed {unclaimed} · yours {yours}",
        late=t.number(desk.late),
        soon=t.number(desk.soon),
        unclaimed=t.number(desk.unclaimed),
        yours=t.number(desk.own.total),
    )


def _desk(desk: Cockpit, agent: str, t: Translator) -> list[Block]:
    claim = b.button(t("Claim next"), "claim_one", desk.desk, style="primary") if desk.unclaimed else None
    blocks = [b.header(line(desk.waiting.desk, 80)), b.section(f"*{figures(desk, t)}*", claim)]
    if desk.on_call is not None:
        blocks.append(b.context(roster.line(desk.on_call, desk.waiting.at, t)))
    mine = {case.thread.id for case in desk.own.threads}
    rest = [case for case in desk.waiting.threads if case.thread.id not in mine]
    leads = desk.workloads is not None
    if desk.workloads:
        blocks.append(b.context(" · ".join(_workload(load, t) for load in desk.workloads[:MAX_AGENTS])))
    for title, cases, total in (
        (t("*Yours*"), desk.own.threads, desk.own.total),
        (t("*Waiting*"), rest, desk.waiting.total - desk.own.total + desk.own.resting),
    ):
        shown = [
            b.section(row(case, t, with_owner=case.thread.owner != agent), _step(case, agent, leads, t))
            for case in cases[:MAX_ROWS]
        ]
        blocks += [b.section(title), *shown, *_left_out(total, len(shown), t)] if total else []
    return blocks if desk.waiting.total or desk.own.total else [*blocks, b.context(t("🎉 Nobody is waiting."))]


def _workload(load: Workload, t: Translator) -> str:
    late = t(" (late {n})", n=t.number(load.late)) if load.late else ""
    return f"{person(load.agent)} *{t.number(load.open)}*{late}"


def _step(case: CaseRow, agent: str, leads: bool, t: Translator) -> Block | None:
    """Offer what this agent can do with the thread in one tap. A colleague's is handed over by leads alone."""
    if case.thread.owner in (None, agent):
        return next_step(case, t)
    return b.button(t("Hand over"), "hand_over", case.thread.id) if leads else None


def listing(overview: Overview, agent: str, t: Translator, title: str, *, leads: bool = False) -> SlackMessage:
    """Build a list for the agent alone: at most 20 threads, each with what they can do next.

    `leads` tells whether they lead the desk.
    """
    heading = f"*{escape(title, 100)}* · {t.n('{n} thread', '{n} threads', overview.total)}"
    shown = overview.threads[:MAX_ROWS]
    rows = [b.section(row(case, t), _step(case, agent, leads, t)) for case in shown]
    empty = [] if rows else [b.section(t("🎉 Nothing here."))]
    more = _left_out(overview.total, len(shown), t)
    return b.message(heading, b.section(heading), *rows, *empty, *more)


def _left_out(total: int, shown: int, t: Translator) -> list[Block]:
    left = total - shown
    return [b.context(t.n("and {n} more", "and {n} more", left))] if left > 0 else []
