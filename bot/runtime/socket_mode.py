"""Socket Mode without gaps: two connections to Slack, each followed by another before Slack closes it.

Slack replaces each connection every few hours. When it warns of that, the clients of Slack's SDK drop the old
connection at once, with every click that is on its way over it, and may hear nothing for seconds (the figures are in
DECISIONS). Here websocket-client speaks the protocol, the SDK and Bolt read the envelopes, and this module decides when
a connection is opened and when it is let go.
Slack: https://docs.slack.dev/apis/events-api/using-socket-mode (up to 10 connections; an envelope goes to any one).
"""

from __future__ import annotations

import json
import logging
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress

from slack_bolt import App as Bolt
from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_sdk import WebClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from websocket import ABNF, STATUS_NORMAL, WebSocketApp, WebSocketException, setdefaulttimeout

from bot.platform import slack

log = logging.getLogger(__name__)

CONNECTIONS = 2  # of Slack's 10: one may drop without a gap, and four processes fit
WORKERS = 25  # clicks answered at once, which the database's pool has room for
SOCKET_SECONDS = 10.0  # for each wait on a socket: the handshake, the rest of a frame, a send
HELLO_SECONDS = 20.0
PING_SECONDS, PONG_SECONDS = 10.0, 5.0  # a silently dead connection is noticed within 20 s
GRACE_SECONDS = 15.0  # Slack warns 10 s before it closes a connection, and may use it until then
RETRY_SECONDS = 2.0
MAX_RETRY_SECONDS = 60.0
OPENINGS, OPENINGS_SECONDS = 10, 60.0  # limits attempts if every new connection is cut at once
LAST_ANSWERS_SECONDS = 1.5


class SocketMode:
    """Keeps connections open and answers what arrives, from `start` to `stop`, in a thread of its own.

    `pause` waits for some seconds between attempts; by default it ends early at `stop`.
    """

    def __init__(
        self, bolt: Bolt, client: WebClient, app_token: str, pause: Callable[[float], object] | None = None
    ) -> None:
        self._bolt, self._client, self._token = bolt, client, app_token
        self._stopping = threading.Event()
        self._pause = pause or self._stopping.wait
        self._changed = threading.Event()
        self._connections: list[_Connection] = []
        self._opened: deque[float] = deque(maxlen=OPENINGS)
        self._failures = 0
        self._trouble: tuple[str, str] | None = ("not connected yet", "")
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="socket-mode-answer")
        self._in_hand: set[Future[None]] = set()
        self._keeper = threading.Thread(target=self._keep, name="socket-mode", daemon=True)

    def start(self) -> None:
        """Return at once; connections open as soon as Slack lets them."""
        setdefaulttimeout(SOCKET_SECONDS)
        self._keeper.start()

    def stop(self) -> None:
        """Answer what is in progress, for 1.5 s at most, and close."""
        wait(list(self._in_hand), LAST_ANSWERS_SECONDS)
        self._stopping.set()
        self._changed.set()
        for connection in list(self._connections):
            connection.close()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _keep(self) -> None:
        while not self._stopping.is_set():
            self._changed.clear()
            self._connections = [each for each in self._connections if each.alive]
            if sum(each.serving for each in self._connections) < CONNECTIONS:
                if seconds := self._open():
                    self._pause(seconds)
                continue
            for connection in self._connections:
                if connection.overdue:
                    connection.close()
            self._changed.wait(GRACE_SECONDS if len(self._connections) > CONNECTIONS else None)
        for connection in self._connections:
            connection.close()

    def _open(self) -> float:
        """Open one more connection; return the seconds to leave Slack alone afterwards."""
        now = time.monotonic()
        if len(self._opened) == OPENINGS and (rest := self._opened[0] + OPENINGS_SECONDS - now) > 0:
            return self._failed("connections do not last", "opened too often", rest)
        try:
            url = slack.call(self._client, "apps.connections.open", app_token=self._token)["url"]
        except slack.RateLimited as limit:
            return self._failed("Slack has no connection for us now", "rate limited", limit.retry_after)
        except slack.Rejected as refusal:
            return self._failed("Slack refuses SLACK_APP_TOKEN, no click arrives until it is right", str(refusal))
        except slack.SlackError as error:
            return self._failed("Slack cannot be reached", str(error), RETRY_SECONDS)
        self._opened.append(now)
        connection = _Connection(url, self._take, self._changed.set)
        self._connections.append(connection)
        connection.settled.wait(HELLO_SECONDS)
        if not connection.greeted:
            connection.close()
            return self._failed("Slack did not open the connection", connection.problem)
        self._failures = 0
        if self._trouble is not None:
            log.info("Socket Mode is connected")
            self._trouble = None
        return 0

    def _failed(self, what: str, error: str, seconds: float | None = None) -> float:
        """Log the problem unless it is already known; return the given seconds, or ever more of them."""
        if seconds is None:
            self._failures += 1
            seconds = min(RETRY_SECONDS * 2 ** (self._failures - 1), MAX_RETRY_SECONDS)
        if self._trouble != (what, error) and not self._stopping.is_set():
            serving = sum(each.serving for each in self._connections)
            fields = {"error": error, "connections": serving, "again_in": f"{seconds:g}s"}
            log.error("Socket Mode: %s", what, extra={"fields": fields})
            self._trouble = (what, error)
        return seconds

    def _take(self, connection: _Connection, request: SocketModeRequest) -> None:
        answer = self._pool.submit(self._answer, connection, request)
        self._in_hand.add(answer)
        answer.add_done_callback(self._in_hand.discard)

    def _answer(self, connection: _Connection, request: SocketModeRequest) -> None:
        start = time.time()
        try:
            response = run_bolt_app(self._bolt, request)
        except Exception:
            log.exception("what Slack sent was not handled")
            return
        # As in the SDK, the answer goes over another connection if the envelope's own is gone.
        for way in (connection, *self._connections):
            with suppress(WebSocketException, OSError):
                send_response(way, request, response, start)
                return
        log.warning("an answer did not reach Slack", extra={"fields": {"type": request.type}})


