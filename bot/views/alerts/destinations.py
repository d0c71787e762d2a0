"""What a lead is told when Slack takes nothing for a channel or a member, and when it does again."""

from __future__ import annotations

from bot.domain.common.destinations import is_member
from bot.platform.i18n import N_, Translator
from bot.views.alerts.models import DestinationNotice
from bot.views.common import blocks as b
from bot.views.common.blocks import SlackMessage
from bot.views.common.destinations import place, why
from bot.views.common.text import link, moment

ADVICE = {
    "is_archived": N_("Unarchive it, or ask your admin to name another channel in webcare.toml."),
    "not_in_channel": N_("Invite the bot there: `/invite @webcare`."),
    "channel_not_found": N_("Invite the bot there: `/invite @webcare`."),
}
MEMBER = N_("Ask them to allow messages from this app, or ask your admin to name somebody else in webcare.toml.")
OTHER = N_("Let this app post there, or ask your admin to name another channel in webcare.toml.")


def notice(notice: DestinationNotice, t: Translator) -> SlackMessage:
    """Say what takes nothing, why, and what to do; or that it is over."""
    fault = notice.fault
    about = {"place": place(fault.destination), "since": moment(fault.since, notice.at)}
    if notice.over_at is not None:
        length = t.duration(notice.over_at - fault.since)
        return b.message(t("✅ *{place} takes messages again*, after {duration}.", **about, duration=length))
    advice = MEMBER if is_member(fault.destination) else ADVICE.get(fault.code, OTHER)
    said = t(
        "🚫 *Slack takes nothing for {place}* since {since}: {why}.", **about, why=why(fault.destination, fault.code, t)
    )
    kept = t("What is meant for it is kept and tried again every minute.")
    waiting = ", ".join(link(address, f"#{number}") for number, address in notice.escalated)
    nobody = t("Nobody there has seen these escalations yet: {threads}", threads=waiting) if waiting else ""
    text = f"{said} {t(advice)} {kept}"
    return b.message(text, b.section("\n".join(filter(None, (text, nobody)))))
