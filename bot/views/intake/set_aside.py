"""The notice that a post could not be stored, with a link to it."""

from __future__ import annotations

from bot.platform.i18n import N_, Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import SlackMessage
from bot.views.common.text import escape, link
from bot.views.intake.models import SetAsideNotice


def notice(notice: SetAsideNotice, t: Translator) -> SlackMessage:
    """Say in one line where to answer. The link is gone once the customer was forgotten."""
    about = {"network": notice.network_name, "handle": escape(notice.handle, 50)}
    said = t(_NOT_STORED, **about)
    if not notice.url:
        return b.message(said)
    return b.message(f"{said} {link(notice.url, t('See it on {network}', **about))}")


_NOT_STORED = N_(
    "⚠️ *One post to @{handle} on {network} could not be stored*, so it has no card here. Please answer it there."
)
