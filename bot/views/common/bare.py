"""A message without all that somebody else wrote, for when Slack refuses the whole of it."""

from __future__ import annotations

from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, SlackMessage


def bare(lead: str | None, refused: SlackMessage, t: Translator) -> SlackMessage:
    """Keep `lead` (number, link and state of its thread) and the buttons.

    Buttons that open an address go, because an address may be what was refused.
    """
    why = t("Slack did not take this message in full. Your admin can find the reason in the log.")
    rows = [_row(block) for block in refused.blocks if block["type"] == "actions"]
    if lead is None:
        return b.message(why, b.section(why), *rows)
    return b.message(lead, b.section(lead), b.context(why), *rows)


def _row(actions: Block) -> Block | None:
    return b.actions(*(element for element in actions["elements"] if "url" not in element))
