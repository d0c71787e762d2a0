"""The keys of accounts: which variables may hold them, which were found, and what to say about a wrong one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from pydantic import SecretStr

from bot.networks import KINDS, SPECS
from bot.networks.spec import Key, NetworkSpec
from bot.settings.config import AccountConfig


@dataclass(frozen=True, slots=True)
class Credentials:
    """What gives access to one account, by key name. `variables` says where each key is, or where it belongs."""

    variables: Mapping[str, str]
    secrets: Mapping[str, SecretStr]

    @property
    def complete(self) -> bool:
        """Whether every key is set."""
        return self.variables.keys() == self.secrets.keys()

    def plain(self) -> dict[str, str]:
        """Every key as its network wants it; "" if it is not set."""
        return {name: self.secrets[name].get_secret_value() if name in self.secrets else "" for name in self.variables}


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable that may hold a key of these accounts; without any, it is the network's own."""

    spec: NetworkSpec
    key: Key
    accounts: tuple[AccountConfig, ...] = ()

    @property
    def ending(self) -> str:
        """How its name ends, whatever the prefix."""
        return f"_{self.key.name.upper()}"

    @property
    def purpose(self) -> str:
        """Who needs it, and where an operator finds its value."""
        return self._about([])

    def not_set(self, name: str) -> str:
        """Return what to tell an operator who has not set it under that name, including what would do as well."""
        instead = []
        for account in self.accounts:
            own, *shared = _places(account, self.key)
            if shared and own != name:
                instead.append(f"{own} would do for @{account.handle}")
            elif shared:
                instead += [f"it belongs to {other}" for other in _pair(account, self.key) if other != name]
        return f"is not set ({self._about(instead)})"

    def _about(self, instead: list[str]) -> str:
        if not self.spec.is_asked:
            tools = " and ".join(account.handle for account in self.accounts) or "a tool"
            return f"what {tools} signs with; it stands, or is chosen, where that tool's webhook is set up"
        *most, last = [f"@{account.handle}" for account in self.accounts] or [""]
        named = f"{', '.join(most)} and {last}" if most else last
        whose = [f"for {named} on {self.spec.name}"] if named else []
        return "; ".join([*whose, *instead, f"find it at {self.spec.place(self.key)}"])


def of(account: AccountConfig, found: Mapping[str, SecretStr]) -> Credentials:
    """Return the account's keys among those found, which are by variable."""
    chosen = {key.name: _chosen(account, key, found) for key in account.spec.keys}
    return Credentials(chosen, {name: found[place] for name, place in chosen.items() if place in found})


def variables(accounts: Iterable[AccountConfig] = ()) -> dict[str, Variable]:
    """Return every variable that may hold a key, by name: each network's own, and those that the accounts read."""
    specs = [SPECS[kind] for kind in KINDS]
    known = {spec.variable(spec.prefix, key): Variable(spec, key) for spec in specs for key in spec.keys}
    for account in accounts:
        for key in account.spec.keys:
            for place in _places(account, key):
                before = known.get(place, Variable(account.spec, key))
                known[place] = replace(before, accounts=(*before.accounts, account))
    return known


def api_urls(accounts: Iterable[AccountConfig] = ()) -> tuple[str, ...]:
    """Return every variable that may say where a network is: each network's own, and those that the accounts read."""
    places = [(SPECS[kind], SPECS[kind].prefix) for kind in KINDS] + [(one.spec, one.prefix) for one in accounts]
    return tuple(dict.fromkeys(spec.api_url_variable(prefix) for spec, prefix in places if spec.api_url))


def missing(accounts: Iterable[AccountConfig], found: Collection[str]) -> dict[str, Variable]:
    """Return the required variables that were not found, each with the accounts that lack it."""
    lacking: dict[str, Variable] = {}
    for account in accounts:
        for key in account.spec.keys:
            place = _chosen(account, key, found)
            if place not in found:
                before = lacking.get(place, Variable(account.spec, key))
                lacking[place] = replace(before, accounts=(*before.accounts, account))
    return lacking


def twice(accounts: Iterable[AccountConfig], found: Mapping[str, SecretStr]) -> list[str]:
    """List the variables that hold the token of another account, a line each: with it one would speak as the other."""
    first: dict[tuple[str, str], tuple[str, AccountConfig]] = {}
    problems = []
    for account in accounts:
        spec = account.spec
        if not any(key.speaks for key in spec.keys):
            continue  # it does not tell accounts apart
        place = spec.variable(account.prefix, spec.token)
        if place not in found:
            continue
        before, other = first.setdefault((spec.kind, found[place].get_secret_value()), (place, account))
        if before != place:
            problems.append(
                f"{place}: is the same token as {before}, so @{account.handle} would speak as @{other.handle}; make "
                f"one as @{account.handle} ({Variable(spec, spec.token).purpose})"
            )
    return problems


def _chosen(account: AccountConfig, key: Key, found: Collection[str]) -> str:
    """Return the variable that holds the account's key, or in which it belongs.

    Half of a pair is never completed from another app: the network would refuse both.
    """
    own, *shared = _places(account, key)
    return shared[0] if shared and not any(half in found for half in _pair(account, key)) else own


def _places(account: AccountConfig, key: Key) -> tuple[str, ...]:
    """Return the variables that may hold the account's key; the first one that is set counts.

    The app's own keys may also be under the network's name. The account's keys may not: with another account's token
    the desk would speak as that account.
    """
    spec = account.spec
    own, shared = spec.variable(account.prefix, key), spec.variable(spec.prefix, key)
    return (own, shared) if key.of_app and own != shared else (own,)


def _pair(account: AccountConfig, key: Key) -> list[str]:
    """Return the account's own variables for the key and for what is used only together with it."""
    together = [other for other in account.spec.keys if other == key or (key.pair and other.pair == key.pair)]
    return [account.spec.variable(account.prefix, other) for other in together]