class _Connection(BaseSocketModeClient):
    """One WebSocket, from Slack's hello to its end. It reports changes and never reconnects."""

    def __init__(
        self, url: str, take: Callable[[_Connection, SocketModeRequest], None], changed: Callable[[], None]
    ) -> None:
        self.logger = logging.getLogger("slack_bolt")  # Bolt logs here what it did not answer
        self.settled = threading.Event()
        self.alive = True
        self.greeted = False
        self.problem = "no hello"
        self._take, self._changed = take, changed
        self._leaves_at: float | None = None
        self._tcp: socket.socket | None = None
        self._app = WebSocketApp(url, on_open=self._on_open, on_message=self._on_message, on_error=self._on_error)
        threading.Thread(target=self._run, name="socket-mode-connection", daemon=True).start()

    @property
    def serving(self) -> bool:
        """Whether it is open and Slack has not asked to replace it."""
        return self.alive and self.greeted and self._leaves_at is None

    @property
    def overdue(self) -> bool:
        """Whether Slack asked to replace it and has had the time to stop using it."""
        return self._leaves_at is not None and time.monotonic() >= self._leaves_at

    def send_message(self, message: str) -> None:
        """Send a message. Raises WebSocketException or OSError if the connection is gone."""
        self._app.send(message)

    def close(self) -> None:
        """Send a close frame and wake the reader. Slack answers the frame but leaves the TCP connection to us."""
        self._leaves_at = time.monotonic()
        with suppress(WebSocketException, OSError):
            self._app.send(struct.pack("!H", STATUS_NORMAL), ABNF.OPCODE_CLOSE)
        if self._tcp is not None:
            with suppress(OSError):
                self._tcp.shutdown(socket.SHUT_RDWR)

    def _run(self) -> None:
        self._app.run_forever(ping_interval=PING_SECONDS, ping_timeout=PONG_SECONDS)
        if self._tcp is not None:
            self._tcp.close()
        self.alive = False
        self.settled.set()
        self._changed()

    def _on_open(self, app: WebSocketApp) -> None:
        self._tcp = app.sock.sock if app.sock else None

    def _on_message(self, _app: WebSocketApp, text: str) -> None:
        try:
            message = json.loads(text)
            kind, request = message.get("type"), SocketModeRequest.from_dict(message)
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            # The connection stays: replacing it for each such message would soon leave none.
            log.warning("Slack sent what is no message", extra={"fields": {"error": type(error).__name__}})
            return
        if kind == "hello":
            self.greeted = True
            self.settled.set()
        elif kind == "disconnect":
            self._leave(str(message.get("reason")), GRACE_SECONDS)
        elif request:
            self._take(self, request)

    def _on_error(self, _app: WebSocketApp, error: Exception) -> None:
        self._leave(type(error).__name__, 0)

    def _leave(self, problem: str, seconds: float) -> None:
        self.problem = problem
        self._leaves_at = time.monotonic() + seconds
        self.settled.set()
        self._changed()
