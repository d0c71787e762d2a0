"""Search: what a rule listens for is found on its network and becomes cards, as mentions do."""

from __future__ import annotations

import logging
from datetime import datetime

from bot.domain.intake.feed_health import failing_seconds
from bot.domain.listening.budget import Hour, News, hour_of
from bot.domain.listening.rule import Rule
from bot.networks.base import Fetched, NetworkError
from bot.settings import AccountConfig, Desk
from bot.settings.config import search_of
from bot.usecases.desk import budget
from bot.usecases.desk.context import Context
from bot.usecases.intake import ingest
from bot.usecases.listening import to_decide, wanted
from storage import outbox
from storage.engine import Connection, DatabaseError, transaction, until_taken
from storage.listening import found, messages, rules
from storage.listening.rules import Brought

log = logging.getLogger(__name__)

SEARCH_SECONDS = 60  # a search that takes longer is presumed dead, and another process may begin one


def tick(ctx: Context, account: AccountConfig) -> int:
    """Search for what the rules of an account listen for, each if it is time to; return how many cards that made.

    A rule that fails disturbs no other one.
    """
    listening = [rule for rule in ctx.settings.listening if rule.account == account.key]
    made = 0
    for rule in listening:
        try:
            made += _listen(ctx, rule, account, len(listening))
        except DatabaseError:
            raise
        except Exception:
            log.exception("a rule of listening failed; the next one goes on", extra={"fields": {"rule": rule.key}})
    return made


def _listen(ctx: Context, rule: Rule, account: AccountConfig, among: int) -> int:
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        until = at + ctx.clock.real(SEARCH_SECONDS)
        state = rules.take(connection, rule.key, rule.desk, rule.account, at, until)
    if state is None:
        return 0
    hour = hour_of(state.hour_from, state.hour_found, state.slowed_since, rule.budget, at)
    if not hour.room(rule.budget):
        with transaction(ctx.engine) as connection:
            rules.rest(connection, rule.key, min(hour.ends, ctx.after((hour.ends - at).total_seconds())))
        return 0
    # The rules of an account take turns, so that all of them together ask as often as its mentions are read.
    wait = budget.wait(ctx, account.key, account.poll_every * among).total_seconds()
    try:
        network = ctx.accounts[account.key]
        fetched = network.search(search_of(rule), state.cursor, at - account.look_back, hour.room(rule.budget))
        brought = _take_in(ctx, rule, account, fetched)
    except NetworkError as error:
        log.warning(
            "network did not answer a search",
            extra={"fields": {"network": account.key, "rule": rule.words[0], "error": error.detail}},
        )
        _failed(ctx, rule, account, error.code, max(wait, error.retry_after))
        return 0
    except DatabaseError:
        raise
    except Exception:
        _failed(ctx, rule, account, "unreadable", wait)
        raise
    # Some networks are asked once more for what they may have shown late, so what is older was counted before.
    new = [one for one in fetched.mentions if state.searched_at is None or one.posted_at > state.searched_at]
    _heard(
        ctx, rule, fetched, brought, hour.with_read(max(len(new), brought.found), rule.budget, ctx.clock.now()), wait
    )
    return brought.cards


def _take_in(ctx: Context, rule: Rule, account: AccountConfig, fetched: Fetched) -> Brought:
    """Let what is wanted become cards, or ask for each; return how much was found, left out and became one."""
    desk, at = ctx.settings.desk(rule.desk), ctx.clock.now()
    meant = wanted.sorted_out(ctx, rule, fetched.mentions)
    if meant.left_out:
        with transaction(ctx.engine) as connection:
            found.leave_out(connection, rule.key, rule.desk, rule.account, meant.left_out, at)
    left_out = len(meant.left_out)
    if rule.asks:
        return Brought(to_decide.ask(ctx, rule, meant.mentions) + left_out, left_out)
    cards = ingest.receive(ctx, desk, account, Fetched(meant.mentions, None))
    return Brought(len(meant.mentions) + left_out, left_out, cards)


def _heard(ctx: Context, rule: Rule, fetched: Fetched, brought: Brought, hour: Hour, wait: float) -> None:
    """Record how far the rule has listened and what it brought; say once what it is too much for."""
    for attempt in until_taken(SEARCH_SECONDS):
        with attempt, transaction(ctx.engine) as connection:
            now = ctx.clock.now()
            full = not hour.room(rule.budget)
            next_at = min(hour.ends, ctx.after((hour.ends - now).total_seconds())) if full else ctx.after(wait)
            rules.read(connection, rule.key, fetched.cursor, now, next_at, hour)
            desk = ctx.settings.desk(rule.desk)
            if brought != Brought():
                rules.count(connection, rule.key, rule.desk, now.astimezone(desk.timezone).date(), brought)
            if full and hour.slowed_since is not None:  # told once: it has one message for as long as it lasts
                _tell(connection, ctx, rule, desk, News.SLOWED, hour.slowed_since)
            if fetched.gap is not None:
                rules.missed(connection, rule.key, fetched.gap.since, fetched.gap.until)
                if hour.slowed_since is None:  # else it is what was said to come
                    _tell(connection, ctx, rule, desk, News.MISSED, fetched.gap.since, until=fetched.gap.until)
    ctx.wake()


def _failed(ctx: Context, rule: Rule, account: AccountConfig, code: str, pause: float) -> None:
    for attempt in until_taken(SEARCH_SECONDS):
        with attempt, transaction(ctx.engine) as connection:
            now = ctx.clock.now()
            rules.failed(connection, rule.key, code, now, ctx.after(pause))
            state = rules.get(connection, rule.key)
            since = state.failing_since if state else None
            allowed = ctx.clock.real(failing_seconds(account.poll_every))
            if since is not None and now - since > allowed and rules.tell_failing(connection, rule.key, since):
                _tell(connection, ctx, rule, ctx.settings.desk(rule.desk), News.FAILING, since, code=code)
    ctx.wake()


def _tell(
    connection: Connection,
    ctx: Context,
    rule: Rule,
    desk: Desk,
    news: News,
    since: datetime,
    *,
    until: datetime | None = None,
    code: str | None = None,
) -> None:
    """Tell the leads, or the channel of a desk without any."""
    for to in desk.leads or (desk.slack_channel,):
        message = messages.listening(rule.key, desk.stable_key, to, news, since, until=until, code=code)
        outbox.want_once(connection, message, at=ctx.clock.now())
