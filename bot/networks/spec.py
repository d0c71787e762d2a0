"""What a network says about itself, as plain data. Settings, `webcare check` and the desk's texts read only this."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.networks.base import Account


@dataclass(frozen=True, slots=True)
class HandleRule:
    """How accounts are named. `pattern` must match the whole name without the @; `allowed` says so in words."""

    pattern: str
    allowed: str
    example: str


@dataclass(frozen=True, slots=True)
class Key:
    """A secret that gives access to an account.

    `name` is the argument of the spec's `account`; in capitals it ends the name of the environment variable. `where` is
    its place in the spec's `console`. All accounts that use the same app may share its keys `of_app`; those with the
    same `pair` count only together. `speaks` marks the one key by which the network knows which account it is.
    """

    name: str
    where: str
    of_app: bool = False
    pair: str = ""
    speaks: bool = False


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """One kind of network.

    `kind` is the value in webcare.toml and the name of the package; `name` is what people say. `console` is where an
    operator finds the keys. `api_url` is the default of the variable that `api_url_variable` names. `text_limit` is the
    longest reply as the network counts it. `search_url` is where people look for what names an account, with `{handle}`
    and the days `{since}` and `{until}`, of which the last is excluded; empty if there is no such place. `lookup_limit`
    is the most posts in one call of `Account.look_up`. `may_be_joined` says whether its terms allow to record
    which of its people is the same person on another network.
    `can_like` tells whether our account can like a post, `can_ask`
    whether customers may be asked there what they thought of an answer.

    `account(handle, now=…, api_url=…, **keys)` builds an account and calls nobody. It imports the client only then,
    because the client's library is slow to load.
    """

    kind: str
    name: str
    handle: HandleRule
    console: str
    keys: tuple[Key, ...]
    api_url: str
    text_limit: int
    lookup_limit: int
    account: Callable[..., Account]
    search_url: str = ""
    may_be_joined: bool = True
    can_like: bool = False
    can_ask: bool = False

    def search_for(self, handle: str, since: datetime, until: datetime) -> str:
        """Return where to look for what named the account between two instants; empty if there is no such place."""
        first, after = since.astimezone(UTC).date(), until.astimezone(UTC).date() + timedelta(days=1)
        return self.search_url.format(handle=handle, since=first, until=after)

    def handles_in(self, text: str) -> tuple[str, ...]:
        """Return the accounts that a text mentions, without the @, in the order of the text."""
        return tuple(dict.fromkeys(re.findall(rf"(?<![\w@\uff20/])[@\uff20]({self.handle.pattern})(?![\w@])", text)))

    @property
    def prefix(self) -> str:
        """What the names of this network's variables begin with: "X"."""
        return self.kind.upper()

    @property
    def api_url_variable(self) -> str:
        """The variable that holds the API's address: "X_API_URL"."""
        return f"{self.prefix}_API_URL"

    @property
    def token(self) -> Key:
        """The key by which the network knows which account it is."""
        return next(key for key in self.keys if key.speaks)

    def variable(self, prefix: str, key: Key) -> str:
        """Return the name of the variable that holds the key: "X_ACCESS_TOKEN"."""
        return f"{prefix}_{key.name.upper()}"

    def place(self, key: Key) -> str:
        """Return where an operator finds the key."""
        return f"{self.console} > {key.where}"
