"""On a card: the incident that it belongs to, or may."""

from __future__ import annotations

from bot.platform.i18n import Translator
from bot.views.cases.models import Card
from bot.views.common import blocks as b
from bot.views.common.blocks import Block
from bot.views.common.text import escape


def on_card(card: Card, t: Translator) -> list[Block]:
    """Name the thread's incident with the way out of it, or ask whether it belongs there. A suggestion is no more."""
    membership = card.incident
    if membership is None or not (membership.joined or membership.suggested):
        return []
    incident, number = membership.incident, card.thread.id
    about = {"number": incident.id, "name": escape(incident.name, 80)}
    which = f"{number}:{incident.id}"  # the card may be older than a move to another incident
    out = b.button(t("Not this incident"), "incident_leave", which)
    if membership.joined:
        text = t("🧭 Incident {number}: *{name}*", **about)
        return [b.section(text, out)] if incident.is_open else [b.context(text)]
    join = b.button(t("Join the incident"), "incident_join", which)
    row = b.actions(join, out)
    return [b.context(t("🧭 Is this about incident {number}, *{name}*?", **about)), *([row] if row else [])]
