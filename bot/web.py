"""HTTP: what Slack calls, and what a load balancer asks."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Flask, Response, jsonify, request
from gunicorn.app.base import BaseApplication
from slack_bolt.adapter.flask import SlackRequestHandler

from bot import slack
from bot.app import Desk
from storage import migrate
from storage.engine import DatabaseError

log = logging.getLogger(__name__)

THREADS = 16  # clicks handled at once by one process; each holds its thread for one short transaction


def wsgi(desk: Desk) -> Flask:
    """`/slack/events` for events, clicks and commands; `/healthz` (alive) and `/readyz` (able to work)."""
    app = Flask(__name__)
    bolt = SlackRequestHandler(desk.bolt)

    @app.post("/slack/events")
    def slack_events() -> Response:
        # Bolt takes a timestamp that is no number for an error in our code, and would have it told to whoever sent it.
        stamp = request.headers.get("X-Slack-Request-Timestamp", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 20):
            return Response("not signed", 401)
        try:
            answer: Response = bolt.handle(request)
        except Exception:
            log.exception("a request from Slack was not understood")
            return Response("not understood", 400)
        return answer

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="ok")

    @app.get("/readyz")
    def readyz() -> tuple[Response, int]:
        parts = readiness(desk)
        ready = set(parts.values()) == {"ok"}
        return jsonify(status="ok" if ready else "not ready", **parts), 200 if ready else 503

    return app


def readiness(desk: Desk) -> dict[str, str]:
    """A word on each part that must be in order before work can be done: "ok", or what is wrong."""
    return {"database": _database(desk), "slack": _slack(desk)}


def _database(desk: Desk) -> str:
    try:
        return "ok" if migrate.is_current(desk.engine) else "migrations are missing: run webcare migrate"
    except DatabaseError:
        return "not reached"


def _slack(desk: Desk) -> str:
    try:
        desk.ctx.workspace.url = slack.call(desk.client, "auth.test").get("url")
    except slack.SlackError as error:
        return str(error)
    return "ok"


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn with threads: one process that serves, and a parent that starts it again should it die.

    `make` builds the WSGI app in the serving process, and `on_exit` runs there when it ends; what is not finished
    `stop_seconds` after SIGTERM is cut off.
    """

    def __init__(self, make: Callable[[], Flask], port: int, on_exit: Callable[[], None], stop_seconds: int) -> None:
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
            "worker_exit": lambda _server, _worker: on_exit(),
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._make()
