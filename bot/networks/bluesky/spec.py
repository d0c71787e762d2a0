"""Bluesky, as the rest of the desk knows it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.networks.base import Account, Can, Deed, Pictures
from bot.networks.spec import HandleRule, Key, NetworkSpec

_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
HANDLE = rf"(?:{_LABEL}\.){{1,20}}[A-Za-z](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])?"


def _account(handle: str, **arguments: Any) -> Account:
    from bot.networks.bluesky.client import BlueskyAccount  # imports requests, which is slow to load

    return BlueskyAccount(handle, **arguments)


SPEC = NetworkSpec(
    kind="bluesky",
    name="Bluesky",
    handle=HandleRule(HANDLE, allowed="a domain name, without the @", example="acme.example.com"),
    console="https://bsky.app/settings > Privacy and security",
    keys=(Key("app_password", "App passwords", speaks=True),),
    api_url="https://bsky.social",
    text_limit=300,
    can=Can(
        frozenset({Deed.REPLY, Deed.POST, Deed.LIKE, Deed.TAKE_BACK}),
        looks_up=25,
        sends_once=timedelta(days=365),  # a record is put under a key of ours, and stays the same one
        certain=True,
        ask=True,
        pictures=Pictures(most_bytes=1_000_000, most_alt=2_000),
        searches=True,
    ),
    account=_account,
    search_url="https://bsky.app/search?q=mentions%3A{handle}%20since%3A{since}%20until%3A{until}",
    pages=("bsky.app/profile/{handle}", "{handle}"),
)
