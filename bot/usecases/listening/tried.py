"""Tried: what a rule would have brought in the last day. Nothing of it is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.listening.rule import Rule
from bot.networks import network_name
from bot.settings import Settings
from bot.settings.config import search_of
from bot.settings.values import listened_word
from bot.usecases.desk.context import Context
from bot.usecases.listening import wanted
from bot.views.listening.models import Tried

DAY = timedelta(days=1)
MOST = 200  # posts that are read, and on X paid for


def meant(settings: Settings, said: str, account: str) -> Rule:
    """Return the rule that somebody names: by its number in the file, or words of it; else one of these words.

    Words stand between commas. `account` is such as "x:acme". Raises ValueError if there is no word, or one that
    webcare.toml would not take.
    """
    numbered = dict(enumerate(settings.listening, 1))
    if said.strip().isdecimal() and int(said) in numbered:
        return numbered[int(said)]
    words = tuple(filter(None, (" ".join(word.split()) for word in said.split(","))))
    if not words:
        raise ValueError("there is no word in it")
    asked = {word.casefold() for word in words}
    of_file = (rule for rule in settings.listening if rule.account == account)
    same = next((rule for rule in of_file if asked <= {word.casefold() for word in rule.words}), None)
    return same or Rule("", account, tuple(map(listened_word, words)))


def tried(ctx: Context, rule: Rule) -> Tried:
    """Search for the last day. Raises NetworkError."""
    at = ctx.clock.now()
    account = ctx.accounts[rule.account]
    fetched = account.search(search_of(rule), None, at - DAY, MOST)
    found = wanted.sorted_out(ctx, replace(rule, desk=rule.desk or _desk(ctx, rule)), fetched.mentions)
    read = len(fetched.mentions)
    return Tried(rule, network_name(rule.account), found.mentions, len(found.left_out), read, fetched.gap is not None)


def _desk(ctx: Context, rule: Rule) -> str:
    desk = ctx.settings.desk_of_account(rule.account)
    return desk.stable_key if desk else ""
