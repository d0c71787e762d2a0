"""What a card and the reply form say about the thread's customer in one line, and the buttons that go with it."""

from __future__ import annotations

from bot.domain.cases.thread import State
from bot.platform.i18n import Translator
from bot.views.cases import also_open, customer
from bot.views.cases.models import Card
from bot.views.common import blocks as b
from bot.views.common.blocks import Block
from bot.views.customers import crm, joining
from bot.views.customers.last_resort import last_resort
from bot.views.customers.line import contacts, line
from bot.views.customers.reference_numbers import numbers


def customer_line(card: Card, t: Translator) -> Block | None:
    """Say how often the customer was here, what else they wait for, which numbers they gave, and why it is urgent."""
    facts = (
        contacts(card.contacts_this_month, card.earlier_contacts, t),
        also_open.named(card.also_open, t, card.open_beyond),
        numbers(card.numbers, t),
        crm.on_card(card.in_crm, t),
        joining.on_card(card.same_person, t),
        last_resort(card.signals, t),
    )
    text = line(facts)
    return b.section(text) if text else None


def on_card(card: Card, t: Translator) -> Block | None:
    """The same for the card, with the way to the customer's page.

    It keeps up with the customer's other threads only while they wait in this one.
    """
    line = customer_line(card, t) if card.thread.state is State.WAITING else None
    return line and line | {"accessory": customer.button(card.thread.id, t)}
