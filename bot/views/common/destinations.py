"""The words for why Slack takes nothing for a channel or a member."""

from __future__ import annotations

from bot.domain.common.destinations import is_member
from bot.platform.i18n import N_, Translator
from bot.views.common.text import escape, person

WHY = {
    "is_archived": N_("the channel is archived"),
    "is_inactive": N_("the channel is frozen"),
    "not_in_channel": N_("the bot is not in the channel"),
    "channel_not_found": N_("the bot is not in the channel, or the channel no longer exists"),
}
RESTRICTED = N_("only some people may post there")
MEMBER = N_("they take no direct messages from apps, or their account is deactivated")
OTHER = N_("Slack says “{code}”")


def place(destination: str) -> str:
    """Name a channel or a member as mark-up."""
    return person(destination) if is_member(destination) else f"<#{destination}>"


def why(destination: str, code: str, t: Translator) -> str:
    """Finish the sentence "Slack takes nothing for it: …". `code` is Slack's."""
    if is_member(destination):
        return t(MEMBER)
    if code.startswith(("restricted_action", "posting_to")):
        return t(RESTRICTED)
    return t(WHY.get(code, OTHER), code=escape(code, 60))
