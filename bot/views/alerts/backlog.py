"""The digest of a busy period: one message in the channel says what waits, and later that the desk has caught up."""

from __future__ import annotations

from collections.abc import Sequence

from bot.platform.i18n import Translator
from bot.views.alerts.models import BacklogDigest
from bot.views.cases.case_row import next_step, row
from bot.views.cases.models import CaseRow
from bot.views.common import blocks as b
from bot.views.common.blocks import SlackMessage
from bot.views.common.text import date


def digest(digest: BacklogDigest, command: str, t: Translator) -> SlackMessage:
    """Show what waits and what to take first; when it is over, how much there was. `command` is "/webcare"."""
    if digest.backlog.ended_at is not None:
        return b.message(_over(digest, t))
    busy = t.n(
        "🌊 *Busy:* {n} mention is waiting for its card.",
        "🌊 *Busy:* {n} mentions are waiting for their cards.",
        digest.waiting,
    )
    unowned = digest.unowned
    if not unowned.total:
        return b.message(busy, b.section(busy), b.context(t("Every thread has an owner. The cards will follow.")))
    nobodys = t.n("{n} thread is unclaimed.", "{n} threads are unclaimed.", unowned.total)
    example = f"{command} claim {unowned.threads[-1].thread.id}"
    return b.message(
        f"{busy} {nobodys}",
        b.section(f"{busy} {nobodys}\n{t('Answer these first:')}"),
        *(b.section(row(case, t), next_step(case, t)) for case in unowned.threads),
        b.actions(b.button(t("Claim next 5"), "claim_next", unowned.desk, style="primary")),
        b.context(
            t(
                (
                    "Slack takes one card a second; the cards come in order of their deadlines. You can "
                    "already claim any thread by its number: `{example}`"
                ),
                example=example,
            )
        ),
    )


def yours(claimed: Sequence[CaseRow], t: Translator) -> SlackMessage:
    """Tell the agent alone which threads they just claimed, each with its next step."""
    text = t.n("{n} thread is yours now:", "{n} threads are yours now:", len(claimed))
    return b.message(text, b.section(text), *(b.section(row(case, t), next_step(case, t)) for case in claimed))


def _over(digest: BacklogDigest, t: Translator) -> str:
    backlog = digest.backlog
    end = backlog.ended_at or digest.unowned.at
    return t(
        "✅ *Caught up* at {time}: {mentions} in {duration}.",
        time=date(end),
        mentions=t.n("{n} mention", "{n} mentions", backlog.mentions or 0),
        duration=t.duration(end - backlog.started_at),
    )
