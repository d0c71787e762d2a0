"""Hear: what another tool posts to us becomes mentions as they come from any network."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.cases.mention import Mention
from bot.networks.base import Fetched
from bot.networks.inbound.answering import is_offered
from bot.networks.inbound.mapping import returned_in
from bot.settings import Desk, InboundConfig, Settings
from bot.usecases.cases.came_back import came_back
from bot.usecases.desk.context import Context
from bot.usecases.intake import ingest
from storage.cases import posts
from storage.engine import transaction, until_taken
from storage.intake import feeds, sources

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 4.0  # whoever posts waits for the answer, many for 10 s, and repeats what was not taken


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a body: how many of its mentions were new or changed, were known, or had no words.

    `returned` says that it told of an answer of ours that came back.
    """

    new: int
    changed: int
    known: int
    left_out: int
    returned: bool = False


def hear(ctx: Context, desk: Desk, source: InboundConfig, body: Any, message_id: str) -> Taken:
    """Store what a body says, each mention once however often it comes. All of it is committed on return.

    `message_id` is what its sender calls it. Raises DatabaseError if the database is away or has no time.
    """
    account = source.account
    returned = returned_in(body)
    if returned is not None and came_back(ctx, account.key, returned):
        _heard(ctx, account.key, mentions=True)
        return Taken(0, 0, 0, 0, returned=True)
    heard = source.mapping.hear(body, ctx.clock.now(), message_id)
    mentions = tuple(answerable(ctx.settings, source, mention) for mention in heard.mentions)
    if not mentions:
        why = f"{heard.left_out} events without words" if heard.left_out else "no events"
        ctx.webhook_troubles.warn(log, "nothing was found in what was posted", why, key=account.key, source=source.name)
    _heard(ctx, account.key, mentions=bool(mentions))
    new = ingest.receive(ctx, desk, account, Fetched(mentions, None), PATIENCE_SECONDS)
    changed = _keep_up(ctx, account.key, mentions) if new < len(mentions) else 0
    return Taken(new, changed, len(mentions) - new - changed, heard.left_out)


def _heard(ctx: Context, account: str, *, mentions: bool) -> None:
    for attempt in until_taken(PATIENCE_SECONDS):
        with attempt, transaction(ctx.engine) as connection:
            sources.heard(connection, account, ctx.clock.now(), mentions=mentions)
            feeds.heard(connection, account, ctx.clock.now())


def refuse(ctx: Context, source: InboundConfig, why: str) -> None:
    """Record, for `webcare check`, that something was not proven to come from this source; `why` is a code."""
    with transaction(ctx.engine) as connection:
        sources.refused(connection, source.account.key, ctx.clock.now(), why)


def answerable(settings: Settings, source: InboundConfig, mention: Mention) -> Mention:
    """Return the mention as it can be answered from here: only where its own address is one that may be called."""
    if is_offered(mention.answer_url, source.proof, source.answer_to, settings.slack.api_url):
        return mention
    return replace(mention, answer_url="", reply_blocked_reason=ingest.ANSWER_THERE)


def _keep_up(ctx: Context, account: str, mentions: Sequence[Mention]) -> int:
    """Store the new words of those that are known; return how many have changed."""
    changed = 0
    for start in range(0, len(mentions), ingest.BATCH):
        by_id = {mention.id: mention for mention in mentions[start : start + ingest.BATCH]}
        for attempt in until_taken(PATIENCE_SECONDS):
            with attempt, transaction(ctx.engine) as connection:
                at = ctx.clock.now()
                known = posts.known(connection, account, list(by_id))
                edited = sum(ingest.edit(connection, ctx.settings, old, by_id[id_], at) for id_, old in known.items())
        changed += edited
    if changed:
        ctx.wake()
    return changed
