"""What is told of a rule of listening: it finds too much, has passed something over, or cannot be read."""

from __future__ import annotations

from bot.domain.listening.budget import News
from bot.platform.i18n import N_, Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import SlackMessage
from bot.views.common.text import escape, moment
from bot.views.intake.feed_health import ADVICE, OTHER
from bot.views.listening.models import RuleNews


def news(told: RuleNews, t: Translator) -> SlackMessage:
    """Say what happened to a rule, and what to do."""
    about = {
        "network": told.network_name,
        "handle": escape(told.handle, 50),
        "words": escape(", ".join(told.words), 150),
        "since": moment(told.since, told.at),
        "budget": told.budget,
    }
    if told.news is News.MISSED and told.until is not None:
        return b.message(t(_MISSED, until=moment(told.until, told.at), **about))
    if told.news is News.SLOWED:
        return b.message(f"{t(_SLOWED, **about)} {t(_NARROWER)}")
    advice = t(ADVICE.get(told.code or "", OTHER), **about)
    return b.message(f"{t(_FAILING, **about)} {advice}")


_SLOWED = N_(
    "👂 *Listening for {words} on {network} (@{handle}) finds more than {budget} posts an hour*, so it pauses until "
    "the hour is over. Of the rest the newest {budget} are read."
)
_NARROWER = N_("Ask your admin for a narrower rule (`not_words`, `languages`), or for a higher `budget`.")
_MISSED = N_(
    "👂 *Listening for {words} on {network} (@{handle}) has passed something over*: what was posted from {since} to "
    "{until}, of which {network} lists no more."
)
_FAILING = N_("👂 *{network} (@{handle}) has not been searchable* since {since}, so nothing is found for {words}.")
