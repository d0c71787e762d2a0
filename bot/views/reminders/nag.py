"""Reminders: one message under the card, edited as it ages, which names the leads at the breach."""

from __future__ import annotations

from bot.domain.clock.targets import NagLevel
from bot.domain.clock.waits import WaitOutcome
from bot.domain.reminders.reminders import MOST_TIMES
from bot.platform.i18n import Translator
from bot.views.cases.case_row import next_step, row
from bot.views.cases.state import held_up, resting, snoozed, state, up_to_us
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, SlackMessage
from bot.views.common.text import escape, link, moment, person
from bot.views.reminders.models import Nag


def nag(nag: Nag, t: Translator, times: int = 0) -> SlackMessage:
    """Remind the owner under the card, or the channel if nobody owns the thread; at the breach the leads too.

    `times` is how often the owner had put it off before this message; one that was put off since has no buttons.
    """
    card = nag.card
    if nag.level is NagLevel.NOT_YET:
        return b.message(_over(nag, t))
    if snoozed(card):
        return b.message(resting(card, t))
    about = {
        "number": link(card.permalink, f"#{card.thread.id}"),
        "name": escape(card.thread.customer_label, 60),
        "due": moment(nag.due_at, card.at),
    }
    owner = card.thread.owner
    if nag.level is NagLevel.WARNING and owner:
        text = t("⏰ {person}, please answer {name} ({number}) by *{due}*.", person=person(owner), **about)
    elif nag.level is NagLevel.WARNING:
        text = t("⏰ Nobody has claimed {number} yet. {name} should have an answer by *{due}*.", **about)
    elif owner:
        text = t(
            "⚠️ {person}, {number} is *late*: {name} should have had an answer by {due}.",
            person=person(owner),
            **about,
        )
    else:
        text = t(
            "⚠️ {number} is *late* and nobody has claimed it: {name} should have had an answer by {due}.",
            **about,
        )
    if nag.level is NagLevel.BREACH and nag.leads:
        text = f"{text} {t('For your attention: {people}', people=_people(nag.leads))}"
    if times:
        text = f"{text} {t('Your 10 more minutes are over.')}" if owner else text
    if held := held_up(card, t):
        text = f"{text} {held[0]}. {held[1]}"
    return b.message(text, b.section(text), _buttons(nag, times, t))


def lead(nag: Nag, t: Translator) -> SlackMessage:
    """Build the direct message that a lead got at the breach, until there were late lists."""
    card = nag.card
    if nag.level is NagLevel.NOT_YET:
        return b.message(f"{link(card.permalink, f'#{card.thread.id}')} · {_over(nag, t)}")
    text = t(
        "⚠️ {number} at {desk} is *late*.",
        number=link(card.permalink, f"#{card.thread.id}"),
        desk=escape(card.thread.desk, 80),
    )
    held = held_up(card, t)
    if held:
        text = f"{text} {held[0]}."
    advice = b.context(held[1]) if held else None
    return b.message(text, b.section(text), b.section(row(card, t)), advice, b.actions(next_step(card, t)))


def _over(nag: Nag, t: Translator) -> str:
    wait = nag.wait
    if wait is None or wait.outcome is None or wait.ended_at is None:
        return t("✅ Nobody is waiting here any more.")
    if wait.outcome is WaitOutcome.WITHDRAWN and nag.card.thread.erased_at:
        return state(nag.card, t)
    if wait.outcome is WaitOutcome.WITHDRAWN:
        return t("🔒 The customer deleted what they wrote.")
    length = t.duration(wait.ended_at - wait.started_at)
    if wait.outcome is WaitOutcome.ANSWERED and not wait.ended_by:
        return t("✅ Answered on {network} itself after {duration}.", network=nag.card.network_name, duration=length)
    who = person(wait.ended_by) if wait.ended_by else t("the desk")
    if wait.outcome is WaitOutcome.CLOSED:
        return t("🔒 Closed without a reply by {person}.", person=who)
    return t("✅ Answered by {person} after {duration}.", person=who, duration=length)


def _buttons(nag: Nag, times: int, t: Translator) -> Block | None:
    thread = nag.card.thread
    if not thread.owner:
        return b.actions(next_step(nag.card, t))
    if not up_to_us(nag.card):
        return None
    if nag.times > times:
        return b.context(t("⏳ {person} asked for 10 more minutes.", person=person(thread.owner)))
    more = b.button(t("10 more minutes"), "more_time", thread.id) if times < MOST_TIMES else None
    snooze = b.button(t("Snooze"), "snooze", thread.id)
    return b.actions(next_step(nag.card, t), more, snooze, b.button(t("Release"), "release", thread.id))


def _people(leads: tuple[str, ...]) -> str:
    return ", ".join(person(lead) for lead in leads[:20])
