"""Mute: what the card of a muted author says, and the answers to the command."""

from __future__ import annotations

from bot.domain.cases.mute import Mute
from bot.platform.i18n import Translator
from bot.views.cases.models import Card
from bot.views.cases.state import at_handle
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, SlackMessage
from bot.views.common.text import date, escape, person

WHEN = "{date_short_pretty} {time}"


def on_card(card: Card, t: Translator) -> Block | None:
    """Say that the author is muted, why and until when, with the way back."""
    return b.section(_said(card.mute, t), _undo(card.thread.id, t)) if card.mute else None


def muted(mute: Mute, number: int, t: Translator) -> SlackMessage:
    """Confirm a mute, with the way back."""
    return b.message(_said(mute, t), b.section(_said(mute, t), _undo(number, t)))


def unmuted(back: int, t: Translator) -> SlackMessage:
    """Confirm the end of a mute; `back` is how many threads wait again."""
    if not back:
        return b.message(t("Not muted any more. Nothing came in meanwhile."))
    return b.message(
        t.n(
            "Not muted any more. {n} thread is back, and waits since it was written.",
            "Not muted any more. {n} threads are back, and wait since they were written.",
            back,
        )
    )


def _said(mute: Mute, t: Translator) -> str:
    return t(
        "🔇 Posts by {handle} make no cards until {time}: {reason} ({person})",
        handle=at_handle(mute.customer_handle),
        time=date(mute.until, WHEN),
        reason=escape(mute.reason, 300),
        person=person(mute.by),
    )


def _undo(number: int, t: Translator) -> Block:
    return b.button(t("Unmute"), "unmute", number)
