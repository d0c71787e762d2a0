"""The digest of a busy period: one message in the channel says what waits, and later that the desk has caught up."""

from __future__ import annotations

from bot.platform.i18n import Translator
from bot.views.alerts.models import BacklogDigest
from bot.views.cases.case_row import next_step, row
from bot.views.common import blocks as b
from bot.views.common.blocks import SlackMessage
from bot.views.common.text import date, escape, quoted


def digest(digest: BacklogDigest, command: str, t: Translator) -> SlackMessage:
    """Show what waits and what to take first; when it is over, how much there was. `command` is "/webcare"."""
    if digest.below:
        return b.message(t("🌊 *Busy:* see the newest message about it below."))
    if digest.backlog.ended_at is not None:
        return b.message(_over(digest, t))
    busy = _heading(digest, t)
    unowned = digest.unowned
    coming = t.n("{n} card is still coming.", "{n} cards are still coming.", digest.waiting)
    if not unowned.total:
        return b.message(busy, b.section(busy), b.context(f"{coming} {t('Every thread has an owner.')}"))
    nobodys = t.n("{n} thread is unclaimed.", "{n} threads are unclaimed.", unowned.total)
    example = f"{command} claim {unowned.threads[-1].thread.id}"
    return b.message(
        f"{busy} {nobodys}",
        b.section(f"{busy}\n{nobodys}"),
        b.actions(b.button(t("Claim 5"), "claim_next", unowned.desk, style="primary")),
        *(b.section(row(case, t, with_owner=False), next_step(case, t)) for case in unowned.threads),
        b.context(f"{coming} {t('You can already claim any thread by its number: `{example}`', example=example)}"),
    )


def _heading(digest: BacklogDigest, t: Translator) -> str:
    """Say how many customers wrote, what is normal, and what about: "150 in 10 min, normally 6: “storing”"."""
    about = ", ".join(quoted(escape(word.text, 40), t) for word in digest.words[:3])
    about = f": {about}" if about else ""
    if digest.normal is None:
        return t("🌊 *{n} in 10 min*{about}", n=t.number(digest.recent), about=about)
    normal = t.number(round(digest.normal))
    return t("🌊 *{n} in 10 min, normally {normal}*{about}", n=t.number(digest.recent), normal=normal, about=about)


def _over(digest: BacklogDigest, t: Translator) -> str:
    backlog = digest.backlog
    end = backlog.ended_at or digest.unowned.at
    return t(
        "✅ *Caught up* at {time}: {mentions} in {duration}.",
        time=date(end),
        mentions=t.n("{n} mention", "{n} mentions", backlog.mentions or 0),
        duration=t.duration(end - backlog.started_at),
    )
