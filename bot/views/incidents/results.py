"""The short answers to what somebody did about an incident; only they see them."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.common.errors import Refused
from bot.domain.incidents.incident import Incident
from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import SlackMessage
from bot.views.common.refused import sentence
from bot.views.common.text import escape
from bot.views.incidents.models import Live


def opened(incident: Incident, t: Translator) -> SlackMessage:
    return b.message(
        t(
            "🧭 Incident {number} is open: {name}. Its message is in the channel.",
            number=incident.id,
            name=_name(incident),
        )
    )


def joined(incident: Incident, refusals: Mapping[int, Refused | None], shown: Live, t: Translator) -> SlackMessage:
    """Say which threads are in the incident now, each with the way to undo that, and why others are not."""
    done = [number for number, refusal in refusals.items() if refusal is None]
    lines = [
        f"#{number}: {sentence(refusal, shown.at, t)}" for number, refusal in refusals.items() if refusal is not None
    ]
    text = t("Nothing was put into incident {number}.", number=incident.id)
    if done:
        numbers = ", ".join(f"#{number}" for number in done)
        about = {"threads": numbers, "number": incident.id, "name": _name(incident)}
        text = t("🧭 {threads}: in incident {number}, {name}.", **about)
    undo = [b.section(f"#{number}", b.button(t("Undo"), "incident_leave", number)) for number in done]
    return b.message(text, b.section("\n".join((text, *lines))), *undo)


def left(incident: Incident, thread: int, t: Translator) -> SlackMessage:
    about = {"thread": thread, "number": incident.id, "name": _name(incident)}
    return b.message(t("#{thread} is not in incident {number}, {name}.", **about))


def _name(incident: Incident) -> str:
    return escape(incident.name, 120)
