"""HTTP: the requests of Slack, of load balancers, of tools that post to us and of customers who rate an answer."""

from __future__ import annotations

import gc
import json
import logging
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from gunicorn.app.base import BaseApplication
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.adapter.wsgi.http_response import WsgiHttpResponse

from bot.platform import slack
from bot.platform.clock import SystemClock
from bot.platform.logs import Sparing
from bot.runtime.app import App
from bot.usecases.alerts import destinations
from bot.usecases.desk.context import Context
from handlers.intake import inbound
from handlers.replies import rating_page
from storage import migrate
from storage.common import job_locks
from storage.engine import DatabaseError, cause, transaction

log = logging.getLogger(__name__)

DESTINATIONS = "destinations"
SIGNED_SECONDS = 300  # how old a request may be, for Slack's signature and for Bolt
THREADS = 16  # clicks that one process handles at once; each takes its thread for one short transaction


def wsgi(app: App) -> WSGIApplication:
    """Serve `/slack/events` (events, clicks, commands), `/healthz` (alive), `/readyz` (able to work).

    Also `/inbound/…`, for tools that post to us, and `/helpful/…` for customers, only there with `public_url`.
    """
    bolt = SlackRequestHandler(app.bolt, path="/slack/events")
    refused = RefusedRequests(app)

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] in ("GET", "HEAD") and path in ("/healthz", "/readyz"):
            parts = readiness(app) if path == "/readyz" else {}
            ready = {state for part, state in parts.items() if part != DESTINATIONS} <= {"ok"}
            said = {"status": "ok" if ready else "not ready"} | parts
            return _answer(start_response, 200 if ready else 503, json.dumps(said), "application/json")
        respond = _for_others(app.ctx, path)
        if respond is not None:
            return respond(environ, start_response)
        if environ["REQUEST_METHOD"] == "GET" and path == bolt.path:
            return _answer(start_response, 200, "Slack posts here")  # Slack checks the certificate this way
        try:
            return bolt(environ, partial(_noting, start_response, refused, environ))
        except (AttributeError, LookupError, TypeError, ValueError) as error:  # Bolt takes every body for Slack's
            log.warning("a request cannot be read", extra={"fields": {"error": type(error).__name__}})
            return _answer(start_response, 400, "not understood")
        except Exception:
            log.exception("a request from Slack was not understood")
            return _answer(start_response, 400, "not understood")

    return application


def _for_others(ctx: Context, path: str) -> WSGIApplication | None:
    """Return what serves an address that is not for Slack; None if this is no such address."""
    token, source = rating_page.token_of(ctx, path), inbound.source_of(path)
    if token is not None:
        return lambda environ, start_response: rating_page.respond(ctx, environ, start_response, token)
    if source is not None:
        return lambda environ, start_response: inbound.respond(ctx, environ, start_response, source)
    return None


class RefusedRequests:
    """Says in the log why requests to Slack's address are refused, once a minute for each reason."""

    def __init__(self, app: App) -> None:
        self._secret_is_set = app.settings.slack.signing_secret is not None
        self._log = Sparing()

    def note(self, environ: WSGIEnvironment) -> None:
        stamp = environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", "")
        told = int(stamp) if stamp.isascii() and stamp.isdigit() and len(stamp) < 20 else None
        off = None if told is None else SystemClock().now().timestamp() - told
        if off is None:
            why, do = "no time in it, so it did not come from Slack", "nothing, unless Slack's own requests fail"
        elif abs(off) > SIGNED_SECONDS:
            which = "behind" if off < 0 else "ahead of"
            why, do = f"time: this machine's clock is {abs(off):.0f} s {which} the request's", "set the clock (NTP)"
        elif self._secret_is_set:
            why, do = "signature: it was made with another secret", "copy SLACK_SIGNING_SECRET from the app again"
        else:
            why, do = "signature: SLACK_SIGNING_SECRET is not set", "set it, or let the app use Socket Mode"
        key = why if off is None or abs(off) <= SIGNED_SECONDS else "time"
        self._log.warn(log, "a request was refused", why, key=key, do=do)


def _noting(
    start_response: StartResponse,
    refused: RefusedRequests,
    environ: WSGIEnvironment,
    status: str,
    headers: list[tuple[str, str]],
    *rest: Any,
) -> Any:
    if status.startswith("401"):
        refused.note(environ)
    return start_response(status, headers, *rest)


def _answer(start_response: StartResponse, status: int, body: str, kind: str = "text/plain") -> Iterable[bytes]:
    answer = WsgiHttpResponse(status, {"content-type": [f"{kind}; charset=utf-8"]}, body)
    start_response(answer.status, answer.get_headers())
    return answer.get_body()


def readiness(app: App) -> dict[str, str]:
    """Report on each part that must work before the process can: "ok", or what is wrong.

    A channel that takes nothing is named too, but is no reason to send Slack's clicks elsewhere.
    """
    database = _database(app)
    parts = {"database": database, "slack": _slack(app)}
    return parts | ({DESTINATIONS: _destinations(app)} if database == "ok" else {})


def _destinations(app: App) -> str:
    try:
        return ", ".join(f"{fault.destination}: {fault.code}" for fault in destinations.faults(app.ctx)) or "ok"
    except DatabaseError:
        return "not known"


def _database(app: App) -> str:
    """Read and write, because a full disk can still be read."""
    try:
        if not migrate.is_current(app.engine):
            return "migrations are missing: run webcare migrate"
    except migrate.NewerDatabase as error:
        return str(error)
    except DatabaseError:
        return "not reached"
    try:
        with transaction(app.engine) as connection:
            job_locks.hold(connection, "readiness", app.ctx.clock.now())
    except DatabaseError as error:
        return f"takes nothing: {cause(error)}"
    return "ok"


def _slack(app: App) -> str:
    try:
        app.ctx.workspace.learn(slack.call(app.client, "auth.test").get)
    except slack.RateLimited:
        return "ok"  # Slack works; too many questions are no reason to send its clicks elsewhere
    except slack.SlackError as error:
        return str(error)
    return "ok"


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn with threads: one serving process, and a parent that restarts it if it dies.

    `make` builds the WSGI app in the serving process, and `on_exit` runs there when it ends. Whatever is not finished
    `stop_seconds` after SIGTERM is cut off.
    """

    def __init__(
        self, make: Callable[[], WSGIApplication], port: int, on_exit: Callable[[], None], stop_seconds: int
    ) -> None:
        self._make = make
        self._options = {
            "bind": f"0.0.0.0:{port}",
            "workers": 1,
            "threads": THREADS,
            "worker_class": "gthread",
            "loglevel": "warning",
            "graceful_timeout": stop_seconds,
            "keepalive": 75,
            "control_socket_disable": True,
            # The garbage collector writes to every object it visits, which would copy the pages shared with the parent.
            "pre_fork": lambda _server, _worker: gc.freeze(),
            "worker_exit": lambda _server, _worker: on_exit(),
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIApplication:
        return self._make()
