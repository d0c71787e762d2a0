"""Snoozing a thread: the modal, the answer to the command, and what is said when the snooze is over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.cases.thread import State
from bot.domain.clock.said import Quick, Remark
from bot.platform.i18n import N_, Translator
from bot.views.cases.case_row import next_step
from bot.views.cases.models import Rested
from bot.views.cases.state import headline, on_its_way, snoozed, up_to_us
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, SlackMessage, View
from bot.views.common.text import date, escape, link
from bot.views.desk.reached import away, called, take_over

_QUICK = {
    Quick.HOUR: N_("In 1 hour"),
    Quick.LATER: N_("Later today"),
    Quick.TOMORROW: N_("Tomorrow morning"),
    Quick.OPENING: N_("When the desk opens"),
    Quick.MONDAY: N_("Monday"),
}
REMARKS = {
    Remark.CLOSED: N_("The desk is closed on that day, so this is the next day on which it opens."),
    Remark.TOMORROW: N_("That time has passed today, so this is the next day on which the desk is open."),
    Remark.OUTSIDE: N_("The desk is closed then: you hear of it when it opens."),
}
"""How a typed time was read, said to whoever typed it."""


def modal(thread_id: int, offered: Mapping[Quick, datetime], zone: ZoneInfo, t: Translator) -> View:
    """Ask until when and why. `offered` are the quick choices; `zone` is the desk's."""
    options = [
        b.option(f"{t(_QUICK[name])} · {t.moment(at.astimezone(zone))}", at.isoformat()) for name, at in offered.items()
    ]
    choice: Block = {
        "type": "radio_buttons",
        "action_id": "until",
        "options": options,
        "initial_option": options[0],
    }
    other = b.input_block(t("Or another time"), "other", {"type": "datetimepicker", "action_id": "other"})
    return b.modal(
        "snooze",
        t("Snooze #{number}", number=thread_id),
        [
            b.input_block(t("Until"), "until", choice),
            other | {"optional": True},
            b.text_input(t("Why"), "reason", placeholder=t("For example: waiting for the depot")),
            b.context(
                t(
                    "The clock stands still until then and nobody is reminded. If the customer writes, it comes back "
                    "at once. The customer does not see this."
                )
            ),
        ],
        submit=t("Snooze"),
        close=t("Cancel"),
        metadata={"thread": thread_id},
    )


def confirmation(thread_id: int, until: datetime, why: str, remark: Remark | None, t: Translator) -> SlackMessage:
    """Confirm the command, with how its time was read."""
    shown = date(until, "{date_long_pretty} {time}")
    text = t("💤 #{number} is snoozed until {until}: {why}", number=thread_id, until=shown, why=escape(why, 300))
    wake = b.actions(b.button(t("Wake now"), "wake", thread_id))
    return b.message(text, b.section(text), b.context(t(REMARKS[remark])) if remark else None, wake)


def woken(thread_id: int, t: Translator) -> SlackMessage:
    """Confirm that the snooze has ended."""
    return b.message(t("⏰ #{number} is not snoozed any more.", number=thread_id))


def over(rested: Rested, t: Translator) -> SlackMessage:
    """Bring the thread back to its owner, or to the channel, with what can be done now."""
    card = rested.card
    why = rested.pause.why if rested.pause else None
    about = {"number": link(card.permalink, f"#{card.thread.id}"), "why": escape(why or "—", 300)}
    owner, reached = card.thread.owner, rested.reached
    if reached.called:
        text = t("⏰ {person}, {number} is back: {why}", person=called(reached), **about) + away(reached, owner, t)
    elif owner:
        text = t("⏰ {number} is back: {why}", **about) + away(reached, owner, t)
    else:
        text = t("⏰ {number} is back, and nobody has claimed it: {why}", **about)
    if not _open(rested):
        return b.message(text)
    return b.message(text, b.section(text), b.context(headline(card, t)), _buttons(rested, t))


def _open(rested: Rested) -> bool:
    """Tell whether nobody has done anything about it yet."""
    card = rested.card
    if card.thread.erased_at or card.thread.merged_into or snoozed(card) or on_its_way(card):
        return False
    if card.thread.state is State.ANSWERED:
        answer = card.answer
        return rested.pause is not None and (answer is None or (answer.sent_at or answer.send_at) <= rested.pause.end)
    return up_to_us(card)


def _buttons(rested: Rested, t: Translator) -> Block | None:
    card, owner = rested.card, rested.card.thread.owner
    waits = card.thread.state is State.WAITING
    reply = None if card.thread.reply_blocked_reason else b.button(t("Reply"), "reply", card.thread.id)
    step = take_over(rested.reached, card.thread.id, owner, t) or (next_step(card, t) if waits else reply)
    return b.actions(step, b.button(t("Snooze"), "snooze", card.thread.id))
