"""Mastodon, as the rest of the desk knows it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.networks.base import Account, Can, Deed, Pictures
from bot.networks.spec import HandleRule, Key, NetworkSpec

LOCAL = "[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?"
HOST = "[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?"


def _account(handle: str, **arguments: Any) -> Account:
    from bot.networks.mastodon.client import MastodonAccount  # imports requests, which is slow to load

    return MastodonAccount(handle, **arguments)


SPEC = NetworkSpec(
    kind="mastodon",
    name="Mastodon",
    handle=HandleRule(f"{LOCAL}@{HOST}", allowed="its name, an @ and its server", example="acme@example.social"),
    console="your Mastodon server > Preferences > Development > your application",
    keys=(Key("access_token", "Your access token, with the scopes read and write", speaks=True),),
    api_url="https://{host}",
    text_limit=500,
    can=Can(
        frozenset({Deed.REPLY, Deed.POST, Deed.LIKE, Deed.TAKE_BACK, Deed.EDIT}),
        looks_up=20,  # of `statuses?id[]`; more are refused
        sends_once=timedelta(hours=1),
        ask=True,
        pictures=Pictures(most_bytes=8_000_000, most_alt=1_500),
        searches=True,
    ),
    account=_account,
    pages=("{host}/@{local}",),
)
