"""The sandbox's page: a small Slack workspace in the browser, beside the customers' live timeline."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from aiohttp import web

from bot.sandbox.changes import Changes

_STATIC = Path(__file__).parent / "static"

# Customers' words are shown as text, never as HTML. Should that fail, this policy lets none of them run or call out.
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: http://127.0.0.1:* http://localhost:*",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_RETRY_MS = 1000


def mount(app: web.Application, changes: Changes) -> None:
    """Serve the page at `/`, its files at `/page/`, and server-sent events `{"changed": kind}` at `/sandbox/stream`."""
    streams: set[asyncio.Task[None]] = set()

    async def index(_request: web.Request) -> web.StreamResponse:
        headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"}
        return web.FileResponse(_STATIC / "index.html", headers=headers)

    async def stream(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        telling = asyncio.create_task(_tell(changes, request, response))
        streams.add(telling)
        try:
            await asyncio.wait({telling})
        finally:
            telling.cancel()
            streams.discard(telling)
        return response

    async def hang_up(_app: web.Application) -> None:
        # A stream never ends by itself, and a stopping server waits for open answers.
        for telling in streams:
            telling.cancel()

    app.router.add_get("/", index)
    app.router.add_get("/sandbox/stream", stream)
    app.router.add_static("/page/", _STATIC)
    app.on_shutdown.append(hang_up)


async def _tell(changes: Changes, request: web.Request, response: web.StreamResponse) -> None:
    async with changes.subscribe() as kinds:
        try:
            await response.prepare(request)
            await response.write(f"retry: {_RETRY_MS}\n\n".encode())
            async for kind in kinds:
                await response.write(f"data: {json.dumps({'changed': kind})}\n\n".encode())
        except ConnectionResetError:
            return  # the browser is gone
