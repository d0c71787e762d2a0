"""One thread in a line or two, for lists."""

from __future__ import annotations

from bot.domain.card import Card
from bot.domain.thread import State
from bot.i18n import Translator
from bot.views import blocks as b
from bot.views.blocks import Block
from bot.views.state import clock, customer, on_its_way, state, undecided
from bot.views.text import escape, link


def row(facts: Card, t: Translator) -> str:
    """Number, customer, how it stands, and the first words."""
    number = link(facts.permalink, f"#{facts.thread.id}")
    newest = facts.newest
    words = escape(newest.text, 120) if newest else t("deleted by the customer")
    stands = " · ".join(filter(None, (state(facts, t), clock(facts, t))))
    return f"*{number}* {customer(facts, limit=40)}\n{stands}\n“{words}”"


def next_step(facts: Card, t: Translator) -> Block | None:
    """The one button that moves this thread on; None where there is none."""
    thread = facts.thread
    if thread.state is not State.WAITING or on_its_way(facts) or undecided(facts):
        return None
    if thread.owner is None:
        return b.button(t("Claim"), "claim", thread.id)
    return b.button(t("Reply"), "reply", thread.id) if thread.no_reply is None else None
