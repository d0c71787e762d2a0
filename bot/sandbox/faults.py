"""Faults on demand: the sandbox answers as a network does on a bad day."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, get_args

from aiohttp import web

Kind = Literal[
    "rate_limited", "error_500", "timeout_before", "timeout_after", "drop_before", "drop_after", "html_503", "refused"
]
Target = Literal["slack", "x", "bluesky"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one call.

    `retry_after` and `seconds` (how long a time-out hangs) are in seconds. `code` is what Slack "refused" it for.
    """

    kind: Kind
    retry_after: int = 1
    seconds: float = 30.0
    code: str = "invalid_blocks"


class Faults:
    """Planned faults, used up in the order in which they were added. Any thread may use it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: list[tuple[str, str, Fault]] = []

    def add(
        self,
        target: str,
        method: str,
        kind: str,
        times: int = 1,
        *,
        retry_after: int = 1,
        seconds: float = 30.0,
        code: str = "invalid_blocks",
    ) -> None:
        """Plan `times` faults for `method` ("chat.postMessage", "POST /2/tweets", or "*" for any).

        Raises ValueError for an unknown target or kind.
        """
        if target not in get_args(Target):
            raise ValueError(f"target must be one of {', '.join(get_args(Target))}")
        known = {name: name for name in get_args(Kind)}
        if kind not in known:
            raise ValueError(f"kind must be one of {', '.join(known)}")
        fault = Fault(known[kind], retry_after, seconds, code)
        with self._lock:
            self._planned += [(target, method, fault)] * times

    def clear(self) -> None:
        with self._lock:
            self._planned.clear()

    def take(self, target: Target, method: str) -> Fault | None:
        """Use up and return the next fault planned for this call; None if there is none."""
        with self._lock:
            for index, (wanted_target, wanted_method, fault) in enumerate(self._planned):
                if wanted_target == target and wanted_method in (method, "*"):
                    del self._planned[index]
                    return fault
        return None


async def suffer(
    fault: Fault,
    request: web.Request,
    work: Callable[[], Awaitable[web.StreamResponse]],
    rate_limited: Callable[[int], web.StreamResponse],
) -> web.StreamResponse:
    """Answer `request` under `fault`. Kinds that end in "_after" do the work first and lose only its answer.

    `rate_limited` builds the network's own 429 from the seconds to wait.
    """
    if fault.kind == "rate_limited":
        return rate_limited(fault.retry_after)
    if fault.kind == "refused":
        return web.json_response({"ok": False, "error": fault.code})
    if fault.kind == "error_500":
        return web.json_response({"ok": False, "error": "internal_error"}, status=500)
    if fault.kind == "html_503":
        page = "<html><body><h1>503 Service Unavailable</h1></body></html>"
        return web.Response(status=503, text=page, content_type="text/html")
    if fault.kind.endswith("_after"):
        await work()
    if fault.kind.startswith("timeout"):
        await asyncio.sleep(fault.seconds)
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
