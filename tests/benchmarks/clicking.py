"""Clicks on Claim as Slack sends them over HTTP: signed, each on a thread of its own, and timed."""

from __future__ import annotations

import json
import time
from http.client import HTTPConnection
from itertools import count
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

from bot.platform.i18n import translator
from bot.usecases.cases import queries
from bot.usecases.desk.context import Context
from bot.views.cases.card import card
from storage.engine import connect
from tests.benchmarks.bench import SIGNING_SECRET, Bench, at_once, listening
from tests.support.process import eventually

WARM_UP = 100


class Clicks:
    """Clicks on the server at `port`, each in a `payload` as `claim_payload` makes it."""

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


def claim_payload(bench: Bench, database: str) -> dict[str, object]:
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
