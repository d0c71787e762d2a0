"""Deeds: what our account does on a network beside replying, each asked for by a task of the outbox."""

from __future__ import annotations

import logging

from bot.domain.customers.customer import network_of
from bot.networks import SPECS
from bot.networks.base import Account, Ambiguous, Deed, NotDone, Rejected
from bot.usecases.desk.context import Context

log = logging.getLogger(__name__)

AGAIN_SECONDS = 60.0
NOT_CONFIGURED = "not_configured"  # the account has left the config since it was asked


def can(ctx: Context, account: str, deed: Deed) -> bool:
    """Tell whether an account, such as "x:acme", is configured and its network does this at all."""
    return account in ctx.accounts and deed in SPECS[network_of(account)].can.deeds


def ask(account: Account, deed: Deed, post_id: str, **about: object) -> str:
    """Ask the network; return "" if it was done, or the code of its refusal. `about` names what it is in the log.

    Raises NotDone if it is certainly not done and worth another try, and Ambiguous if nobody knows.
    """
    try:
        account.do(deed, post_id)
    except Rejected as error:
        fields = {**about, "deed": deed.value, "code": error.code, "error": error.detail}
        log.warning("network refused", extra={"fields": fields})
        return error.code
    return ""


def again(error: Ambiguous) -> NotDone:
    """Have what nobody knows about asked for once more, where that does no harm."""
    return NotDone(error.detail, AGAIN_SECONDS)
