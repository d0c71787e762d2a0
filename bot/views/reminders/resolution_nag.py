"""The reminder of a case that takes too long, under its card."""

from __future__ import annotations

from bot.platform.i18n import N_, Translator
from bot.views.cases.case_row import next_step
from bot.views.common import blocks as b
from bot.views.common.blocks import SlackMessage
from bot.views.common.text import escape, link, moment
from bot.views.desk.reached import away, called, for_leads, take_over
from bot.views.reminders.models import ResolutionNag

_SOON = N_("⌛ {person}, please settle {number} ({name}) by *{due}*: {target} in all are agreed.")
_SOON_UNOWNED = N_("⌛ {number} ({name}) should be settled by *{due}*, and nobody has claimed it.")
_SOON_AWAY = N_("⌛ {number} ({name}) should be settled by *{due}*: {target} in all are agreed.")
_LATE = N_("⌛ {person}, {number} ({name}) is not settled: the {target} agreed in all were over at {due}.")
_LATE_UNOWNED = N_("⌛ {number} ({name}) is not settled, and nobody has claimed it: it should have been by {due}.")
_LATE_AWAY = N_("⌛ {number} ({name}) is not settled: the {target} agreed in all were over at {due}.")


def resolution_nag(nag: ResolutionNag, t: Translator, *, late: bool) -> SlackMessage:
    """Remind the owner, in their absence who is on call, or the channel; once it is `late` name the leads."""
    card, case = nag.card, nag.case
    if case is None or case.due_at is None:
        return b.message(t("✅ Nobody is waiting here any more."))
    owner, reached = card.thread.owner, nag.reached
    words = (_LATE if owner else _LATE_UNOWNED) if late else (_SOON if owner else _SOON_UNOWNED)
    if owner and not reached.called:
        words = _LATE_AWAY if late else _SOON_AWAY
    text = t(
        words,
        person=called(reached),
        name=escape(card.thread.customer_label, 60),
        number=link(card.permalink, f"#{card.thread.id}"),
        due=moment(case.due_at, card.at),
        target=t.exact(case.target),
    )
    text += away(reached, owner, t) + (for_leads(nag.leads, t) if late else "")
    step = take_over(reached, card.thread.id, owner, t) or next_step(card, t)
    return b.message(text, b.section(text), b.actions(step))
