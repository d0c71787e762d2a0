"""Crisis: far more mentions than this hour normally brings are told to the leads, once."""

from __future__ import annotations

from datetime import datetime

from bot.domain.alerts import volume_spike as rules
from bot.domain.alerts.volume_spike import Crisis, Signal
from bot.settings import Desk
from bot.usecases.desk.context import Context
from storage import outbox
from storage.alerts import volume_spikes
from storage.engine import Connection, reading, transaction
from storage.intake import post_counts

READ_NOW, READ_BEFORE = 2_000, 5_000  # messages in which words are counted, so that a storm costs no more than a wind


def tick(ctx: Context) -> int:
    """Raise a signal at every desk that has leads and a spike that they were not told of: how many.

    The same spike is over once the volume has been near normal for an hour.
    """
    return sum(_watch(ctx, desk) for desk in ctx.settings.desks if desk.leads and desk.networks)


def facts(ctx: Context, crisis_id: int) -> Signal:
    """The signal; its words are looked up now, so that none is kept of which the customer's right is gone."""
    with reading(ctx.engine) as connection:
        crisis = volume_spikes.get(connection, crisis_id)
        if crisis is None:
            raise KeyError(crisis_id)
        desk = ctx.settings.desk_if_any(crisis.desk)
        networks = _networks(desk) if desk else []
        hour = crisis.at - rules.HOUR
        now = post_counts.said(connection, networks, crisis.at, after=hour, limit=READ_NOW)
        before = post_counts.said(connection, networks, hour, limit=READ_BEFORE)
    words = rules.outstanding([one.text for one in now], [one.text for one in before])
    return Signal(crisis, words, rules.examples(now, words))


def _watch(ctx: Context, desk: Desk) -> bool:
    at = ctx.clock.now()
    networks = _networks(desk)
    with reading(ctx.engine) as connection:
        crisis = volume_spikes.going_on(connection, desk.name)
        mentions = post_counts.count(connection, networks, at - rules.HOUR, at)
        if crisis is None and mentions < rules.MINIMUM:
            return False
        normal = _normal(connection, desk, networks, at)
    if crisis is not None:
        _follow(ctx, crisis, rules.is_calm(mentions, normal or 0), at)
        return False
    if normal is None or not rules.is_spike(mentions, normal):
        return False
    with transaction(ctx.engine) as connection:
        crisis_id = volume_spikes.begin(connection, desk.name, at, mentions, normal)
        if crisis_id is not None:
            _tell(connection, desk, crisis_id, at)
    ctx.wake()
    return crisis_id is not None


def _normal(connection: Connection, desk: Desk, networks: list[str], at: datetime) -> float | None:
    """Mentions that such an hour brings; None while too little is known."""
    hour = at - rules.HOUR
    begin = min(filter(None, (post_counts.next_after(connection, network) for network in networks)), default=at)
    if hour - begin < rules.HISTORY:
        return None
    same = [span for span in rules.same_hours(at, desk.timezone) if span[0] >= begin]
    if same:
        return rules.normal([post_counts.count(connection, networks, *span) for span in same])
    return rules.mean_hour(post_counts.count(connection, networks, begin, hour), hour - begin)


def _follow(ctx: Context, crisis: Crisis, calm: bool, at: datetime) -> None:
    since = (crisis.calm_since or at) if calm else None
    over = since is not None and at - since >= rules.HOUR
    if not over and since == crisis.calm_since:
        return
    with transaction(ctx.engine) as connection:
        if over:
            volume_spikes.end(connection, crisis.id, at)
        else:
            volume_spikes.calm(connection, crisis.id, since)


def _tell(connection: Connection, desk: Desk, crisis_id: int, at: datetime) -> None:
    for lead in desk.leads:
        outbox.want_once(
            connection,
            f"crisis:{crisis_id}:{lead}",
            "crisis",
            channel=lead,
            at=at,
            priority=outbox.FIRST,
            payload={"crisis": crisis_id},
        )


def _networks(desk: Desk) -> list[str]:
    return [network.key for network in desk.networks]
