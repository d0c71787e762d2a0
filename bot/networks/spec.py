"""What a network says about itself, as plain data. Settings, `webcare check` and the desk's texts read only this."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.networks.base import Account, Can, Search


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
    operator finds the keys. `api_url` is where the network is unless a variable says otherwise; `{host}` in it is what
    follows the @ in a handle. `text_limit` is the longest reply as the network counts it. `can` is what it lets our
    account do. `search_url` is where people look for what names an account, with `{handle}` and the days `{since}` and
    `{until}`, of which the last is excluded; empty if there is no such place. `is_asked` is False where posts are only
    ever sent to us. `pages` are where its people are found on the web, without a scheme and in small letters: with
    `{handle}`, or for names with a server `{local}` and `{host}`.
    `unsearchable` says why the account of a handle cannot search for something, if so, and what to do.

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
    can: Can
    account: Callable[..., Account]
    search_url: str = ""
    unsearchable: Callable[[Search, str], str] = lambda _wanted, _handle: ""
    is_asked: bool = True
    pages: tuple[str, ...] = ()

    def search_for(self, handle: str, since: datetime, until: datetime) -> str:
        """Return where to look for what named the account between two instants; empty if there is no such place."""
        first, after = since.astimezone(UTC).date(), until.astimezone(UTC).date() + timedelta(days=1)
        return self.search_url.format(handle=handle, since=first, until=after)

    def handles_in(self, text: str) -> tuple[str, ...]:
        """Return the accounts that a text mentions, without the @, in the order of the text."""
        return tuple(dict.fromkeys(re.findall(rf"(?<![\w@\uff20/])[@\uff20]({self.handle.pattern})(?![\w@])", text)))

    def pages_of(self, handle: str) -> tuple[str, ...]:
        """Return where somebody is found on the web, as `led_to` writes places."""
        local, _, host = handle.lower().rpartition("@")
        return tuple(page.format(handle=handle.lower(), local=local, host=host) for page in self.pages)

    def called_at(self, place: str) -> str:
        """Return who is found at a place on the web, in small letters; empty if it is nobody's page here."""
        for page in self.pages:
            pattern = re.escape(page).replace(r"\{handle\}", "(?P<handle>[^/]+)")
            pattern = pattern.replace(r"\{local\}", "(?P<local>[^/]+)").replace(r"\{host\}", "(?P<host>[^/]+)")
            if found := re.fullmatch(pattern, place):
                parts = found.groupdict()
                handle = parts.get("handle") or f"{parts['local']}@{parts['host']}"
                if re.fullmatch(self.handle.pattern, handle):
                    return handle
        return ""

    @property
    def prefix(self) -> str:
        """What the names of this network's variables begin with: "X"."""
        return self.kind.upper()

    def api_url_variable(self, prefix: str) -> str:
        """Return the name of the variable that holds the API's address: "X_API_URL"."""
        return f"{prefix}_API_URL"

    def default_api_url(self, handle: str) -> str:
        """Return where the API of this account is unless a variable says otherwise."""
        return self.api_url.replace("{host}", handle.rpartition("@")[2])

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
