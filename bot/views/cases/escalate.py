"""Asking for a second pair of eyes: the modal, and the card that the other team or lead gets."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.cases.conversation import NEEDS_AN_AGENT, Escalation
from bot.domain.cases.thread import State
from bot.platform.i18n import Translator
from bot.views.cases.card import decide, last_reply, said, thumbnail
from bot.views.cases.models import Card
from bot.views.cases.state import clock, customer_and_place, headline, owner, snoozed, state, undecided, up_to_us
from bot.views.common import blocks as b
from bot.views.common import rich
from bot.views.common.blocks import Block, SlackMessage, View
from bot.views.common.text import cut, escape, line, link, moment, person


def modal(thread_id: int, targets: Sequence[tuple[str, str]], t: Translator, *, private: bool = False) -> View:
    """Ask to whom and why. `targets` are 1 to 100 pairs (value, name); the first is preselected.

    What is `private` those who are asked can read.
    """
    options = [b.option(line(label, 75) or value, cut(value, 150)) for value, label in targets[:100]]
    choice: Block = {
        "type": "static_select",
        "action_id": "target",
        "options": options,
        "initial_option": options[0],
    }
    return b.modal(
        "escalate",
        t("Escalate #{number}", number=thread_id),
        [
            b.input_block(t("To whom"), "target", choice),
            b.text_input(t("Why"), "why", placeholder=t("What you need from them")),
            b.context(t("The owner stays responsible until somebody takes over. The customer does not see this.")),
            *([b.context(t("🔒 This is a private message: whoever you ask can read it."))] if private else []),
        ],
        submit=t("Escalate"),
        close=t("Cancel"),
        metadata={"thread": thread_id},
    )


def card(card: Card, escalation: Escalation, t: Translator) -> SlackMessage:
    """Show the card that the other team or lead gets; it follows the state of the thread's own card."""
    thread = card.thread
    if thread.erased_at:
        text = f"*#{thread.id}*  {state(card, t)}"
        return b.message(text, b.section(text))
    asks = t("🙋 {person} asks for help with *#{number}*", person=person(escalation.by), number=thread.id)
    why = escape(escalation.why, 1000)
    return b.message(
        t("#{number} was escalated to you: {why}", number=thread.id, why=escape(escalation.why, 300)),
        b.section(f"{asks}\n{why}"),
        b.section("\n".join((_stands(card, escalation, t), customer_and_place(card, t))), thumbnail(card, t)),
        *said(card, t),
        *(last_reply(card, t) if card.reply and card.reply.state in NEEDS_AN_AGENT else ()),
        b.context(link(card.permalink, t("See its card at {desk}", desk=escape(thread.desk, 80)))),
        _buttons(card, escalation, t),
    )


def answer(request: Escalation, channel: str | None, t: Translator) -> View:
    """Ask what the colleague is to read. `channel` is where the agent clicked."""
    asks = t("{person} asks about #{number}:", person=person(request.by), number=request.thread_id)
    return b.modal(
        "answer_colleague",
        t("Answer colleague"),
        [
            b.section(asks),
            rich.quotation(request.why),
            b.text_input(t("Your answer"), "text", placeholder=t("What the owner is to know or do")),
            b.context(t("The owner reads it under the card and in a direct message. The customer does not see this.")),
        ],
        submit=t("Send"),
        close=t("Cancel"),
        metadata={"request": request.id, "channel": channel},
    )


def nag(card: Card, request: Escalation, t: Translator, *, late: bool) -> SlackMessage:
    """Remind whoever was asked, under the card that they got."""
    if request.taken_by or request.answered_by or not (up_to_us(card) or snoozed(card)):
        return b.message(t("✅ #{number} needs no answer from you any more.", number=card.thread.id))
    about = {"person": person(request.by), "number": card.thread.id, "due": moment(request.due_at or card.at, card.at)}
    if late:
        return b.message(t("⚠️ Your answer about #{number} is *late*: {person} should have had it by {due}.", **about))
    return b.message(t("⏰ {person} waits for your answer about #{number}, by *{due}*.", **about))


def _stands(card: Card, escalation: Escalation, t: Translator) -> str:
    if not up_to_us(card):
        return headline(card, t)
    return " · ".join(filter(None, (clock(card, t), _whose(card, escalation, t))))


def _whose(card: Card, escalation: Escalation, t: Translator) -> str:
    if escalation.taken_by and escalation.taken_at:
        taken = moment(escalation.taken_at, card.at)
        return t("🙌 *Taken over* by {person} at {time}", person=person(escalation.taken_by), time=taken)
    if escalation.answered_by and escalation.answered_at:
        answered = moment(escalation.answered_at, card.at)
        return t("💬 *Answered* by {person} at {time}", person=person(escalation.answered_by), time=answered)
    return t("🙋 *Open* · {owner}", owner=owner(card, t))


def _buttons(card: Card, escalation: Escalation, t: Translator) -> Block | None:
    thread = card.thread
    if thread.state is not State.CLOSED and (unknown := undecided(card)):
        return b.actions(*decide(card, unknown, t))
    if not (up_to_us(card) or snoozed(card)):
        return None
    if not escalation.taken_by:
        first = None if escalation.answered_by else "primary"
        answer = b.button(t("Answer colleague"), "answer_colleague", escalation.id, style=first)
        return b.actions(answer, b.button(t("Take over"), "take_over", thread.id))
    if thread.reply_blocked_reason:
        return None
    return b.actions(b.button(t("Reply"), "reply", thread.id, style="primary"))
