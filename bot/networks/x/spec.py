"""X, as the rest of the desk knows it."""

from __future__ import annotations

from typing import Any

from bot.networks.base import Account, Can, Deed, Pictures, Search
from bot.networks.spec import HandleRule, Key, NetworkSpec


def _account(handle: str, **arguments: Any) -> Account:
    from bot.networks.x.client import XAccount  # imports tweepy, which is slow to load

    return XAccount(handle, **arguments)


def _unsearchable(wanted: Search, handle: str) -> str:
    from bot.networks.x.query import unsearchable

    return unsearchable(wanted, handle)


SPEC = NetworkSpec(
    kind="x",
    name="X",
    handle=HandleRule("[A-Za-z0-9_]{1,15}", allowed="1 to 15 of a-z, 0-9 and _", example="acme"),
    console="https://developer.x.com > your app > Keys and tokens",
    keys=(
        Key("bearer_token", "Bearer Token", of_app=True),
        Key("consumer_key", "API Key", of_app=True, pair="consumer"),
        Key("consumer_secret", "API Key Secret", of_app=True, pair="consumer"),
        Key("access_token", "Access Token, with Read and Write permission", speaks=True),
        Key("access_token_secret", "Access Token Secret"),
    ),
    api_url="https://api.twitter.com",
    text_limit=280,
    can=Can(
        frozenset({Deed.REPLY, Deed.POST, Deed.LIKE, Deed.HIDE, Deed.UNHIDE, Deed.TAKE_BACK}),
        looks_up=100,
        ask=True,
        searches=True,
        pictures=Pictures(most_bytes=5_000_000, most_alt=1_000),
    ),
    account=_account,
    search_url="https://x.com/search?f=live&q=%40{handle}%20since%3A{since}%20until%3A{until}",
    pages=("x.com/{handle}", "twitter.com/{handle}"),
    unsearchable=_unsearchable,
)
