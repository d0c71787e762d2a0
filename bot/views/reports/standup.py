"""The daily summary."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.reports.month import Helpful, MonthSoFar
from bot.domain.reports.standup import AgentFigures, Figures
from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, SlackMessage
from bot.views.common.text import cut, date, escape, line
from bot.views.customers import last_resort
from bot.views.reports.models import AccountSpend, Standup

MAX_AGENTS = 40
MAX_PROMISES = 20
MAX_ACCOUNTS = 20
MAX_LABELS = 12
MAX_INCIDENTS = 10


def standup(standup: Standup, t: Translator) -> SlackMessage:
    """Show the day's figures with their n, the present state of the desk, and each agent's share.

    The figures are lines, not fields: on a phone a field takes two lines, and half of them is empty.
    """
    figures = standup.figures
    title = t("{desk}, {day}", desk=line(standup.desk, 60), day=_days(figures, t))
    return b.message(
        _summary(standup, t),
        b.header(title),
        b.section("\n".join(_day(figures, t))),
        b.section("\n".join(_now(figures, t))),
        _broken(figures, t),
        _due_today(figures, t),
        _incidents(standup, t),
        _agents(standup, t),
        _month(standup.month, t),
        b.context(
            t(
                "Within target: of the waits decided in that time. Missed: no answer by the deadline. p90: nine of ten "
                "were faster. Only opening hours count; “they waited” includes the nights."
            )
        ),
    )


def for_lead(standup: Standup, spend: Sequence[AccountSpend], t: Translator) -> SlackMessage:
    """Show a lead the day in one line, and what the networks cost."""
    costs = [
        t(
            "{network}, @{handle}: {so_far} this month, about {comes_to} by its end",
            network=each.network_name,
            handle=escape(each.handle, 60),
            so_far=t.dollars(each.month.so_far / 1000),
            comes_to=t.dollars(each.month.comes_to / 1000),
        )
        for each in spend[:MAX_ACCOUNTS]
    ]
    summary = _summary(standup, t)
    return b.message(
        summary,
        b.section(summary),
        b.section("\n".join(costs)),
        b.context(t("At the networks' published prices, by their days (UTC). The bill itself is in their consoles.")),
    )


def _summary(standup: Standup, t: Translator) -> str:
    figures = standup.figures
    return t(
        "{desk}, {day}: {received} received, {answered} answered, {within} within target",
        desk=escape(standup.desk, 60),
        day=_days(figures, t),
        received=t.number(figures.received),
        answered=t.number(figures.answered),
        within=_within(figures, t),
    )


def _days(figures: Figures, t: Translator) -> str:
    last = t.date(figures.day)
    return last if figures.first_day is None else t("{first} to {last}", first=t.date(figures.first_day), last=last)


def _within(figures: Figures, t: Translator) -> str:
    return "—" if figures.within_target is None else t.percent(figures.within_target)


def _day(figures: Figures, t: Translator) -> list[str]:
    first, decided = figures.first_response, figures.met + figures.breached
    counts = t(
        "*{received}* received · *{answered}* answered · *{missed}* missed",
        received=t.number(figures.received),
        answered=t.number(figures.answered),
        missed=t.number(figures.breached),
    )
    within = t("Within target *{share}* (n = {n})", share=_within(figures, t), n=t.number(decided))
    lines = [f"{counts}{_muted(figures, t)}", within]
    if first.median is not None and first.p90 is not None:
        felt = (
            "" if first.felt in (None, first.median) else t("; they waited {duration}", duration=t.duration(first.felt))
        )
        about = {"median": t.duration(first.median), "p90": t.duration(first.p90), "n": t.number(first.n)}
        lines.append(t("First response *{median}* median, *{p90}* p90 (n = {n})", **about) + felt)
    if figures.kept + figures.broken:
        about = {"kept": t.number(figures.kept), "broken": t.number(figures.broken)}
        lines.append(t("Promises: *{kept}* kept, *{broken}* broken", **about))
    if figures.moved_here + figures.moved_on:
        about = {"here": t.number(figures.moved_here), "on": t.number(figures.moved_on)}
        lines.append(t("Between desks: *{here}* came, *{on}* went", **about))
    if figures.found:
        about = {"found": t.number(figures.found), "cards": t.number(figures.found_cards)}
        share = t.percent(figures.found_cards / figures.found)
        lines.append(t("Listening: *{found}* found, *{cards}* became cards ({share})", share=share, **about))
    if figures.hidden:
        lines.append(
            t.n(
                "{n} post hidden; the History says why",
                "{n} posts hidden; the History says why",
                figures.hidden,
            )
        )
    if figures.taken_back:
        lines.append(
            t.n(
                "{n} answer taken back; the History says why",
                "{n} answers taken back; the History says why",
                figures.taken_back,
            )
        )
    if figures.came_back:
        lines.append(t.n("{n} answer came back", "{n} answers came back", figures.came_back))
    return lines


def _muted(figures: Figures, t: Translator) -> str:
    if not figures.muted:
        return ""
    return f" ({t.n('and {n} by a muted author', 'and {n} by muted authors', figures.muted)})"


def _now(figures: Figures, t: Translator) -> list[str]:
    """Say how the desk stands: first what must be acted on."""
    now = figures.now
    parts = [
        t("*Now:* *{n}* late", n=t.number(now.late)),
        t("*{n}* unclaimed", n=t.number(now.unowned)),
        t("*{n}* open", n=t.number(now.open)),
        *([t("*{n}* snoozed", n=t.number(now.snoozed))] if now.snoozed else []),
        *([t("*{n}* awaiting approval", n=t.number(now.awaiting))] if now.awaiting else []),
        *([t("*{n}* promised", n=t.number(now.promised))] if now.promised else []),
    ]
    lines = [" · ".join(parts)]
    if now.oldest_waiting is not None and now.oldest_since is not None:
        since = date(now.oldest_since, "{date_short_pretty} {time}")
        lines.append(t("Waiting longest: #{number}, since {since}", number=now.oldest_waiting, since=since))
    return lines


def _broken(figures: Figures, t: Translator) -> Block | None:
    """Name the threads whose customers still wait for what they were promised."""
    numbers = _numbers(figures.now.promised_before, t)
    return b.section(t("💔 Promises broken, still to be answered: {numbers}", numbers=numbers)) if numbers else None


def _due_today(figures: Figures, t: Translator) -> Block | None:
    """Name the threads in which somebody has promised an answer by the end of today."""
    numbers = _numbers(figures.now.promised_today, t)
    return b.section(t("🤝 Promises due today: {numbers}", numbers=numbers)) if numbers else None


def _incidents(standup: Standup, t: Translator) -> Block | None:
    """Name the incidents that were open that day, with how many wrote about each and how many have an answer."""
    lines = [
        t(
            "🧭 {name}: {customers}, {told} answered",
            name=escape(incident.name, 80),
            customers=t.n("{n} customer", "{n} customers", standing.customers),
            told=t.number(standing.told),
        )
        for incident, standing in standup.incidents[:MAX_INCIDENTS]
    ]
    return b.section("\n".join(lines)) if lines else None


def _numbers(threads: Sequence[int], t: Translator) -> str:
    left = len(threads) - MAX_PROMISES
    more = f" {t.n('and {n} more', 'and {n} more', left)}" if left > 0 else ""
    return ", ".join(f"#{number}" for number in threads[:MAX_PROMISES]) + more


def _month(month: MonthSoFar, t: Translator) -> Block | None:
    """Say what the month was about, and how often what looked like a last resort was one."""
    lines = []
    if month.labels:
        named = [f"{escape(name, 40)} *{t.number(count)}*" for name, count in list(month.labels.items())[:MAX_LABELS]]
        lines.append(t("🏷️ This month: {labels}", labels=" · ".join(named)))
    if month.signals:
        hits = [
            t(
                "{signal}: *{rate}* (n = {n})",
                signal=t(last_resort.WORDS[each.kind]),
                rate=t.percent(each.rate),
                n=t.number(each.shown),
            )
            for each in month.signals
        ]
        lines.append(t("⚡ Last resort this month, not marked “not urgent”: {hits}", hits=" · ".join(hits)))
    if month.outcomes:
        ended = [f"{escape(name, 40)} *{t.number(count)}*" for name, count in month.outcomes.items()]
        lines.append(t("🏁 How threads ended this month: {outcomes}", outcomes=" · ".join(ended)))
    if month.helpful.asked:
        lines.append(_helpful(month.helpful, t))
    return b.section("\n".join(lines)) if lines else None


def _helpful(helpful: Helpful, t: Translator) -> str:
    """Say what customers thought of our answers, and how many of those who were asked said it."""
    about = {"n": t.number(helpful.n), "asked": t.number(helpful.asked), "share": t.percent(helpful.n / helpful.asked)}
    if helpful.mean is None:
        return t("⭐ Was it helpful? Nobody of {asked} who were asked this month has said so yet", **about)
    mean = t.number(round(helpful.mean, 1))
    return t(
        "⭐ Was it helpful? *{mean}* of 5 this month (n = {n}, {share} of {asked} who were asked)", mean=mean, **about
    )


def _agents(standup: Standup, t: Translator) -> Block | None:
    if not standup.figures.agents:
        return None
    head = [t("Agent"), t("Answered"), t("Median"), t("p90")]
    rows = [[_cell(text) for text in head], *(_row(agent, standup, t) for agent in standup.figures.agents[:MAX_AGENTS])]
    right = {"align": "right"}
    return {"type": "table", "rows": rows, "column_settings": [{"align": "left"}, right, right, right]}


def _row(agent: AgentFigures, standup: Standup, t: Translator) -> list[Block]:
    name = standup.names.get(agent.agent)
    first = _cell(line(name, 80)) if name and line(name) else b.mention_cell(agent.agent)
    median, p90 = (
        "—" if length is None else t.duration(length) for length in (agent.response.median, agent.response.p90)
    )
    return [first, *(_cell(text) for text in (t.number(agent.answered), median, p90))]


def _cell(text: str) -> Block:
    return {"type": "raw_text", "text": cut(text, 200)}
