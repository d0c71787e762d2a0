"""From a click to its acknowledgement, over HTTP, the commit included."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from itertools import count
from statistics import median
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

from bot.platform.i18n import translator
from bot.usecases.cases import queries
from bot.usecases.desk.context import Context
from bot.views.cases.card import card
from storage.engine import connect
from tests.benchmarks import seed
from tests.benchmarks.bench import KINDS, SIGNING_SECRET, Bench, at_once, listening, ratio
from tests.benchmarks.report import Figure
from tests.support.process import eventually, free_port

THREADS = 3000
WARM_UP = 100
ROUNDS = 5
IN_A_ROUND = {1: 60, 8: 160}
AT_ONCE = 25
MOST = 1.5  # times a handler that does nothing in the same server
NOTHING, STOCK = "nothing", "stock Bolt"


def measure(bench: Bench) -> Iterator[Figure]:
    """Four servers are up together and take turns, so that a slow moment of the machine hits them all."""
    databases = {kind: bench.database(kind) for kind in KINDS}
    for url in databases.values():
        engine = connect(url)
        seed.fill(engine, THREADS)
        engine.dispose()
    payload = _payload(bench, databases["SQLite"])
    with ExitStack() as stack:
        servers: dict[str, Clicks] = {}
        for name, kind in ((NOTHING, "before"), (STOCK, "stock")):
            port = free_port()
            stack.enter_context(bench.process("tests.benchmarks.nothing", kind, str(port), environment={}))
            servers[name] = Clicks(port, payload)
        for name, url in databases.items():
            port = free_port()
            environment = bench.environment(url) | {"PORT": str(port)}
            stack.enter_context(bench.process("bot", "web", environment=environment))
            servers[name] = Clicks(port, payload)
        for server in servers.values():
            server.warm_up()
        p50 = {clients: _p50(servers, clients) for clients in IN_A_ROUND}
        for clients, times in p50.items():
            measured = f"click to ack, p50, {clients} client{'s' if clients > 1 else ''}"
            for name, ms in times.items():
                if name not in KINDS:
                    yield Figure(f"{measured}: {name}", "", f"{ms:.2f} ms")
                    continue
                value = f"{ms:.2f} ms, {ratio(ms, times[NOTHING])}"
                met = ms <= MOST * times[NOTHING] and ms < times[STOCK]
                yield Figure(measured, name, value, f"{MOST} x, under {times[STOCK]:.1f} ms", met)
        for name in KINDS:
            slowest = max(servers[name].run(AT_ONCE, clients=AT_ONCE))
            yield Figure(
                f"{AT_ONCE} clicks at once, the last ack", name, f"{slowest:.0f} ms", "1000 ms", slowest <= 1000
            )


def _p50(servers: dict[str, Clicks], clients: int) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in servers}
    for _ in range(ROUNDS):
        for name, server in servers.items():
            times[name] += server.run(IN_A_ROUND[clients], clients)
    return {name: median(each) for name, each in times.items()}


class Clicks:
    """Signed clicks on Claim, each on a thread of its own."""

    def __init__(self, port: int, payload: dict[str, object]) -> None:
        self._port = port
        self._payload = payload
        self._numbers = count(1)

    def warm_up(self) -> None:
        eventually(lambda: listening(self._port), 60)
        self.run(WARM_UP, clients=8)

    def run(self, number: int, clients: int) -> list[float]:
        """How long each of so many clicks took, in milliseconds. RuntimeError for one that was not acknowledged."""
        requests = [_signed(self._payload, next(self._numbers)) for _ in range(number)]
        times: list[float] = []
        answers: set[tuple[int, bytes]] = set()

        def client(number: int) -> None:
            connection = HTTPConnection("127.0.0.1", self._port, timeout=30)
            for body, headers in requests[number::clients]:
                start = time.perf_counter()
                connection.request("POST", "/slack/events", body, headers)
                response = connection.getresponse()
                answers.add((response.status, response.read()))
                times.append((time.perf_counter() - start) * 1000)
            connection.close()

        at_once(clients, client)
        if answers != {(200, b"")}:
            raise RuntimeError(f"not every click was acknowledged: {answers}")
        return times


def _signed(payload: dict[str, object], number: int) -> tuple[bytes, dict[str, str]]:
    action = {
        "type": "button",
        "action_id": "claim",
        "block_id": "actions",
        "value": str(number),
        "text": {"type": "plain_text", "text": "Claim"},
        "action_ts": f"{time.time():.6f}",
    }
    content = payload | {"actions": [action], "trigger_id": f"{number}.{time.time_ns()}"}
    body = urlencode({"payload": json.dumps(content)})
    stamp = str(int(time.time()))
    signature = SignatureVerifier(SIGNING_SECRET).generate_signature(timestamp=stamp, body=body)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature or "",
    }
    return body.encode(), headers


def _payload(bench: Bench, database: str) -> dict[str, object]:
    """What Slack sends for a click on a card, without the action itself."""
    settings = bench.settings(database)
    engine = connect(database)
    shown = card(queries.card(Context(engine, settings.clock, settings, {}, lambda: None), 1), translator("nl"))
    engine.dispose()
    return {
        "type": "block_actions",
        "user": {"id": "U0ANNA", "username": "anna", "name": "anna", "team_id": "T0ACME"},
        "api_app_id": "A0WEBCARE",
        "token": "sandbox",
        "team": {"id": "T0ACME", "domain": "acme"},
        "enterprise": None,
        "is_enterprise_install": False,
        "container": {"type": "message", "message_ts": "1.000001", "channel_id": "C0SUPPORT", "is_ephemeral": False},
        "channel": {"id": "C0SUPPORT", "name": "webcare"},
        "state": {"values": {}},
        "response_url": "http://127.0.0.1:9/slack/response/1",
        "message": {
            "type": "message",
            "user": "U0BOT",
            "bot_id": "B0BOT",
            "ts": "1.000001",
            "text": shown.text,
            "blocks": shown.blocks,
        },
    }
