"""Slack's side of Socket Mode: open sockets, envelopes and their acknowledgements."""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
from collections.abc import Coroutine
from typing import Any

from aiohttp import WSMsgType, web

from bot.sandbox.slack.acks import Ack
from bot.sandbox.slack.records import APP_ID, Json
from bot.sandbox.slack.state import Timing

MOST_SOCKETS = 10
PING_EVERY = 30.0


class Sockets:
    """The app's open sockets. Everything runs in the server's loop."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._tickets: set[str] = set()
        self._open: dict[str, web.WebSocketResponse] = {}
        self._requests: dict[str, web.Request] = {}
        self._turn = itertools.count()
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._retiring: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.ever_connected = False

    def ticket(self) -> str:
        """Return the ticket that apps.connections.open puts in an address; it opens one socket, once."""
        ticket = secrets.token_urlsafe(12)
        self._tickets.add(ticket)
        return ticket

    @property
    def count(self) -> int:
        return len(self._open)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one socket from hello to close."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=404, text="unknown ticket")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=PING_EVERY)
        await socket.prepare(request)
        if len(self._open) >= MOST_SOCKETS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets", "debug_info": _DEBUG})
            await socket.close()
            return socket
        self.ever_connected = True
        self._open[ticket], self._requests[ticket] = socket, request
        try:
            await socket.send_json(
                {
                    "type": "hello",
                    "num_connections": len(self._open),
                    "connection_info": {"app_id": APP_ID},
                    "debug_info": _DEBUG | {"approximate_connection_time": self._timing.socket_life or 18_060},
                }
            )
            if self._timing.socket_life is not None:
                self._in_background(self._retire_at_the_end(ticket, self._timing.socket_life))
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledge(message.data)
        finally:
            self._open.pop(ticket, None)
            self._requests.pop(ticket, None)
            self._retiring.discard(ticket)
        return socket

    def _in_background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _retire_at_the_end(self, ticket: str, life: float) -> None:
        await asyncio.sleep(life)
        await self._retire(ticket)

    def _acknowledge(self, text: str) -> None:
        try:
            answer = json.loads(text)
            waiting = self._waiting.get(answer["envelope_id"])
        except (ValueError, TypeError, KeyError):
            return
        if waiting is not None and not waiting.done():
            waiting.set_result(answer.get("payload"))

    async def send(self, kind: str, payload: Json, *, answerable: bool, retry: tuple[int, str] | None = None) -> Ack:
        """Send one envelope over one open socket, and wait for its acknowledgement as long as Slack does."""
        turn = next(self._turn)
        fresh = [socket for ticket, socket in self._open.items() if ticket not in self._retiring]
        sockets = fresh or list(self._open.values())
        if not sockets:
            return Ack(error="dispatch_failed")
        socket = sockets[turn % len(sockets)]
        envelope_id = secrets.token_hex(16)
        envelope: Json = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": answerable,
        }
        if retry is not None:
            envelope |= {"retry_attempt": retry[0], "retry_reason": retry[1]}
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = answer
        try:
            async with asyncio.timeout(self._timing.ack):
                await socket.send_json(envelope)
                body = await answer
                return Ack(body=body if answerable else None)
        except (TimeoutError, ConnectionError):
            return Ack(error="operation_timeout")
        finally:
            del self._waiting[envelope_id]

    async def refresh(self, at_most: int | None = None) -> int:
        """Ask the oldest sockets, or all, to reconnect, as Slack does every few hours; return how many were asked."""
        tickets = list(self._open)[:at_most]
        for ticket in tickets:
            self._in_background(self._retire(ticket))
        return len(tickets)

    async def _retire(self, ticket: str) -> None:
        """Warn the client and close the socket after the grace period; until then, prefer other open sockets."""
        socket = self._open.get(ticket)
        if socket is None or ticket in self._retiring:
            return
        self._retiring.add(ticket)
        if self._timing.refresh_grace:
            await socket.send_json({"type": "disconnect", "reason": "warning", "debug_info": _DEBUG})
            await asyncio.sleep(self._timing.refresh_grace)
        if ticket in self._open:
            del self._open[ticket]
            await socket.send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": _DEBUG})
            await socket.close()

    def drop(self, at_most: int | None = None) -> int:
        """Cut the oldest connections, or all, without warning; return how many were cut."""
        requests = list(self._requests.values())[:at_most]
        for request in requests:
            if request.transport is not None:
                request.transport.abort()
        return len(requests)

    async def close(self) -> None:
        """Close everything when the server stops."""
        for task in list(self._tasks):
            task.cancel()
        for request in list(self._requests.values()):
            if request.transport is not None:
                request.transport.abort()


_DEBUG = {"host": "applink-sandbox", "build_number": 1}
