"""Takeover: a desk that left the config leaves its threads to the desk that now answers for their account."""

from __future__ import annotations

import logging

from bot.usecases.desk.context import Context
from storage.desk import desks
from storage.engine import reading, transaction

log = logging.getLogger(__name__)


def pass_on(ctx: Context) -> int:
    """Pass on every thread whose desk is gone but whose account is not; return how many.

    Otherwise a renamed desk would be a new desk, and nobody would answer the old one's customers.
    """
    configured = {desk.stable_key for desk in ctx.settings.desks}
    with reading(ctx.engine) as connection:
        gone = [name for name in desks.with_threads(connection) if name not in configured]
    if not gone:
        return 0
    passed = 0
    with transaction(ctx.engine) as connection:
        for desk, account in ctx.settings.accounts():
            for name in gone:
                moved = desks.pass_on(connection, name, account.key, desk.stable_key)
                if moved:
                    fields = {"from": name, "to": desk.stable_key, "threads": moved}
                    log.warning(
                        "a desk is gone from the config; the desk with its account has its threads",
                        extra={"fields": fields},
                    )
                passed += moved
    return passed
