"""Kundo's forums, as the rest of the desk knows them. The account is a forum, its handle the forum's slug."""

from __future__ import annotations

from typing import Any

from bot.networks.base import Account, Can, Deed
from bot.networks.spec import HandleRule, Key, NetworkSpec


def _account(handle: str, **arguments: Any) -> Account:
    from bot.networks.kundo.client import KundoAccount  # imports requests, which is slow to load

    return KundoAccount(handle, **arguments)


SPEC = NetworkSpec(
    kind="kundo",
    name="Kundo",
    handle=HandleRule(
        "[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?", allowed="what follows /org/ in its address", example="acme"
    ),
    console="Kundo's administration",
    keys=(
        Key("api_key", "API key, with the mail address of the editor who answers and a colon before it", speaks=True),
    ),
    api_url="https://kundo.se",
    text_limit=10_000,  # of the desk: Kundo documents none
    can=Can(frozenset({Deed.REPLY}), looks_up=20, ask=True, searches=True),
    account=_account,
)
