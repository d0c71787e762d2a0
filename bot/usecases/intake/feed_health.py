"""Feed: the channel is told once when a network fails, is unusually silent or takes no replies, and when it is over."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import datetime, timedelta

from bot.domain.common.weeks import same_moments
from bot.domain.customers.customer import network_of
from bot.domain.intake import feed_health as rules
from bot.domain.intake.feed_health import Alarm, FeedProblem
from bot.networks import SPECS, network_name
from bot.networks.base import OF_THE_ACCOUNT, OF_THE_APP
from bot.settings import AccountConfig, Desk
from bot.usecases.desk.context import Context
from bot.views.intake.models import FeedNotice
from storage import outbox
from storage.engine import Connection, reading, transaction
from storage.intake import feeds, messages, post_counts
from storage.intake.feeds import Ability, Feed

NEEDS_SOMEBODY = OF_THE_ACCOUNT | OF_THE_APP | {"spending_cap"}


def tick(ctx: Context) -> int:
    """Announce every change in the health of an account's feed; return how many messages that makes."""
    watches = (_watch, _watch_replies, _watch_answers)
    return sum(watch(ctx, desk, account) for desk, account in ctx.settings.accounts() for watch in watches)


def not_sent(ctx: Context, account: str, code: str) -> None:
    """Record that the network takes no replies from the account; `code` is bot.networks.base.NetworkError's."""
    with transaction(ctx.engine) as connection:
        feeds.lost(connection, account, feeds.SENDS, code, ctx.clock.now())


def sent(ctx: Context, account: str) -> None:
    """Record that the network takes replies from the account."""
    with transaction(ctx.engine) as connection:
        feeds.regained(connection, account, feeds.SENDS)


def answers_read(ctx: Context, account: str, code: str | None) -> None:
    """Record that what the account has answered on the network itself can be read, or with a `code` that it cannot."""
    with reading(ctx.engine) as connection:
        feed = feeds.get(connection, account)
    if code is None and (feed is None or feed.unread_since is None):
        return
    with transaction(ctx.engine) as connection:
        if code is None:
            feeds.regained(connection, account, feeds.READS_ANSWERS)
        else:
            feeds.lost(connection, account, feeds.READS_ANSWERS, code, ctx.clock.now())


def notice(ctx: Context, key: str, alarm: str, since: str, code: str | None, over_at: str | None) -> FeedNotice:
    """Return what the channel is told, as it stood when it was noticed; instants are ISO 8601."""
    problem = FeedProblem(Alarm(alarm), datetime.fromisoformat(since), code)
    over = datetime.fromisoformat(over_at) if over_at else None
    handle, at = ctx.accounts[key].handle, ctx.clock.now()
    search_url = SPECS[network_of(key)].search_for(handle, problem.since, over or at)
    return FeedNotice(network_name(key), handle, problem, at, over, search_url)


def _watch(ctx: Context, desk: Desk, account: AccountConfig) -> bool:
    key = account.key
    at = ctx.clock.now()
    with reading(ctx.engine) as connection:
        feed = feeds.get(connection, key)
        if feed is None:
            return False
        told = feed.told
        problem = _problem(connection, ctx, desk, account, feed, at)
        over = told is not None and _over(connection, feed, told)
    worse = problem is not None and (told is None or (told.alarm, problem.alarm) == (Alarm.SILENT, Alarm.FAILING))
    if not worse and not over:
        return False
    with transaction(ctx.engine) as connection:
        won = feeds.alarm(connection, key, told, problem if worse else None)
        said = problem if worse else told
        if won and said is not None:
            message = messages.feed(key, desk.stable_key, desk.slack_channel, said, over_at=None if worse else at)
            outbox.want_once(connection, message, at=at)
    ctx.wake()
    return won


