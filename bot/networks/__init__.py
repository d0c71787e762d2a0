"""The networks that a desk can be on: one package each, which describes itself in its `spec`."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.networks.base import Account
from bot.networks.spec import NetworkSpec

# A network is a package beside this file and an entry here.
KINDS = ("x", "mastodon", "kundo")

SPECS: Mapping[str, NetworkSpec] = {kind: importlib.import_module(f"{__name__}.{kind}.spec").SPEC for kind in KINDS}


def build(kind: str, handle: str, *, now: Callable[[], datetime], **arguments: str) -> Account:
    """Build the account `handle` (without the @) on the network `kind`, one of KINDS.

    `arguments` are the spec's keys by name, and `api_url`.
    """
    return SPECS[kind].account(handle, now=now, **arguments)


def network_name(key: str) -> str:
    """Return what people call the network of "x:acme": "X"."""
    kind, _, _ = key.partition(":")
    return SPECS[kind].name if kind in SPECS else kind
