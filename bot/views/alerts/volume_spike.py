"""The signal to a lead: far more mentions than is normal, and what they are about."""

from __future__ import annotations

from bot.domain.alerts.volume_spike import Signal
from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import Message
from bot.views.common.text import date, escape, link


def signal(facts: Signal, command: str, t: Translator) -> Message:
    """Numbers and single words only: a direct message is not edited any more when a customer deletes a post."""
    crisis = facts.crisis
    text = t(
        "📈 *{desk}* got {mentions} in the hour before {time}. Normal for that hour: {normal}.",
        desk=escape(crisis.desk, 80),
        mentions=t.n("{n} mention", "{n} mentions", crisis.mentions),
        time=date(crisis.at),
        normal=t.number(round(crisis.normal)),
    )
    words = ", ".join(f"*{escape(word.text, 40)}* ({t.number(word.messages)})" for word in facts.words)
    first = ", ".join(link(one.url, f"#{one.thread_id}") for one in facts.examples)
    about = t("Words that stand out: {words}", words=words) if words else t("No words stand out.")
    start = t("The first of them: {threads}", threads=first) if first else ""
    what = t("To look at one here, type `{command} show` and its number.", command=command)
    return b.message(text, b.section(text), b.section("\n".join(filter(None, (about, start)))), b.context(what))