def _watch_replies(ctx: Context, desk: Desk, account: AccountConfig) -> bool:
    """Tell the channel and the leads that the account takes no replies: at once if only somebody's deed can end it."""
    return _watch_ability(ctx, desk, account, feeds.SENDS, Alarm.UNSENT, (None, *desk.leads), at_once=NEEDS_SOMEBODY)


def _watch_answers(ctx: Context, desk: Desk, account: AccountConfig) -> bool:
    """Tell the channel that what the account has answered on the network itself cannot be read."""
    return _watch_ability(ctx, desk, account, feeds.READS_ANSWERS, Alarm.UNREAD, (None,))


def _watch_ability(
    ctx: Context,
    desk: Desk,
    account: AccountConfig,
    what: Ability,
    alarm: Alarm,
    readers: Iterable[str | None],
    *,
    at_once: Container[str | None] = (),
) -> bool:
    """Tell the channel (None) or leads among the readers that the account cannot do something, and when it can again.

    A failure is told after a while, with a code in `at_once` immediately. Where the network fails as a whole, that is
    told instead.
    """
    at = ctx.clock.now()
    with reading(ctx.engine) as connection:
        feed = feeds.get(connection, account.key)
    if feed is None:
        return False
    lost_at, code, told = what.of(feed)
    if (lost_at is None) == (told is None):
        return False
    if lost_at is not None and code not in at_once:
        allowed = ctx.clock.real(rules.failing_seconds(account.poll_every))
        fails_as_a_whole = alarm is Alarm.UNREAD and feed.failing_since is not None
        if fails_as_a_whole or at - lost_at <= allowed:
            return False
    problem = FeedProblem(alarm, lost_at or told or at, code)
    with transaction(ctx.engine) as connection:
        won = feeds.tell(connection, feed, what)
        if won:
            over_at = None if lost_at else at
            for lead in readers:
                message = messages.feed(account.key, desk.stable_key, desk.slack_channel, problem, over_at, lead=lead)
                outbox.want_once(connection, message, at=at)
    ctx.wake()
    return won


def _problem(
    connection: Connection, ctx: Context, desk: Desk, account: AccountConfig, feed: Feed, at: datetime
) -> FeedProblem | None:
    allowed = ctx.clock.real(rules.failing_seconds(account.poll_every))
    if feed.failing_since is not None:
        failing = at - feed.failing_since > allowed
        return FeedProblem(Alarm.FAILING, feed.failing_since, feed.error_code) if failing else None
    if feed.fetched_at is None or feed.answers_since is None:
        return None
    if account.spec.is_asked and at - feed.fetched_at > allowed:
        # If nobody has asked the network recently, its silence means nothing; if somebody did, they still wait.
        rest = ctx.clock.real(account.poll_every.total_seconds())
        asked = feed.leased_until is not None and feed.leased_until > max(feed.fetched_at + rest, at - allowed)
        return FeedProblem(Alarm.FAILING, feed.fetched_at, "not_reached") if asked else None
    newest = post_counts.newest(connection, feed.account, at)
    gaps = _gaps(connection, desk, feed.account, at)
    if newest is None or not gaps:
        return None
    since = max(newest, feed.answers_since)
    return FeedProblem(Alarm.SILENT, since) if at - since > rules.usual_silence(gaps) else None


def _gaps(connection: Connection, desk: Desk, account: str, at: datetime) -> list[timedelta]:
    """Return how long nothing came in around this moment of earlier weeks, from the week of the first mention on."""
    gaps = []
    for moment in same_moments(at, desk.timezone):
        before = post_counts.newest(connection, account, moment)
        after = post_counts.next_after(connection, account, moment)
        if before is not None and after is not None:
            gaps.append(after - before)
    return gaps


def _over(connection: Connection, feed: Feed, told: FeedProblem) -> bool:
    if told.alarm is Alarm.FAILING:
        return feed.failing_since is None and feed.fetched_at is not None and feed.fetched_at > told.since
    return post_counts.next_after(connection, feed.account, told.since) is not None
