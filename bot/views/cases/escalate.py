"""Asking for a second pair of eyes: the modal, and the card that the other team or lead gets."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.cases.conversation import NEEDS_AN_AGENT, Escalation
from bot.domain.cases.thread import State
from bot.platform.i18n import Translator
from bot.views.cases.card import decide, last_reply, said, thumbnail
from bot.views.cases.models import Card
from bot.views.cases.state import clock, customer_and_place, headline, owner, state, undecided, up_to_us
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, SlackMessage, View
from bot.views.common.text import cut, escape, line, link, moment, person


def modal(thread_id: int, targets: Sequence[tuple[str, str]], t: Translator) -> View:
    """Ask to whom and why. `targets` are 1 to 100 pairs (value, name); the first is preselected."""
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


def _stands(card: Card, escalation: Escalation, t: Translator) -> str:
    if not up_to_us(card):
        return headline(card, t)
    return " · ".join(filter(None, (clock(card, t), _whose(card, escalation, t))))


def _whose(card: Card, escalation: Escalation, t: Translator) -> str:
    if escalation.taken_by and escalation.taken_at:
        taken = moment(escalation.taken_at, card.at)
        return t("🙌 *Taken over* by {person} at {time}", person=person(escalation.taken_by), time=taken)
    return t("🙋 *Open* · {owner}", owner=owner(card, t))


def _buttons(card: Card, escalation: Escalation, t: Translator) -> Block | None:
    thread = card.thread
    if thread.state is not State.CLOSED and (unknown := undecided(card)):
        return b.actions(*decide(card, unknown, t))
    if not up_to_us(card):
        return None
    if not escalation.taken_by:
        return b.actions(b.button(t("Take over"), "take_over", thread.id, style="primary"))
    if thread.reply_blocked_reason:
        return None
    return b.actions(b.button(t("Reply"), "reply", thread.id, style="primary"))
