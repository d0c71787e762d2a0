"""A counterpart for every network: what the contract in tests/integration/networks/test_contract.py is tried against.

A network gets a module beside this file and an entry in COUNTERPARTS.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from tests.support.counterparts import bluesky, kundo, mastodon, x
from tests.support.counterparts.base import Counterpart

COUNTERPARTS: dict[str, Callable[[], AbstractContextManager[Counterpart]]] = {
    "x": x.running,
    "mastodon": mastodon.running,
    "bluesky": bluesky.running,
    "kundo": kundo.running,
}
"""How to start each, by the network's kind. A new one has neither posts nor faults."""
