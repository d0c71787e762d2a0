"""To decide: of what a rule asks about, somebody says of each post that it becomes a card or is not for us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.cases.mention import Mention
from bot.domain.common.errors import Gone, RefusalCode, Refused
from bot.domain.customers.customer import network_of
from bot.domain.listening.found import Found, FoundState
from bot.domain.listening.lesson import digests
from bot.domain.listening.rule import Rule
from bot.networks.base import Fetched
from bot.usecases.desk import access
from bot.usecases.desk.context import Actor, Context
from bot.usecases.intake import ingest
from bot.views.listening.models import FoundList
from storage import outbox
from storage.cases import posts
from storage.engine import Connection, reading, transaction
from storage.listening import found, lessons, messages, rules
from storage.listening.rules import Brought


def ask(ctx: Context, rule: Rule, mentions: Sequence[Mention]) -> int:
    """Put what was found on the list of this hour, which is one message; return how many are new."""
    if not mentions:
        return 0
    at, desk = ctx.clock.now(), ctx.settings.desk(rule.desk)
    with transaction(ctx.engine) as connection:
        number = found.list_of(connection, rule.desk, at)
        new = found.add(connection, number, rule.key, rule.desk, rule.account, mentions, at)
        if new:
            outbox.want(connection, messages.found(number, desk.slack_channel), at=at)
    ctx.wake()
    return new


def make_card(ctx: Context, actor: Actor, number: int) -> int:
    """Let what was found become a card; return the number of its thread.

    Its customer waits since then: until somebody says that it is ours, nobody waits for us. Raises Refused:
    "dealt_with", "not_allowed".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        one = _open(connection, ctx, actor, number)
    account, desk, mention = ctx.settings.account(one.account), ctx.settings.desk(one.desk), one.mention
    if account is None or mention is None:
        raise _dealt_with(one)
    taken = Fetched((replace(mention, found_by=one.word, waits_since=at),), None)
    new = ingest.receive(ctx, desk, account, taken)
    if not new:
        _settle_if_card(ctx, number)
    with transaction(ctx.engine) as connection:
        post = posts.known(connection, one.account, [mention.id]).get(mention.id)
        if post is None:  # another account of ours has it
            raise _dealt_with(one)
        lessons.take_back(connection, number)  # a card that there is goes before a colleague's word
        found.decide(connection, number, FoundState.CARD, actor.id, at, thread=post.thread_id)
        if new:
            rules.count(connection, one.rule, one.desk, at.astimezone(desk.timezone).date(), Brought(cards=1))
        _show(connection, ctx, one, at)
    ctx.wake()
    return post.thread_id


def not_for_us(ctx: Context, actor: Actor, number: int) -> None:
    """Say that what was found is none of our business; what is like it is left out from then on.

    Raises Refused: "dealt_with", "not_allowed".
    """
    at = ctx.clock.now()
    _settle_if_card(ctx, number)
    with transaction(ctx.engine) as connection:
        one = _open(connection, ctx, actor, number)
        found.decide(connection, number, FoundState.NOT_FOR_US, actor.id, at)
        if one.mention is not None:
            lessons.add(
                connection,
                number,
                desk=one.desk,
                network=network_of(one.account),
                author_id=one.mention.author.id,
                author_handle=one.mention.author.handle,
                words=" ".join(digests(one.mention.text)),
                by=actor.id,
                at=at,
            )
        _show(connection, ctx, one, at)
    ctx.wake()


def _settle_if_card(ctx: Context, number: int) -> None:
    """Record of what was found that it came in by another way meanwhile, if it did."""
    with transaction(ctx.engine) as connection:
        one = found.get(connection, number)
        if one is None or (shown := _as_card(connection, ctx, one)) is one:
            return
        at = ctx.clock.now()
        found.decide(connection, number, FoundState.CARD, None, at, thread=shown.thread)
        _show(connection, ctx, one, at)
    ctx.wake()


def take_back(ctx: Context, actor: Actor, number: int) -> None:
    """Take *Not for us* back, with what it taught. Raises Refused: "dealt_with", "not_allowed"."""
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        one = _seen(connection, ctx, actor, number)
        if one.state is not FoundState.NOT_FOR_US or one.mention is None:
            raise _dealt_with(one)
        lessons.take_back(connection, number)
        found.decide(connection, number, FoundState.OPEN, None, at)
        _show(connection, ctx, one, at)
    ctx.wake()


def listed(ctx: Context, list_id: int) -> FoundList:
    """Return what a list shows now. Raises Gone if there is no such list."""
    with reading(ctx.engine) as connection:
        stored = found.of_list(connection, list_id)
        if stored is None or not stored[1]:
            raise Gone(list_id)
        desk, all_of_it = stored
        shown = [_as_card(connection, ctx, one) for one in all_of_it]
    return FoundList(desk, tuple(shown), ctx.clock.now())


def _as_card(connection: Connection, ctx: Context, one: Found) -> Found:
    """Return it with its card if it came in by another way meanwhile: it names us too, or another account has it."""
    if one.mention is None or one.state is FoundState.CARD:
        return one
    post = posts.known(connection, one.account, [one.mention.id]).get(one.mention.id)
    thread = (
        post.thread_id
        if post
        else ingest.had_elsewhere(connection, ctx, one.account, [one.mention]).get(one.mention.url)
    )
    return one if thread is None else replace(one, state=FoundState.CARD, thread=thread)


def _open(connection: Connection, ctx: Context, actor: Actor, number: int) -> Found:
    one = _seen(connection, ctx, actor, number)
    if one.state is not FoundState.OPEN or one.mention is None:
        raise _dealt_with(one)
    return one


def _seen(connection: Connection, ctx: Context, actor: Actor, number: int) -> Found:
    one = found.get(connection, number, lock=True)
    if one is None:
        raise Refused(RefusalCode.DEALT_WITH, owner=None)
    if one.desk not in {desk.stable_key for desk in access.desks_in_sight(ctx, actor)}:
        raise _dealt_with(one)
    access.require_at(ctx, actor, one.desk, "claim")
    return one


def _dealt_with(one: Found) -> Refused:
    return Refused(RefusalCode.DEALT_WITH, owner=one.by)


def _show(connection: Connection, ctx: Context, one: Found, at: datetime) -> None:
    channel = ctx.settings.desk(one.desk).slack_channel
    if one.found_list_id is None:
        return
    outbox.want(connection, messages.found(one.found_list_id, channel), at=at)
