"""What asks a lead to approve an incident's line or a public update; once that is decided, it says so."""

from __future__ import annotations

from bot.domain.incidents.incident import MAX_LINE
from bot.platform.i18n import Translator
from bot.views.cases import picture
from bot.views.common import blocks as b
from bot.views.common import rich
from bot.views.common.blocks import SlackMessage
from bot.views.common.text import escape, person
from bot.views.incidents.models import Approval
from bot.views.incidents.public_updates import in_place_of, sure_to_post


def approval(asked: Approval, t: Translator) -> SlackMessage:
    """Show the text with its button while it waits, then who approved it."""
    incident = asked.incident
    about = {"number": incident.id, "name": escape(incident.name, 80), "person": person(asked.author)}
    if not asked.waits:
        if asked.approver is None:
            return b.message(t("🧭 Incident {number}, {name}: this no longer waits for approval.", **about))
        by = person(asked.approver)
        return b.message(t("✅ Incident {number}, {name}: approved by {approver}.", approver=by, **about))
    if asked.update:
        text = t("🧭 Incident {number}, {name}: {person} asks you to approve this public update:", **about)
        approve = b.button(
            t("Approve and post"), "update_approve", asked.update, style="primary", confirm=sure_to_post(t)
        )
    else:
        text = t("🧭 Incident {number}, {name}: {person} asks you to approve this line for customers:", **about)
        value = f"{incident.id}:{incident.proposal}"
        approve = b.button(t("Approve the line"), "incident_approve", value, style="primary")
    with_it = picture.shown_with(asked.picture, t)
    instead = in_place_of(asked.before, t)
    words = rich.quotation(asked.text, MAX_LINE)
    return b.message(text, b.section(text), words, instead, with_it, b.actions(approve))
