"""The desk's account on the sandbox's Bluesky."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.networks.bluesky.client import BlueskyAccount
from bot.sandbox.server import Sandbox


def bluesky_account(sandbox: Sandbox, now: Callable[[], datetime], **changes: Any) -> BlueskyAccount:
    """Build it; `changes` are arguments of BlueskyAccount's."""
    variables = sandbox.environment.items()
    keys = {name.removeprefix("BLUESKY_").lower(): value for name, value in variables if name.startswith("BLUESKY_")}
    arguments: dict[str, Any] = {"handle": sandbox.bluesky.own.handle, "now": now, **keys, **changes}
    return BlueskyAccount(**arguments)
