"""What each kind of process runs: run (everything), web (clicks), worker (polls, reminders, delivery)."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from wsgiref.types import WSGIApplication

from apscheduler.schedulers.background import BackgroundScheduler
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_fixed

from bot.runtime import check
from bot.runtime.app import App, build
from bot.runtime.jobs import follow_settings, schedule
from bot.runtime.shutdown import ShutdownSignal
from bot.runtime.socket_mode import SocketMode
from bot.runtime.web import Server, wsgi
from bot.settings import Settings, SettingsError
from bot.usecases.reports import spend
from storage import migrate
from storage.engine import DatabaseError, cause, connect

log = logging.getLogger(__name__)

STOP_SECONDS = 7  # process managers wait 10 or more before they kill


class Unprepared(Exception):
    """The process cannot start; the message says what to do."""


def run(settings: Settings) -> None:
    """Run everything in one process; it migrates first.

    Uses Socket Mode with an app token, and HTTP without one or with PORT set.
    """
    serves = settings.slack.app_token is None or settings.port is not None
    if serves:
        _require_port(settings.http_port)
    migrate_now(settings)
    if serves:
        _serve(settings, _start_all)
    else:
        _until_told(settings, _start_all)


def web(settings: Settings) -> None:
    """Serve clicks and commands over HTTP; a worker elsewhere does the rest."""
    _require_port(settings.http_port)
    _require_migrations(settings)
    _serve(settings, _start_check)


def worker(settings: Settings) -> None:
    """Poll, remind and deliver; any number of workers share the work."""
    _require_migrations(settings)
    _until_told(settings, _start_background)


def migrate_now(settings: Settings) -> str:
    """Migrate the database and return its revision."""
    engine = connect(settings.database_url)
    try:
        revision = migrate.upgrade(engine)
    finally:
        engine.dispose()
    log.info("database migrated", extra={"fields": {"revision": revision}})
    return revision


Stop = Callable[[], None]


def _start_check(app: App) -> Stop:
    """In the background, follow what is set in Slack, warm up so that the first click is fast, log what is missing."""
    following = follow_settings(app.ctx)
    following.start()

    def prepare() -> None:
        app.deps.prepare()
        _say_what_is_missing(app)

    threading.Thread(target=prepare, name="prepare", daemon=True).start()
    return lambda: following.shutdown(wait=True)


def _start_background(app: App) -> Stop:
    """Start ticks and delivery; return what stops them."""
    stop_following = _start_check(app)
    scheduler: BackgroundScheduler = schedule(app.ctx, app.client)
    app.delivery.start()
    scheduler.start()

    def stop() -> None:
        app.delivery.stop()  # first: a delivery that is cut off must be looked up later, a poll is merely repeated
        scheduler.shutdown(wait=True)
        stop_following()
        _settle(app)

    return stop


def _settle(app: App) -> None:
    """Store what the networks billed in the last seconds."""
    try:
        spend.settle(app.ctx)
    except DatabaseError as error:
        log.warning("what the networks billed last is not counted", extra={"fields": {"error": cause(error)}})


def _start_all(app: App) -> Stop:
    stop_background = _start_background(app)
    token = app.settings.slack.app_token
    if token is None:
        return stop_background
    socket_mode = SocketMode(app.bolt, app.client, token.get_secret_value())
    socket_mode.start()

    def stop() -> None:
        socket_mode.stop()
        stop_background()

    return stop


def _serve(settings: Settings, start: Callable[[App], Stop]) -> None:
    """Build and start inside the serving process, since threads and sockets do not survive a fork."""
    stops: list[Stop] = []

    def make() -> WSGIApplication:
        app = build(settings)
        stops.extend((start(app), app.close))
        log.info("ready", extra={"fields": {"port": settings.http_port}})
        return wsgi(app)

    def on_exit() -> None:
        for stop in stops:
            stop()

    Server(make, settings.http_port, on_exit, STOP_SECONDS).run()


def _until_told(settings: Settings, start: Callable[[App], Stop]) -> None:
    """Work until SIGTERM or SIGINT, then finish what is in progress, for at most `STOP_SECONDS`."""
    shutdown = ShutdownSignal()
    app = build(settings)
    stop = start(app)
    log.info("ready")
    shutdown.wait()
    _leave_in_time()
    stop()
    app.close()


def _leave_in_time() -> None:
    """Exit even if Slack or a network hangs: each delivery and deadline is a row, so the next start resumes it."""

    def leave() -> None:
        log.warning("stopped before everything was finished; the next start goes on with it")
        os._exit(0)

    last = threading.Timer(STOP_SECONDS, leave)
    last.daemon = True
    last.start()


def _require_port(port: int) -> None:
    """Raise SettingsError unless the port is free, or becomes free as the previous process ends."""
    try:
        _take_and_leave(port)
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise SettingsError([f"environment: PORT: {port} cannot be used: {why}; set another"]) from None


@retry(retry=retry_if_exception_type(OSError), stop=stop_after_attempt(10), wait=wait_fixed(0.5), reraise=True)
def _take_and_leave(port: int) -> None:
    socket.create_server(("", port)).close()


def _require_migrations(settings: Settings) -> None:
    engine = connect(settings.database_url)
    try:
        current = migrate.is_current(engine)
    except migrate.NewerDatabase as error:
        raise Unprepared(str(error)) from None
    except DatabaseError:
        return  # the database may be up in a moment; /readyz is red until then
    finally:
        engine.dispose()
    if not current:
        raise Unprepared("the database lacks migrations of this version: run `webcare migrate` first")


def _say_what_is_missing(app: App) -> None:
    for finding in (*check.left_behind(app), *check.slack_findings(app)):
        if not finding.ok:
            log.error("not in order", extra={"fields": {"what": finding.what, "do": finding.advice}})
