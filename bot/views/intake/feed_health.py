"""The notice that a network fails or is silent, with what to do, and the notice that it is back."""

from __future__ import annotations

from bot.domain.intake.feed_health import Alarm
from bot.platform.i18n import N_, Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import SlackMessage
from bot.views.common.text import escape, link, moment
from bot.views.intake.models import FeedNotice

ADVICE = {
    "credentials": N_(
        "It no longer accepts the desk's keys. Ask your admin to create new ones and then run “webcare check”."
    ),
    "credits": N_("The account has no credit left. Ask your admin to top it up in {network}'s developer console."),
    "forbidden": N_("It does not let us read this account. Ask your admin to run “webcare check”."),
    "rate_limited": N_(
        "It allows no more requests for now. That passes by itself; if it happens often, ask your admin "
        "to raise `poll_every`."
    ),
    "not_reached": N_("It cannot be reached. You need not do anything: the desk keeps trying."),
    "spending_cap": N_(
        "The account has reached its spending cap. Ask your admin to raise it in {network}'s developer console."
    ),
    "permissions": N_("The desk's keys may read but not post. Ask your admin to run “webcare check”."),
    "suspended": N_("It has suspended our account. Please sign in at {network} itself to see why."),
    "locked": N_("It has locked our account. Please sign in at {network} itself and unlock it."),
    "app_suspended": N_("It has suspended the desk's app. Ask your admin to look in its developer console."),
    "not_enrolled": N_(
        "The desk's app is not part of a project there. Ask your admin to look in {network}'s developer console."
    ),
    "unreadable": N_("It sends something that the desk cannot read. Your admin can find the reason in the log."),
}
"""The cause and what to do about it, by the code of bot.networks.base.NetworkError."""

OTHER = N_("It refuses the desk's requests. Your admin can find the reason in the log.")


def news(notice: FeedNotice, t: Translator) -> SlackMessage:
    """Announce the problem, or that it is over."""
    trouble = notice.problem
    about = {
        "network": notice.network_name,
        "handle": escape(notice.handle, 50),
        "since": moment(trouble.since, notice.at),
    }
    if trouble.alarm is Alarm.GAP and notice.over_at is not None:
        place = link(notice.search_url, t("Search {network}", **about)) if notice.search_url else ""
        return b.message(f"{t(_GAP, until=moment(notice.over_at, notice.at), **about)} {place}".strip())
    if notice.over_at is not None:
        about["duration"] = t.duration(notice.over_at - trouble.since)
        return b.message(t(_OVER[trouble.alarm], **about))
    if trouble.alarm is Alarm.SILENT:
        return b.message(t(_SILENT, **about))
    if trouble.alarm is Alarm.UNSENT:
        advice = t(_UNSENT_ADVICE.get(trouble.code or "") or ADVICE.get(trouble.code or "", OTHER), **about)
        return b.message(" ".join((t(_UNSENT, **about), advice, t(_REPLIES, **about))))
    advice = t(ADVICE.get(trouble.code or "", OTHER), **about)
    if trouble.alarm is Alarm.UNREAD:
        return b.message(" ".join((t(_UNREAD, **about), advice, t(_LOOK_FIRST, **about))))
    return b.message(" ".join((t(_FAILING, **about), advice, t(_MEANWHILE, **about))))


_FAILING = N_("📡 *{network} (@{handle}) has not been readable* since {since}, so no new mentions are coming in.")
_MEANWHILE = N_("Until then, please check {network} itself. What is posted meanwhile will come in afterwards.")
_UNSENT = N_("📮 *No reply has gone out on {network} (@{handle})* since {since}.")
_UNSENT_ADVICE = {"rate_limited": N_("It takes no more posts for now (rate limit). That passes by itself.")}
_REPLIES = N_("Replies that are on their way wait, and whoever wrote one that came back is told.")
_UNREAD = N_(
    "📖 *What was answered on {network} (@{handle}) itself has not been readable* since {since}, so the cards do not "
    "show it."
)
_LOOK_FIRST = N_("Until then, please look at {network} itself before you answer.")
_GAP = N_(
    "📡 *Some mentions of {network} (@{handle}) could not be read*: those from {since} to {until}, because {network} "
    "lists no more. Please look for them on {network} itself."
)
_SILENT = N_(
    "📡 *No mention has come in from {network} (@{handle})* since {since}, which is unusual for this time "
    "of the week. {network} does answer us, so it may just be quiet. Please check {network} itself."
)
_OVER = {
    Alarm.FAILING: N_(
        "✅ *{network} (@{handle}) can be read again*, after {duration}. What was posted meanwhile is coming in now."
    ),
    Alarm.UNSENT: N_("✅ *Replies go out on {network} (@{handle}) again*, after {duration}."),
    Alarm.UNREAD: N_("✅ *What is answered on {network} (@{handle}) itself can be read again*, after {duration}."),
    Alarm.SILENT: N_("✅ *Mentions from {network} (@{handle}) are coming in again*, after {duration}."),
}
