"""A desk that listens on the sandbox's networks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.domain.listening.rule import Rule
from bot.networks.base import Account
from bot.usecases.listening import search
from tests.support.bench import Bench
from tests.support.cast import X

SEARCH = "GET /2/tweets/search/recent"


def rule(*words: str, **changes: Any) -> Rule:
    """What the desk listens for on X, if not on another account."""
    return Rule(**{"desk": "Support", "account": X, "words": words or ("acme",)} | changes)


def listening(bench: Bench, *rules: Rule, **accounts: Account) -> Bench:
    """The same desk with these rules; `accounts` take the place of its own, by kind."""
    settings = replace(bench.ctx.settings, listening=rules or (rule(),))
    known = {key: accounts.get(key.partition(":")[0], account) for key, account in bench.ctx.accounts.items()}
    return Bench(replace(bench.ctx, settings=settings, accounts=known), bench.sandbox, bench.clock)


def listen(bench: Bench, **turn: float) -> int:
    """Search with every rule after a turn of the clock, a minute if none is said: how many cards that made."""
    bench.clock.turn(**(turn or {"minutes": 1}))
    return sum(search.tick(bench.ctx, account) for _, account in bench.ctx.settings.accounts())
