"""What a customer says of having asked before, waited, or gone elsewhere, in the words of the card."""

from __future__ import annotations

from collections.abc import Collection

from bot.domain.customers.last_resort import Signal
from bot.platform.i18n import N_, Translator

WORDS = {
    Signal.REPEATED: N_("says it is not the first time"),
    Signal.WAITING: N_("says they have waited for days"),
    Signal.CHANNELS: N_("tried other ways to reach us"),
    Signal.PROMISE: N_("says a promise was not kept"),
    Signal.CASE: N_("names an older case"),
    Signal.AUDIENCE: N_("names the press, a consumer body or a lawyer"),
}


def last_resort(signals: Collection[Signal], t: Translator) -> str | None:
    """Say each kind of signal; None if there are none."""
    return " · ".join(t(WORDS[kind]) for kind in Signal if kind in signals) or None
