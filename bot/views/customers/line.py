"""The line that says who the customer is: facts, one after another, on a card and in the reply form."""

from __future__ import annotations

from collections.abc import Iterable

from bot.platform.i18n import Translator


def line(facts: Iterable[str | None]) -> str | None:
    """Join what is known of the customer, most telling first; None if there is nothing to say."""
    known = " · ".join(fact for fact in facts if fact)
    return f"💬 {known}" if known else None


def contacts(this_month: int, earlier: int, t: Translator) -> str | None:
    """Say how often the customer has been here. Somebody's first time needs no words."""
    if this_month > 1:
        return t("{nth} contact this month", nth=t.ordinal(this_month))
    return t.n("{n} earlier contact", "{n} earlier contacts", earlier) if earlier else None
