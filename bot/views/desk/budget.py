"""Budget: what a lead hears when the networks have cost nearly, or all, that they may this month."""

from __future__ import annotations

from bot.domain.reports.spend import Budgeted, Standing
from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import SlackMessage


def news(now: Budgeted, t: Translator) -> SlackMessage:
    """Say how much is spent, and what that changes."""
    about = {"so_far": t.dollars(now.so_far / 1000), "budget": t.dollars(now.budget / 1000)}
    if now.standing is Standing.SPENT:
        text = t("💶 *This month's budget for the networks is spent:* {so_far} of {budget} (UTC).", **about)
        then = t("Posts are read every 15 minutes from now on, so cards come later. Replies go as before.")
    else:
        text = t("💶 *Most of this month's budget for the networks is spent:* {so_far} of {budget} (UTC).", **about)
        then = t("When all of it is, posts are read every 15 minutes only. Replies always go.")
    return b.message(text, b.section(f"{text} {then}"))
