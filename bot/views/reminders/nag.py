"""Reminders: a message at each step of the ladder, which a newer one turns into a short line."""

from __future__ import annotations

from bot.domain.clock.ladder import OWNER
from bot.domain.clock.targets import NagLevel
from bot.domain.clock.waits import WaitOutcome
from bot.domain.reminders.reminders import MOST_TIMES
from bot.platform.i18n import Translator
from bot.views.cases import approval
from bot.views.cases.case_row import next_step, row
from bot.views.cases.state import awaiting, held_up, resting, snoozed, state, up_to_us
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, SlackMessage
from bot.views.common.text import escape, link, moment, named, person
from bot.views.desk.reached import for_leads
from bot.views.reminders.models import Nag


def nag(nag: Nag, t: Translator, times: int = 0) -> SlackMessage:
    """Remind under the card: the owner or whoever is on call by a mention, which rings; the leads by name.

    `times` is how often the owner had put it off before this message; one that was put off since has no buttons.
    """
    card = nag.card
    if superseded := _superseded(nag, t):
        return b.message(superseded)
    if nag.level is NagLevel.NOT_YET:
        return b.message(_over(nag, t))
    if snoozed(card):
        return b.message(resting(card, t))
    if awaiting(card):
        return _for_approvers(nag, t)
    text = _warning(nag, t) if nag.level is NagLevel.WARNING else _breach(nag, t)
    if nag.level is NagLevel.BREACH:
        text += for_leads({lead: nag.names.get(lead, "") for lead in nag.leads}, t)
    if away := nag.missing & nag.away:
        people = ", ".join(_named(nag, each) for each in sorted(away))
        text = f"{text} {t('🌴 {people} is away: who can take over?', people=people)}"
    if resting_now := nag.missing - nag.away:
        people = ", ".join(_named(nag, each) for each in sorted(resting_now))
        text = f"{text} {t('🔕 {people} is not to be disturbed: who can take over?', people=people)}"
    if times and card.thread.owner and card.thread.owner not in nag.missing:
        text = f"{text} {t('Your 10 more minutes are over.')}"
    if held := held_up(card, t):
        text = f"{text} {held[0]}. {held[1]}"
    return b.message(text, b.section(text), _buttons(nag, times, t))


def _for_approvers(nag: Nag, t: Translator) -> SlackMessage:
    """Remind those who may approve of a reply that only waits for them."""
    card = nag.card
    about = _about(nag) | {"author": person(card.reply.author if card.reply else "")}
    if nag.level is NagLevel.BREACH:
        text = t(
            "⚠️ {number} is *late*: the reply by {author} awaits approval. {name} should have had an answer by {due}.",
            **about,
        )
        text += for_leads({lead: nag.names.get(lead, "") for lead in nag.leads}, t)
    else:
        text = t(
            "⏰ The reply by {author} to {name} ({number}) awaits approval. It should be there by *{due}*.", **about
        )
    if called := approval.called(nag.approvers):
        text = f"{called} {text}"
    return b.message(text, b.section(text), b.actions(*approval.decide(card, t)))


def elsewhere(nag: Nag, t: Translator) -> SlackMessage:
    """Remind in another channel than the desk's. A lead got the same in a direct message, until there were late lists.

    The desk's name stands in the place of its key.
    """
    card = nag.card
    number = link(card.permalink, f"#{card.thread.id}")
    if superseded := _superseded(nag, t):
        return b.message(superseded)
    if nag.level is NagLevel.NOT_YET:
        return b.message(f"{number} · {_over(nag, t)}")
    if snoozed(card):
        return b.message(f"{number} · {resting(card, t)}")
    about = {"number": number, "desk": escape(card.thread.desk, 80)}
    if nag.level is NagLevel.BREACH:
        text = t("⚠️ {number} at {desk} is *late*.", **about)
    else:
        text = t("⏰ {number} at {desk} should have an answer by *{due}*.", due=moment(nag.due_at, card.at), **about)
    held = held_up(card, t)
    if held:
        text = f"{text} {held[0]}."
    advice = b.context(held[1]) if held else None
    return b.message(text, b.section(text), b.section(row(card, t)), advice, b.actions(next_step(card, t)))


