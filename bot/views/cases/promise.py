"""Promises to customers: the line on the card, the choice in the reply form, and what their owner hears."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.cases.thread import State
from bot.domain.clock.said import Quick
from bot.platform.i18n import N_, Translator
from bot.views.cases.models import Card, Promised
from bot.views.cases.state import on_its_way, promise
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, SlackMessage, View
from bot.views.common.text import escape, link, moment, person
from bot.views.desk.reached import away, called, for_leads, take_over

ASKED, CHOICE, OTHER = "promise", "promise_by", "promise_other"
"""The block ids of the reply form: the tick, the quick choice, and another time."""

_QUICK = {
    Quick.LATER: N_("End of today"),
    Quick.TOMORROW: N_("Tomorrow"),
    Quick.MONDAY: N_("Monday"),
}


def on_card(card: Card, t: Translator) -> Block | None:
    """Show what was promised, and the way to say that it is no longer needed."""
    said = promise(card, t)
    if said is None:
        return None
    done = b.button(t("No longer needed"), "cancel_promise", card.thread.id)
    return b.section(said, done if card.thread.state is State.ANSWERED and not on_its_way(card) else None)


def asked(t: Translator, promised_for: datetime | None = None) -> Block:
    """Ask whether the reply promises anything."""
    option = b.option(t("Promise to come back"), "yes")
    element: Block = {"type": "checkboxes", "action_id": ASKED, "options": [option]}
    if promised_for is not None:
        element["initial_options"] = [option]
    return b.input_block(t("Promise"), ASKED, element) | {"optional": True, "dispatch_action": True}


def times(
    offered: Mapping[Quick, datetime], zone: ZoneInfo, t: Translator, promised_for: datetime | None = None
) -> list[Block]:
    """Ask by when: the fields that stand below the tick while it is set."""
    options = [
        b.option(f"{t(_QUICK[name])} · {t.moment(at.astimezone(zone))}", at.isoformat()) for name, at in offered.items()
    ]
    choice: Block = {"type": "static_select", "action_id": CHOICE, "options": options}
    picker: Block = {"type": "datetimepicker", "action_id": OTHER}
    if promised_for is not None:
        picker["initial_date_time"] = int(promised_for.timestamp())
    elif options:
        choice["initial_option"] = options[0]
    return [
        *([b.input_block(t("By"), CHOICE, choice) | {"optional": True}] if options else []),
        b.input_block(t("Or another time"), OTHER, picker) | {"optional": True},
    ]


def modal(thread_id: int, t: Translator) -> View:
    """Ask why the customer needs no more."""
    return b.modal(
        "cancel_promise",
        t("Promise of #{number}", number=thread_id),
        [
            b.text_input(t("Why it is no longer needed"), "reason", placeholder=t("For example: solved by phone")),
            b.context(t("The reason is kept with the thread. Nobody is reminded of the promise any more.")),
        ],
        submit=t("Confirm"),
        close=t("Cancel"),
        metadata={"thread": thread_id},
    )


def nag(promised: Promised, t: Translator, *, broken: bool) -> SlackMessage:
    """Remind the owner, in their absence who is on call, or the channel; once the promise is broken name the leads.

    Whoever is not there is named, and not rung.
    """
    card, told, reached = promised.card, promised.promise, promised.reached
    number = link(card.permalink, f"#{card.thread.id}")
    if told is None or told.ended_at is not None:
        return b.message(t("✅ The promise in {number} is settled.", number=number))
    about = {
        "number": number,
        "name": escape(card.thread.customer_label, 60),
        "due": moment(told.due_at, card.at),
        "by": escape(reached.off[told.by], 60) if told.by in reached.off else person(told.by),
    }
    if broken:
        text = t("⚠️ Promise *broken* in {number}: {by} said that {name} hears from us by {due}.", **about)
    else:
        text = t("🤝 {number}: {by} promised {name} an answer by *{due}*.", **about)
    owner = card.thread.owner
    text += away(reached, owner, t) + (for_leads(promised.leads, t) if broken else "")
    if reached.called:
        text = f"{called(reached)} · {text}"
    reply = None if card.thread.reply_blocked_reason else b.button(t("Reply"), "reply", card.thread.id)
    reply = take_over(reached, card.thread.id, owner, t) or reply
    done = b.button(t("No longer needed"), "cancel_promise", card.thread.id)
    return b.message(text, b.section(text), None if on_its_way(card) else b.actions(reply, done))
