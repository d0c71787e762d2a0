"""The line that tells the channel that somebody is away, and what they had not answered. It rings nobody."""

from __future__ import annotations

from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import SlackMessage
from bot.views.common.text import escape, link, moment
from bot.views.reminders.models import Absence

NUMBERS = 40
PROMISES = 10


def absence(shown: Absence, t: Translator) -> SlackMessage:
    name = escape(shown.name, 60)
    numbers = [link(permalink, f"#{number}") for number, permalink in shown.unclaimed.items()]
    listed = ", ".join(numbers[:NUMBERS]) + (" …" if len(numbers) > NUMBERS else "")
    if not numbers:
        return b.message(t("🌴 *{name}* is away; what they had not answered is taken care of.", name=name))
    if shown.has_left:
        text = t("🌴 The account of *{name}* is closed. Unclaimed now: {numbers}.", name=name, numbers=listed)
    elif shown.until is None:
        text = t("🌴 *{name}* is away. Unclaimed now: {numbers}.", name=name, numbers=listed)
    else:
        until = moment(shown.until, shown.at)
        text = t("🌴 *{name}* is away until {until}. Unclaimed now: {numbers}.", name=name, until=until, numbers=listed)
    claim = b.button(t("Claim next 5"), "claim_next", shown.desk, style="primary")
    return b.message(
        text, b.section(text), b.context(_promised(shown, t)) if shown.promised else None, b.actions(claim)
    )


def _promised(shown: Absence, t: Translator) -> str:
    """Name what customers count on, which stays with whoever is away."""
    due = [
        f"{link(permalink, f'#{number}')} {moment(due_at, shown.at)}"
        for number, (permalink, due_at) in shown.promised.items()
    ]
    listed = ", ".join(due[:PROMISES]) + (" …" if len(due) > PROMISES else "")
    return t("🤝 Promised to customers, by when: {promises}", promises=listed)
