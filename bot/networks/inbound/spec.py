"""Tools that post to us, as the rest of the desk knows them. Each is an account of its own."""

from __future__ import annotations

from typing import Any

from bot.domain.customers.customer import INBOUND
from bot.networks.base import Account, Can, Deed
from bot.networks.spec import HandleRule, Key, NetworkSpec


def _account(handle: str, **arguments: Any) -> Account:
    from bot.networks.inbound.client import InboundAccount  # imports requests, which is slow to load

    return InboundAccount(handle, **arguments)


SPEC = NetworkSpec(
    kind=INBOUND,
    name="Webhook",
    handle=HandleRule("[a-z0-9]([a-z0-9_-]{0,38}[a-z0-9])?", allowed="1 to 40 of a-z, 0-9, - and _", example="coosto"),
    console="what posts here",
    keys=(Key("secret", "the secret of its webhook"),),
    api_url="",
    text_limit=10_000,
    can=Can(frozenset({Deed.REPLY})),
    account=_account,
    is_asked=False,
)
