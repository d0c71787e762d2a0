"""The reminder of a case that takes too long, under its card."""

from __future__ import annotations

from bot.platform.i18n import N_, Translator
from bot.views.cases.case_row import next_step
from bot.views.common import blocks as b
from bot.views.common.blocks import SlackMessage
from bot.views.common.text import escape, link, moment, person
from bot.views.reminders.models import ResolutionNag

_SOON = N_("⌛ {person}, please settle {number} ({name}) by *{due}*: {target} in all are agreed.")
_SOON_UNOWNED = N_("⌛ {number} ({name}) should be settled by *{due}*, and nobody has claimed it.")
_LATE = N_("⌛ {person}, {number} ({name}) is not settled: the {target} agreed in all were over at {due}.")
_LATE_UNOWNED = N_("⌛ {number} ({name}) is not settled, and nobody has claimed it: it should have been by {due}.")


def resolution_nag(nag: ResolutionNag, t: Translator, *, late: bool) -> SlackMessage:
    """Remind the owner, or the channel if nobody owns the thread; once it is `late` the leads too."""
    card, case = nag.card, nag.case
    if case is None or case.due_at is None:
        return b.message(t("✅ Nobody is waiting here any more."))
    owner = card.thread.owner
    words = (_LATE if owner else _LATE_UNOWNED) if late else (_SOON if owner else _SOON_UNOWNED)
    text = t(
        words,
        person=person(owner or ""),
        name=escape(card.thread.customer_label, 60),
        number=link(card.permalink, f"#{card.thread.id}"),
        due=moment(case.due_at, card.at),
        target=t.exact(case.target),
    )
    if late and nag.leads:
        text = f"{text} {t('For your attention: {people}', people=', '.join(map(person, nag.leads[:20])))}"
    return b.message(text, b.section(text), b.actions(next_step(card, t)))
