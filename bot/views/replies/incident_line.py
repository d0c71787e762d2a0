"""In the reply form: which incident the customer writes about, and the line that was agreed for it."""

from __future__ import annotations

from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common import rich
from bot.views.common.blocks import QUOTED, Block, SlackMessage
from bot.views.common.text import escape, person
from bot.views.replies.models import Draft


def about(draft: Draft, t: Translator) -> list[Block]:
    """Say whose line it is, and that it must be made personal; show it where the form begins with something else."""
    if draft.line is None:
        return []
    incident = draft.line.incident
    said = t(
        "🧭 Incident {number}, *{name}*: the line agreed by {person} and {approver}. Make it personal; as it stands it "
        "can't be sent.",
        number=incident.id,
        name=escape(incident.name, 80),
        person=person(incident.line_by or ""),
        approver=person(incident.line_approved_by or ""),
    )
    shown = [] if draft.text == incident.line else [rich.quotation(incident.line, QUOTED * 2)]
    return [b.context(said), *shown]


def with_next(confirmed: SlackMessage, incident: int, left: int, t: Translator) -> SlackMessage:
    """Add to the confirmation of a reply the next customer of a solved incident, or that it was the last one."""
    if not left:
        return b.message(confirmed.text, *confirmed.blocks, b.context(t("✅ Everybody who asked has been told.")))
    said = t.n("{n} customer is still to be told.", "{n} customers are still to be told.", left)
    offer = b.button(t("Answer the next one"), "incident_next", incident)
    return b.message(confirmed.text, *confirmed.blocks, b.section(said, offer))
