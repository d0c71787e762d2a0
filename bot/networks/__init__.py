"""The networks that a desk can be on: one module each behind bot.networks.base.Network."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import datetime

from bot.networks.base import Account

# What `kind` says in webcare.toml, and the class that serves it; loaded when a desk names it.
KINDS = {"x": ("bot.networks.x", "XAccount")}
NAMES = {"x": "X"}


def build(kind: str, handle: str, *, now: Callable[[], datetime], **credentials: str) -> Account:
    """The account `handle` (without the @) on the network `kind`, one of KINDS.

    `credentials` are the keyword arguments of that network's class, tokens and addresses.
    """
    module, name = KINDS[kind]
    network: Account = getattr(importlib.import_module(module), name)(handle, now=now, **credentials)
    return network


def network_name(key: str) -> str:
    """What people call the network of "x:acme": "X"."""
    kind, _, _ = key.partition(":")
    return NAMES.get(kind, kind)