def _superseded(nag: Nag, t: Translator) -> str | None:
    """Return what is left of a reminder with a newer one; None for any other, and after an erasure."""
    if nag.is_latest or nag.said_at is None or nag.card.thread.erased_at:
        return None
    number = link(nag.card.permalink, f"#{nag.card.thread.id}")
    return t("⏰ Reminded at {time}: {number}.", number=number, time=moment(nag.said_at, nag.card.at))


def _warning(nag: Nag, t: Translator) -> str:
    called, owner, about = _called(nag), nag.card.thread.owner, _about(nag)
    if nag.asked:
        return t(
            "⏰ {person}, are you still on {number}? {name} should have an answer by *{due}*. Without a word from you "
            "it is the team's again then.",
            person=called,
            **about,
        )
    if called:
        return t("⏰ {person}, please answer {name} ({number}) by *{due}*.", person=called, **about)
    if owner in nag.missing:  # what follows names them
        return t("⏰ {name} ({number}) should have an answer by *{due}*.", **about)
    if owner:
        return t("⏰ {name} ({number}) should have an answer by *{due}*. 👤 {owner}", owner=_named(nag, owner), **about)
    return t("⏰ Nobody has claimed {number} yet. {name} should have an answer by *{due}*.", **about)


def _breach(nag: Nag, t: Translator) -> str:
    called, owner, about = _called(nag), nag.card.thread.owner, _about(nag)
    if nag.lost_by:
        lost = t(
            "⚠️ *Late:* {person} was not heard of: {number} is the team's again. {name} should have had an answer by "
            "{due}.",
            person=_named(nag, nag.lost_by),
            **about,
        )
        return f"{lost} {called}" if called else lost
    if called:
        return t("⚠️ {person}, {number} is *late*: {name} should have had an answer by {due}.", person=called, **about)
    if owner in nag.missing:
        return t("⚠️ {number} is *late*: {name} should have had an answer by {due}.", **about)
    if owner:
        return t(
            "⚠️ {number} is *late*: {name} should have had an answer by {due}. 👤 {owner}",
            owner=_named(nag, owner),
            **about,
        )
    return t(
        "⚠️ {number} is *late* and nobody has claimed it: {name} should have had an answer by {due}.",
        **about,
    )


def _about(nag: Nag) -> dict[str, str]:
    thread = nag.card.thread
    return {
        "number": link(nag.card.permalink, f"#{thread.id}"),
        "name": escape(thread.customer_label, 60),
        "due": moment(nag.due_at, nag.card.at),
    }


def _called(nag: Nag) -> str:
    """Mention whom it speaks to and who can be rung: the owner, and who is on call; "" if that is nobody."""
    owner = nag.card.thread.owner if OWNER in nag.to else None
    on_call = [each for each in nag.to if each.startswith(("U", "W"))]
    called = dict.fromkeys([*([owner] if owner else []), *on_call])
    return ", ".join(person(each) for each in called if each not in nag.missing)


def _named(nag: Nag, agent: str) -> str:
    return named(agent, nag.names)


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
    if thread.owner in nag.missing:
        taken = b.button(t("Take over"), "take_over", thread.id)
        return b.actions(taken, b.button(t("Reassign"), "hand_over", thread.id))
    if nag.asks:
        kept = b.button(t("Keep"), "keep", thread.id)
        return b.actions(next_step(nag.card, t), kept, b.button(t("Release"), "release", thread.id))
    more = b.button(t("10 more minutes"), "more_time", thread.id) if times < MOST_TIMES else None
    snooze = b.button(t("Snooze"), "snooze", thread.id)
    return b.actions(next_step(nag.card, t), more, snooze, b.button(t("Release"), "release", thread.id))
