"""Set aside: a post that cannot be stored stops nothing, and the channel is told once."""

from __future__ import annotations

import logging

from bot.domain.cases.mention import Mention
from bot.domain.common.errors import Gone
from bot.networks import network_name
from bot.settings import Desk
from bot.usecases.desk.context import Context
from bot.views.intake.models import SetAsideNotice
from storage import outbox
from storage.engine import reading, transaction, until_taken
from storage.intake import messages, set_asides

log = logging.getLogger(__name__)

KEPT_SECONDS = 60  # how long the database may be away


def set_aside(ctx: Context, desk: Desk, account: str, mention: Mention, error: Exception) -> None:
    """Record that the post could not be stored, and say so in the channel and the log, unless that was done before."""
    for attempt in until_taken(KEPT_SECONDS):
        with attempt, transaction(ctx.engine) as connection:
            at = ctx.clock.now()
            number = set_asides.add(connection, desk.stable_key, account, mention, at)
            if number is not None:
                outbox.want_once(connection, messages.set_aside(number, desk.slack_channel), at=at)
    if number is not None:
        cause = getattr(error, "orig", None) or error
        fields = {"network": account, "post": mention.id, "error": type(cause).__name__}
        log.error("a post could not be stored; it is set aside and the channel is told", extra={"fields": fields})
        ctx.wake()


def notice(ctx: Context, number: int) -> SetAsideNotice:
    """Return what the channel is told of a post that was set aside. Raises Gone if it is no longer on record."""
    with reading(ctx.engine) as connection:
        post = set_asides.get(connection, number)
    if post is None:
        raise Gone(number)
    account = ctx.accounts.get(post.account)
    handle = account.handle if account else post.account.partition(":")[2]
    desk = ctx.settings.desk_of_account(post.account)
    return SetAsideNotice(desk.stable_key if desk else post.desk, network_name(post.account), handle, post.url)
