"""Renamed: a desk that the config no longer has leaves its threads to the one that answers for their account now."""

from __future__ import annotations

import logging

from bot.usecases.desk.context import Context
from storage.desk import desks
from storage.engine import reading, transaction

log = logging.getLogger(__name__)


def pass_on(ctx: Context) -> int:
    """Pass on every thread whose desk is gone and whose account is not: how many.

    Else a desk that got a new name would be a new desk, and the customers of the old one nobody's.
    """
    configured = {desk.name for desk in ctx.settings.desks}
    with reading(ctx.engine) as connection:
        gone = [name for name in desks.with_threads(connection) if name not in configured]
    if not gone:
        return 0
    passed = 0
    with transaction(ctx.engine) as connection:
        for desk, account in ctx.settings.accounts():
            for name in gone:
                moved = desks.pass_on(connection, name, account.key, desk.name)
                if moved:
                    fields = {"from": name, "to": desk.name, "threads": moved}
                    log.warning(
                        "a desk is gone from the config; the desk with its account has its threads",
                        extra={"fields": fields},
                    )
                passed += moved
    return passed
