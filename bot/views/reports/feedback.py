"""The weekly feedback, the form for what was done about it, and the list for the public."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from bot.domain.reports.feedback import Improvement, without_handles
from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import SlackMessage, View
from bot.views.common.text import escape, line, link, person, quoted
from bot.views.reports.models import Feedback, Heard

IN_A_QUOTE = 160  # characters
OTHERS = 20  # labels that are named without quotes
IN_SHORT = 3  # labels in a notification
FIELD = "improvement"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")


def feedback(said: Feedback, t: Translator) -> SlackMessage:
    """Show how often customers spoke about what, in their words, and what was done."""
    title = t("What customers said: {desk}, {week}", desk=line(said.desk, 60), week=_week(said.week, t))
    first = " · ".join(f"{escape(heard.label, 40)} {t.number(heard.count)}" for heard in said.heard[:IN_SHORT])
    blocks = [block for heard in said.heard for block in _label(said, heard, t)]
    others = ", ".join(f"{escape(name, 40)} {t.number(count)}" for name, count in list(said.others.items())[:OTHERS])
    return b.message(
        f"{escape(title, 120)}: {first}",
        b.header(title),
        *blocks,
        b.section(t("Also: {labels}", labels=others)) if others else None,
        b.context(t("Counted when a colleague sets the label. Quotes are public posts, at most three customers each.")),
    )


def _label(said: Feedback, heard: Heard, t: Translator) -> list[b.Block]:
    about = {"label": escape(heard.label, 40), "n": t.number(heard.count), "before": t.number(heard.before)}
    lines = [t("🏷️ *{label}* · *{n}*, the week before {before}", **about)]
    lines += [_quote(quote.text, quote.url, t) for quote in heard.quotes]
    if heard.done:
        about = {"line": escape(heard.done.text, 300), "who": person(heard.done.by)}
        lines.append(t("✅ What we did: {line} ({who})", **about))
    value = f"{said.week.isoformat()}:{heard.label}:{said.desk_key}"
    return [b.section("\n".join(lines), b.button(t("What did we do?"), "improve", value))]


def _quote(text: str, url: str, t: Translator) -> str:
    words = escape(without_handles(text), IN_A_QUOTE)
    return f"• {quoted(words, t)} {link(url, '↗')}"


def modal(desk_key: str, label: str, week: date, now: str, longest: int, t: Translator) -> View:
    """Ask for the line that the public may read."""
    field = b.text_input(
        t("What we did"), FIELD, placeholder=t("Such as: parcels now show where they are"), value=now, optional=True
    )
    field["element"]["max_length"] = longest
    field["element"]["multiline"] = False
    return b.modal(
        "improvement",
        t("What did we do?"),
        [
            b.section(f"🏷️ *{escape(label, 40)}* · {_week(week, t)}"),
            field,
            b.context(t("Anybody may read this line: no names, no handles, no customer's words. Empty takes it back.")),
        ],
        submit=t("Save"),
        close=t("Cancel"),
        metadata={"desk": desk_key, "label": label, "week": week.isoformat()},
    )


def public(desk: str, labels: Iterable[tuple[str, int, list[Improvement]]], t: Translator) -> str:
    """Write the list for the public as Markdown."""
    parts = [f"# {t('You said, we did: {desk}', desk=_escaped(desk))}"]
    for name, count, done in labels:
        parts.append(f"## {_escaped(name)}")
        parts.append(t.n("You said it {n} time.", "You said it {n} times.", count))
        parts += [f"- {t('We did: {line}', line=_escaped(line.text))} ({t.date(line.week)})" for line in done]
    return "\n\n".join(parts) + "\n"


def _week(monday: date, t: Translator) -> str:
    return t("week of {day}", day=t.day(monday))


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))
