"""The short answers to what somebody did about an incident; only they see them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.domain.common.errors import Refused
from bot.domain.incidents.incident import Incident
from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import SlackMessage
from bot.views.common.refused import sentence
from bot.views.common.text import escape
from bot.views.incidents.live import gathered


def opened(incident: Incident, t: Translator) -> SlackMessage:
    """Say that it is open and what comes to it, so that wrong words are noticed at once."""
    about = {"number": incident.id, "name": _name(incident)}
    text = t("🧭 Incident {number} is open: {name}. Its message is in the channel.", **about)
    return b.message(text, b.section(text), b.context(gathered(incident, t)))


def joined(incident: Incident, each: Mapping[int, Incident | Refused], at: datetime, t: Translator) -> SlackMessage:
    """Say which threads are in the incident now, each with the way to undo that, and why others are not."""
    done = [number for number, result in each.items() if isinstance(result, Incident)]
    lines = [_why_not(number, result, at, t) for number, result in each.items() if isinstance(result, Refused)]
    text = t("Nothing was put into incident {number}.", number=incident.id)
    if done:
        numbers = ", ".join(f"#{number}" for number in done)
        about = {"threads": numbers, "number": incident.id, "name": _name(incident)}
        text = t("🧭 {threads}: in incident {number}, {name}.", **about)
    undo = [
        b.section(f"#{number}", b.button(t("Undo"), "incident_leave", f"{number}:{incident.id}")) for number in done
    ]
    return b.message(text, b.section("\n".join((text, *lines))), *undo)


def left(each: Mapping[int, Incident | Refused], at: datetime, t: Translator) -> SlackMessage:
    """Say which threads are in their incident no more, and why others still are."""
    lines = [
        _why_not(number, result, at, t) if isinstance(result, Refused) else _out_of(result, number, t)
        for number, result in each.items()
    ]
    return b.message(text := "\n".join(lines), b.section(text))


def _out_of(incident: Incident, thread: int, t: Translator) -> str:
    about = {"thread": thread, "number": incident.id, "name": _name(incident)}
    return t("#{thread} is not in incident {number}, {name}.", **about)


def _why_not(thread: int, refusal: Refused, at: datetime, t: Translator) -> str:
    return f"#{thread}: {sentence(refusal, at, t)}"


def _name(incident: Incident) -> str:
    return escape(incident.name, 120)
