"""Volume spike: leads are told once when an hour brings far more mentions than normal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.alerts import volume_spike as rules
from bot.domain.alerts.volume_spike import VolumeSpike
from bot.domain.common.errors import Gone
from bot.settings import Desk
from bot.usecases.cases import queries
from bot.usecases.desk.context import Context
from bot.views.alerts.models import SpikeSignal
from storage import outbox
from storage.alerts import messages, volume_spikes
from storage.engine import Connection, reading, transaction
from storage.intake import post_counts

READ_NOW, READ_BEFORE = 2_000, 5_000  # posts whose words are counted, which bounds the work in a storm


def tick(ctx: Context) -> int:
    """Signal every new spike at a desk that has leads; return how many.

    A spike is over once the volume has been near normal for an hour.
    """
    return sum(_watch(ctx, desk) for desk in ctx.settings.desks if desk.leads and desk.accounts)


def signal(ctx: Context, spike_id: int) -> SpikeSignal:
    """Return the signal. Its words are looked up rather than stored, so that no erased customer's words are kept.

    Raises Gone if there is no such spike.
    """
    with reading(ctx.engine) as connection:
        spike = volume_spikes.get(connection, spike_id)
        if spike is None:
            raise Gone(spike_id)
        desk = ctx.settings.desk_if_any(spike.desk)
        accounts = _accounts(desk) if desk else []
        hour = spike.at - rules.HOUR
        now = post_counts.said(connection, accounts, spike.at, after=hour, limit=READ_NOW)
        before = post_counts.said(connection, accounts, hour, limit=READ_BEFORE)
        words = rules.outstanding([post.text for post in now], [post.text for post in before])
        examples = rules.examples(now, words)
        cards = queries.permalinks(connection, ctx, [example.thread_id for example in examples])
    linked = tuple(replace(example, url=cards.get(example.thread_id, example.url)) for example in examples)
    return SpikeSignal(spike, words, linked)


@dataclass(frozen=True, slots=True)
class Recent:
    """How many mentions came in a while, how many usually do, and the words that stand out among them."""

    mentions: int
    normal: float | None
    words: tuple[rules.Word, ...]


def recent(connection: Connection, desk: Desk, at: datetime, length: timedelta) -> Recent:
    """Compare what came in the last `length` with what is normal for this hour of the week."""
    accounts, since = _accounts(desk), at - length
    usual = _normal(connection, desk, accounts, at)
    now = post_counts.said(connection, accounts, at, after=since, limit=READ_NOW)
    before = post_counts.said(connection, accounts, since, limit=READ_BEFORE)
    words = rules.outstanding([post.text for post in now], [post.text for post in before])
    mentions = post_counts.count(connection, accounts, since, at)
    return Recent(mentions, None if usual is None else usual * (length / rules.HOUR), words)


def _watch(ctx: Context, desk: Desk) -> bool:
    at = ctx.clock.now()
    accounts = _accounts(desk)
    with reading(ctx.engine) as connection:
        spike = volume_spikes.going_on(connection, desk.stable_key)
        mentions = post_counts.count(connection, accounts, at - rules.HOUR, at)
        if spike is None and mentions < rules.MINIMUM:
            return False
        normal = _normal(connection, desk, accounts, at)
    if spike is not None:
        _follow(ctx, spike, rules.is_calm(mentions, normal or 0), at)
        return False
    if normal is None or not rules.is_spike(mentions, normal):
        return False
    with transaction(ctx.engine) as connection:
        spike_id = volume_spikes.begin(connection, desk.stable_key, at, mentions, normal)
        if spike_id is not None:
            _tell(connection, desk, spike_id, at)
    ctx.wake()
    return spike_id is not None


def _normal(connection: Connection, desk: Desk, accounts: list[str], at: datetime) -> float | None:
    """Return the mentions that such an hour usually brings; None while too little is on record."""
    hour = at - rules.HOUR
    begin = min(filter(None, (post_counts.next_after(connection, account) for account in accounts)), default=at)
    if hour - begin < rules.HISTORY:
        return None
    same = [span for span in rules.same_hours(at, desk.timezone) if span[0] >= begin]
    if same:
        return rules.normal([post_counts.count(connection, accounts, *span) for span in same])
    return rules.mean_hour(post_counts.count(connection, accounts, begin, hour), hour - begin)


def _follow(ctx: Context, spike: VolumeSpike, calm: bool, at: datetime) -> None:
    since = (spike.calm_since or at) if calm else None
    over = since is not None and at - since >= rules.HOUR
    if not over and since == spike.calm_since:
        return
    with transaction(ctx.engine) as connection:
        if over:
            volume_spikes.end(connection, spike.id, at)
        else:
            volume_spikes.calm(connection, spike.id, since)


def _tell(connection: Connection, desk: Desk, spike_id: int, at: datetime) -> None:
    for lead in desk.leads:
        outbox.want_once(connection, messages.volume_spike(spike_id, lead), at=at)


def _accounts(desk: Desk) -> list[str]:
    return [account.key for account in desk.accounts]
