"""The keys of accounts: which variables may hold them, what was found there, and what to say of one that is wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from pydantic import SecretStr

from bot.networks import SPECS
from bot.networks.spec import Key, NetworkSpec
from bot.settings.config import AccountConfig


@dataclass(frozen=True, slots=True)
class Credentials:
    """What lets one account in, by the names of its keys: `variables` says where each is, or else belongs."""

    variables: Mapping[str, str]
    secrets: Mapping[str, SecretStr]

    @property
    def complete(self) -> bool:
        """Whether every key is set."""
        return self.variables.keys() == self.secrets.keys()

    def plain(self) -> dict[str, str]:
        """Every key as its network wants it; "" where it is not set."""
        return {name: self.secrets[name].get_secret_value() if name in self.secrets else "" for name in self.variables}


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable that may hold a key of these accounts. Without any it belongs to the network alone."""

    spec: NetworkSpec
    key: Key
    accounts: tuple[AccountConfig, ...] = ()

    @property
    def ending(self) -> str:
        """What its name ends with, whatever the prefix."""
        return f"_{self.key.name.upper()}"

    @property
    def purpose(self) -> str:
        """Who needs it, and where an operator finds what belongs in it."""
        return self._about([])

    @property
    def not_set(self) -> str:
        """The same for an operator who has not set it, with what would do as well."""
        places = [(account.handle, _places(account, self.key)) for account in self.accounts]
        instead = [f"{own} would do for @{handle}" for handle, (own, *shared) in places if shared]
        return f"is not set ({self._about(instead)})"

    def _about(self, instead: list[str]) -> str:
        *most, last = [f"@{account.handle}" for account in self.accounts] or [""]
        named = f"{', '.join(most)} and {last}" if most else last
        whose = [f"for {named} on {self.spec.name}"] if named else []
        return "; ".join([*whose, *instead, f"find it at {self.spec.place(self.key)}"])


def of(account: AccountConfig, found: Mapping[str, SecretStr]) -> Credentials:
    """The account's keys among what was found, which is by variable."""
    chosen = {key.name: _chosen(account, key, found) for key in account.spec.keys}
    return Credentials(chosen, {name: found[place] for name, place in chosen.items() if place in found})


def variables(accounts: Iterable[AccountConfig] = ()) -> dict[str, Variable]:
    """Every variable that may hold a key, by name: one for each of a network's, and those that the accounts read."""
    known = {_place(spec.prefix, key): Variable(spec, key) for spec in SPECS.values() for key in spec.keys}
    for account in accounts:
        for key in account.spec.keys:
            for place in _places(account, key):
                before = known.get(place, Variable(account.spec, key))
                known[place] = replace(before, accounts=(*before.accounts, account))
    return known


def missing(accounts: Iterable[AccountConfig], found: Collection[str]) -> dict[str, Variable]:
    """The variables that are not among those found and have to be, each with the accounts that lack it."""
    lacking: dict[str, Variable] = {}
    for account in accounts:
        for key in account.spec.keys:
            place = _chosen(account, key, found)
            if place not in found:
                before = lacking.get(place, Variable(account.spec, key))
                lacking[place] = replace(before, accounts=(*before.accounts, account))
    return lacking


def _chosen(account: AccountConfig, key: Key, found: Collection[str]) -> str:
    """The variable that the account's key is in, or else belongs in."""
    places = _places(account, key)
    return next((place for place in places if place in found), places[-1])


def _places(account: AccountConfig, key: Key) -> tuple[str, ...]:
    """The variables that may hold the account's key; the first that is set counts.

    What is the app's own may also be under the network's name. What is the account's may not: with the token of another
    account the desk would speak as that one.
    """
    own, shared = _place(account.prefix, key), _place(account.spec.prefix, key)
    return (own, shared) if key.of_app and own != shared else (own,)


def _place(prefix: str, key: Key) -> str:
    return f"{prefix}_{key.name.upper()}"
