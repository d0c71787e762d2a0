"""Wanted: of what a search brings, what the rule means, and what stays out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.cases.mention import Mention
from bot.domain.customers.customer import network_of
from bot.domain.listening.lesson import Lessons
from bot.domain.listening.rule import Rule
from bot.usecases.desk.context import Context
from storage.cases import posts
from storage.engine import reading
from storage.listening import found, lessons, people


@dataclass(frozen=True, slots=True)
class Wanted:
    """The posts that are new and meant, and those that would be, had colleagues not taught otherwise."""

    mentions: tuple[Mention, ...]
    left_out: tuple[Mention, ...] = ()


def sorted_out(ctx: Context, rule: Rule, mentions: Sequence[Mention]) -> Wanted:
    """Return what the rule means and the desk does not have yet, each with the word by which it was found.

    What our own accounts and what programs wrote stays out, and who is muted at the desk or was forgotten. What names
    another one of our accounts comes in there.
    """
    meant = [replace(one, found_by=word) for one in mentions if (word := rule.word_in(one)) and not one.private]
    meant = [one for one in meant if not one.author.automated and not _is_ours(ctx, rule, one)]
    if not meant:
        return Wanted(())
    network, ids = network_of(rule.account), [id_ for one in meant for id_ in (one.id, *one.earlier_ids)]
    with reading(ctx.engine) as connection:
        known = posts.known(connection, rule.account, ids).keys() | found.known(connection, rule.account, ids)
        learned = Lessons.of(lessons.of_desk(connection, rule.desk, network))
        out = people.kept_out(connection, rule.desk, network, {one.author.id for one in meant}, ctx.clock.now())
    fresh = [one for one in meant if known.isdisjoint((one.id, *one.earlier_ids)) and one.author.id not in out]
    left_out = tuple(one for one in fresh if learned.leave_out(one))
    return Wanted(tuple(one for one in fresh if one not in left_out), left_out)


def _is_ours(ctx: Context, rule: Rule, mention: Mention) -> bool:
    account = ctx.settings.account(rule.account)
    named = account.spec.handles_in(mention.text or "") if account else ()
    others = (name for name in named if account and name.lower() != account.handle.lower())
    return ctx.is_ours(rule.account, mention.author.handle) or any(ctx.is_ours(rule.account, name) for name in others)
