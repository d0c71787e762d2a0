"""The networks that a desk can be on: one package each, which describes itself in its `spec`."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.domain.customers.customer import INBOUND
from bot.networks.base import Account
from bot.networks.spec import NetworkSpec

# A network is a package beside this file and an entry here.
KINDS = ("x", "mastodon", "bluesky", "kundo")

# What other tools post to us is no KIND: webcare.toml has [[desk.inbound]] for it.

SPECS: Mapping[str, NetworkSpec] = {
    kind: importlib.import_module(f"{__name__}.{kind}.spec").SPEC for kind in (*KINDS, INBOUND)
}


def build(kind: str, handle: str, *, now: Callable[[], datetime], **arguments: Any) -> Account:
    """Build the account `handle` (without the @) on the network `kind`, one of SPECS.

    `arguments` are the spec's keys by name, and `api_url`.
    """
    return SPECS[kind].account(handle, now=now, **arguments)


def network_name(key: str) -> str:
    """Return what people call the network of "x:acme": "X"; of "inbound:coosto" it is the tool."""
    kind, _, name = key.partition(":")
    if kind == INBOUND and name:
        return name
    return SPECS[kind].name if kind in SPECS else kind
