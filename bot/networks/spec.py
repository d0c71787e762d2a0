"""What a network says of itself, as plain data: settings, `webcare check` and the desk's words read nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.networks.base import Account


@dataclass(frozen=True, slots=True)
class HandleRule:
    """How accounts are named. `pattern` must match the whole name, without the @; `allowed` says it in words."""

    pattern: str
    allowed: str
    example: str


@dataclass(frozen=True, slots=True)
class Key:
    """A secret that lets an account in.

    `name` is the argument of the spec's `account`; in capitals it ends the name of the environment variable. `where`
    is its place in the spec's `console`. Keys `of_app` may be shared by all accounts that use the same app.
    """

    name: str
    where: str
    of_app: bool = False


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """One kind of network.

    `kind` is what webcare.toml says and the name of the package, `name` what people say. `console` is where an operator
    finds the keys. `api_url` is the default of the variable that `api_url_variable` names. `text_limit` is the longest
    reply as the network counts it, and `lookup_limit` the most posts in one call of `Account.look_up`.

    `account(handle, now=…, api_url=…, **keys)` builds an account and calls nobody. It imports the client when it is
    called, because a client brings a library that is slow to load.
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

    @property
    def prefix(self) -> str:
        """What the names of this network's variables begin with: "X"."""
        return self.kind.upper()

    @property
    def api_url_variable(self) -> str:
        """The variable that says where the API is: "X_API_URL"."""
        return f"{self.prefix}_API_URL"

    def place(self, key: Key) -> str:
        """Where an operator finds the key."""
        return f"{self.console} > {key.where}"
