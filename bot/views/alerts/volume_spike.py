"""The signal to a lead that far more people write than normal, and what they write about."""

from __future__ import annotations

from bot.platform.i18n import Translator
from bot.views.alerts.models import SpikeSignal
from bot.views.common import blocks as b
from bot.views.common.blocks import SlackMessage
from bot.views.common.text import date, escape, link


def signal(signal: SpikeSignal, command: str, t: Translator) -> SlackMessage:
    """Name only figures and single words: a direct message is not edited when a customer deletes a post."""
    spike = signal.spike
    text = t(
        "📈 *{desk}* got {mentions} in the hour before {time}. Normal for that hour: {normal}.",
        desk=escape(spike.desk, 80),
        mentions=t.n("{n} mention", "{n} mentions", spike.mentions),
        time=date(spike.at),
        normal=t.number(round(spike.normal)),
    )
    words = ", ".join(f"*{escape(word.text, 40)}* ({t.number(word.messages)})" for word in signal.words)
    first = ", ".join(link(example.url, f"#{example.thread_id}") for example in signal.examples)
    about = t("Words that stand out: {words}", words=words) if words else t("No words stand out.")
    start = t("First threads: {threads}", threads=first) if first else ""
    what = t("To look at one here, type `{command} show` and its number.", command=command)
    offer = b.actions(b.button(t("Open an incident…"), "incident_from_spike", spike.id))
    return b.message(text, b.section(text), b.section("\n".join(filter(None, (about, start)))), offer, b.context(what))
