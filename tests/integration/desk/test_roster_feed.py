"""A roster at an address on the web, with a server that does what servers do."""

from __future__ import annotations

import gzip
import logging
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from bot.delivery.roster import SlackPeople
from bot.domain.desk.roster import OnCall
from bot.platform import logs, slack, web
from bot.settings.values import RosterPlace
from bot.usecases.desk import roster, roster_reading
from storage.engine import reading
from tests.support.bench import Bench, restarted
from tests.support.calendars import calendar, event
from tests.support.cast import ANNA, LARS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SECRET = "private-0123456789abcdef"
DAY = event("20261120T090000", "20261120T235900", "SUMMARY:Anna Bakker")
GOOD, NEXT = calendar(DAY).encode(), calendar(DAY.replace("Anna Bakker", "Lars Nilsson")).encode()


class Server(ThreadingHTTPServer):
    """Answers with what a test lays ready."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status, self.headers, self.body = 200, {"ETag": '"1"'}, GOOD
        self.drip = False
        self.asked: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/{SECRET}/basic.ics"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(dict(self.headers))
        known = self.headers.get("If-None-Match")
        status = 304 if known and known == self.server.headers.get("ETag") else self.server.status
        self.send_response(status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if status == 304:
            return
        try:
            if self.server.drip:
                for byte in GOOD:
                    self.wfile.write(bytes([byte]))
                    time.sleep(0.02)
            else:
                self.wfile.write(self.server.body)
        except OSError:
            return  # whoever asked has heard enough

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


class Desk:
    def __init__(self, bench: Bench, url: str) -> None:
        bench.sandbox.slack.speak("en-GB")
        self.bench = restarted(bench, roster=RosterPlace("feed", url))
        self.people = SlackPeople(self.bench.ctx, slack.client("xoxb-sandbox", bench.sandbox.slack_api_url))

    def look(self) -> int:
        self.bench.clock.turn(minutes=5)
        read = roster_reading.tick(self.bench.ctx, self.people)
        self.bench.deliver(turns=1)
        return read

    def on_call(self) -> OnCall:
        with reading(self.bench.ctx.engine) as connection:
            return roster.on_call(connection, self.bench.ctx, self.bench.ctx.settings.desks[0])

    def told(self) -> list[str]:
        return [message.text for message in self.bench.told()]


@pytest.fixture
def desk(bench: Bench, server: Server) -> Desk:
    desk = Desk(bench, server.url)
    assert desk.look() == 1
    assert desk.on_call().agents == (ANNA.id,)
    return desk


def test_unchanged_feed_is_asked_about_and_not_sent_again(desk: Desk, server: Server) -> None:
    assert desk.look() == 0
    assert server.asked[-1]["If-None-Match"] == '"1"'
    server.headers, server.body = {"ETag": '"2"'}, NEXT
    assert desk.look() == 1
    assert desk.on_call().agents == (LARS.id,)


def test_date_of_the_last_change_serves_where_there_is_no_tag(desk: Desk, server: Server) -> None:
    date = "Fri, 20 Nov 2026 08:00:00 GMT"
    server.headers, server.body = {"Last-Modified": date}, NEXT
    desk.look()
    server.status = 304
    assert desk.look() == 0
    assert server.asked[-1]["If-Modified-Since"] == date
    assert desk.told() == []


def test_packed_feed_is_unpacked(desk: Desk, server: Server) -> None:
    server.headers, server.body = {"Content-Encoding": "gzip"}, gzip.compress(NEXT)
    desk.look()
    assert desk.on_call().agents == (LARS.id,)


@pytest.mark.parametrize(
    ("status", "headers", "body", "why"),
    [
        (404, {}, b"", "Its server answers 404; copy the calendar's address again."),
        (403, {}, b"", "Its server answers 403"),
        (200, {}, b"<html>Sign in</html>", "What is there is no complete iCalendar file"),
        (200, {}, calendar(f"{DAY}\nRRULE:FREQ=SECONDLY").encode(), "more often than daily (SECONDLY)"),
        (200, {}, b"x" * 1_000_001, "larger than 1 MB"),
        (200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(200_000_000), 1), "larger than 1 MB"),
        (302, {"Location": "http://192.0.2.1/"}, b"", "to one that is not https"),
        (302, {"Location": f"/{SECRET}/basic.ics"}, b"", "leads to another one too often"),
        (302, {"Location": "file:///etc/passwd"}, b"", "to one that is not https"),
    ],
    ids=["404", "403", "page", "seconds", "big", "bomb", "plain", "circle", "file"],
)
def test_wrong_feed_keeps_the_good_copy_and_is_told_once(
    desk: Desk, server: Server, status: int, headers: dict[str, str], body: bytes, why: str
) -> None:
    server.status, server.headers, server.body = status, headers, body
    for _ in range(3):
        desk.look()
    (told,) = desk.told()
    assert why in told
    assert desk.on_call().agents == (ANNA.id,)
    server.status, server.headers, server.body = 200, {}, NEXT
    desk.look()
    assert "can be read again" in desk.told()[1]
    assert desk.on_call().agents == (LARS.id,)


def test_fault_that_may_pass_is_told_after_a_quarter_of_an_hour(desk: Desk, server: Server) -> None:
    server.status, server.headers = 503, {}
    for _ in range(3):
        desk.look()
    assert desk.told() == []
    desk.look()
    assert "Its server cannot be reached" in desk.told()[0]


def test_fault_that_passed_is_not_told(desk: Desk, server: Server) -> None:
    server.status, server.headers = 500, {}
    desk.look()
    server.status = 200
    for _ in range(4):
        desk.look()
    assert desk.told() == []


def test_drip_is_not_waited_for(server: Server, database_url: str) -> None:
    server.drip = True
    with pytest.raises(web.WebError, match="slow"):
        web.read(server.url, most_bytes=1_000_000, seconds=0.2)


def test_address_is_neither_logged_nor_shown(bench: Bench, server: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.status = 404
    desk = Desk(bench, server.url)
    desk.look()
    server.status, server.body = 200, b"no calendar"
    desk.look()
    shown = logs.LineFormatter(())
    lines = "\n".join(shown.format(record) for record in caplog.records)
    assert "a roster cannot be read" in lines
    assert SECRET not in lines
    assert SECRET not in bench.everything_shown()
    assert SECRET not in repr(desk.bench.ctx.settings.desks)
    stored = desk.bench.team.rows("SELECT * FROM roster") + desk.bench.team.rows("SELECT * FROM outbox")
    assert SECRET not in str([dict(row) for row in stored])


def test_address_is_among_the_secrets_that_the_log_hides(bench: Bench, server: Server) -> None:
    line = logs.LineFormatter(Desk(bench, server.url).bench.ctx.settings.secrets())
    record = logging.LogRecord("x", logging.ERROR, "", 0, f"GET /{SECRET}/basic.ics and {server.url}", None, None)
    assert SECRET not in line.format(record)
