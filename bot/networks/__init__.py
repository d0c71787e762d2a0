"""The networks that a desk can be on: a package each, which says in its `spec` what it is."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.networks.base import Account
from bot.networks.spec import NetworkSpec

# A network is its package beside this file and a line here.
KINDS = ("x",)

SPECS: Mapping[str, NetworkSpec] = {kind: importlib.import_module(f"{__name__}.{kind}.spec").SPEC for kind in KINDS}


def build(kind: str, handle: str, *, now: Callable[[], datetime], **arguments: str) -> Account:
    """The account `handle` (without the @) on the network `kind`, one of KINDS.

    `arguments` are the spec's keys by their names, and `api_url`.
    """
    return SPECS[kind].account(handle, now=now, **arguments)


def network_name(key: str) -> str:
    """What people call the network of "x:acme": "X"."""
    kind, _, _ = key.partition(":")
    return SPECS[kind].name if kind in SPECS else kind
