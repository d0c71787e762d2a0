"""The numbers that a customer gave, as links into our own systems."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.customers.reference_numbers import Number
from bot.platform.i18n import Translator
from bot.views.common.text import escape, link

SHOWN = 3


def numbers(given: Sequence[Number], t: Translator) -> str | None:
    """Name the newest numbers, and how many more there are; None if there are none."""
    if not given:
        return None
    named = ", ".join(link(number.url, escape(number.value, 40)) for number in given[-SHOWN:])
    more = len(given) - SHOWN
    return t("{numbers} and {n} more", numbers=named, n=t.number(more)) if more > 0 else named
