"""Told: what a message says of a rule."""

from __future__ import annotations

from datetime import datetime

from bot.domain.common.errors import Gone
from bot.domain.listening.budget import News
from bot.domain.listening.rule import Rule
from bot.networks import network_name
from bot.usecases.desk.context import Context
from bot.views.listening.models import RuleNews
from storage.listening.messages import ListeningPayload


def rule_of(ctx: Context, key: str) -> Rule:
    """Return the rule that is filed under a key. Raises Gone if the config has none (any more)."""
    rule = next((rule for rule in ctx.settings.listening if rule.key == key), None)
    if rule is None:
        raise Gone(key)
    return rule


def news(ctx: Context, told: ListeningPayload) -> RuleNews:
    """Return what is told. Raises Gone if the rule is no longer in the config."""
    rule = rule_of(ctx, told.rule)
    return RuleNews(
        News(told.news),
        rule.words,
        rule.budget,
        network_name(rule.account),
        ctx.accounts[rule.account].handle,
        datetime.fromisoformat(told.since),
        datetime.fromisoformat(told.until) if told.until else None,
        told.code,
        ctx.clock.now(),
    )
