"""Takeover: a desk that left the config leaves what it has to the desk that now answers for its account."""

from __future__ import annotations

import logging

from bot.usecases.desk.context import Context
from storage.desk import desks
from storage.engine import reading, transaction

log = logging.getLogger(__name__)


def pass_on(ctx: Context) -> int:
    """Pass on every thread and set aside whose desk is gone but whose account is not; return how many.

    Otherwise a renamed desk would be a new desk, and nobody would answer the old one's customers. What is about the
    whole desk goes to the first one that gets something.
    """
    configured = {desk.stable_key for desk in ctx.settings.desks}
    with reading(ctx.engine) as connection:
        gone = {*desks.with_threads(connection), *desks.with_set_asides(connection)} - configured
    if not gone:
        return 0
    passed = 0
    with transaction(ctx.engine) as connection:
        for name in sorted(gone):
            heir = None
            for desk, account in ctx.settings.accounts():
                moved = desks.pass_on(connection, name, account.key, desk.stable_key)
                if moved:
                    heir = heir or desk.stable_key
                    fields = {"from": name, "to": desk.stable_key, "posts": moved}
                    log.warning(
                        "a desk is gone from the config; the desk with its account has its threads",
                        extra={"fields": fields},
                    )
                passed += moved
            if heir:
                desks.pass_on_overviews(connection, name, heir, ctx.clock.now())
    return passed
