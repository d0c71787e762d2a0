"""The bot's side of Socket Mode: what Slack can deliver is answered, whatever happens to a socket."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

import pytest
from slack_bolt import App as Bolt
from slack_bolt.authorization import AuthorizeResult

from bot.platform import slack
from bot.runtime import socket_mode
from bot.runtime.socket_mode import SocketMode
from bot.sandbox.server import Sandbox
from bot.sandbox.slack import Timing
from tests.support.office import PATIENT
from tests.support.process import eventually

HERE = "C0SUPPORT"
APP_TOKEN = "xapp-sandbox"
BUTTON = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
CARD = [{"type": "actions", "elements": [BUTTON]}]


class Probe:
    """A bot with one button: what it heard, how long it was told to leave Slack alone, and what a click waits for."""

    def __init__(self, sandbox: Sandbox, token: str = APP_TOKEN) -> None:
        self.sandbox = sandbox
        self.heard: list[str] = []
        self.pauses: list[float] = []
        self.hold: Callable[[], object] = lambda: None
        client = slack.client(None, sandbox.slack_api_url)
        bolt = Bolt(
            client=client,
            signing_secret="unset",
            process_before_response=True,
            authorize=lambda: AuthorizeResult(enterprise_id=None, team_id=None, bot_token="xoxb-sandbox"),
        )
        bolt.action("go")(self._go)
        self.mode = SocketMode(bolt, client, token, self._pause)
        self.ts = card(sandbox)

    def _go(self, ack: Callable[[], None], body: dict[str, Any]) -> None:
        self.heard.append(body["trigger_id"])
        self.hold()
        ack()

    def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        time.sleep(0.01)

    def click(self, user: str = "U0ANNA") -> bool:
        return self.sandbox.slack.click(user, HERE, self.ts, "go").ok

    def both_open(self) -> bool:
        return self.sandbox.slack.sockets == 2


@contextmanager
def running(sandbox: Sandbox, token: str = APP_TOKEN) -> Iterator[Probe]:
    probe = Probe(sandbox, token)
    probe.mode.start()
    try:
        yield probe
    finally:
        probe.mode.stop()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(rate_limits=False, timing=PATIENT) as started:
        yield started


@pytest.fixture
def probe(sandbox: Sandbox) -> Iterator[Probe]:
    with running(sandbox) as started:
        eventually(started.both_open)
        yield started


def card(sandbox: Sandbox) -> str:
    client = slack.client("xoxb-sandbox", sandbox.slack_api_url)
    ts: str = slack.call(client, "chat.postMessage", channel=HERE, text="card", blocks=CARD)["ts"]
    return ts


def connections() -> set[threading.Thread]:
    """Those that the bot itself has."""
    return {each for each in threading.enumerate() if each.name == "socket-mode-connection"}


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    ours = [each for each in caplog.records if each.name == socket_mode.__name__]
    return [each.__dict__["fields"]["error"] for each in ours if each.levelno == logging.ERROR]


def test_click_is_handled_once_by_whichever_socket(probe: Probe) -> None:
    assert all(probe.click() for _ in range(6))
    assert len(probe.heard) == len(set(probe.heard)) == 6


def test_whole_team_clicks_at_the_same_moment(probe: Probe) -> None:
    together = threading.Barrier(25, timeout=20)
    probe.hold = together.wait
    with ThreadPoolExecutor(25) as team:
        assert all(team.map(lambda _: probe.click(), range(25)))


def test_clicks_go_on_through_a_refresh_of_every_socket() -> None:
    with Sandbox(rate_limits=False, timing=replace(PATIENT, refresh_grace=3)) as sandbox, running(sandbox) as probe:
        eventually(probe.both_open)
        over = threading.Event()
        with ThreadPoolExecutor(1) as agent:
            answers = agent.submit(lambda: [probe.click() for _ in iter(over.is_set, True)])
            old = connections()
            assert sandbox.slack.refresh_sockets() == 2
            try:
                eventually(lambda: not old & connections())
            finally:
                over.set()
            assert all(answers.result())
        assert not probe.pauses


def test_click_in_hand_survives_the_refresh_of_its_socket() -> None:
    with Sandbox(rate_limits=False, timing=replace(PATIENT, refresh_grace=0.5)) as sandbox, running(sandbox) as probe:
        eventually(probe.both_open)
        released = threading.Event()
        probe.hold = lambda: released.wait(60)
        with ThreadPoolExecutor(1) as agent:
            outcome = agent.submit(probe.click)
            eventually(lambda: probe.heard)
            old = connections()
            sandbox.slack.refresh_sockets()
            eventually(lambda: not old & connections())
            released.set()
            assert outcome.result()


def openings(sandbox: Sandbox) -> int:
    return sum(call.method == "apps.connections.open" for call in sandbox.slack.calls)


def test_dropped_sockets_are_replaced_and_the_click_answered(probe: Probe) -> None:
    released = threading.Event()
    probe.hold = lambda: released.wait(60)
    with ThreadPoolExecutor(1) as agent:
        outcome = agent.submit(probe.click)
        eventually(lambda: probe.heard)
        assert probe.sandbox.slack.drop_sockets() == 2
        eventually(lambda: openings(probe.sandbox) == 4)
        eventually(probe.both_open)
        released.set()
        assert outcome.result()
    assert probe.click()
    assert not probe.pauses


def test_server_that_comes_back_is_found_again() -> None:
    first = Sandbox(rate_limits=False, timing=PATIENT).start()
    with running(first) as probe:
        eventually(probe.both_open)
        first.stop()
        eventually(lambda: len(probe.pauses) >= 3)
        with Sandbox(int(first.url.rsplit(":", 1)[1]), rate_limits=False, timing=PATIENT) as second:
            eventually(lambda: second.slack.sockets == 2)
            probe.sandbox, probe.ts = second, card(second)
            assert probe.click()
            probe.mode.stop()
    assert max(probe.pauses) <= 2


def test_refused_token_is_told_once_and_tried_more_rarely(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    with running(sandbox, "xapp-revoked") as probe:
        eventually(lambda: len(probe.pauses) >= 7)
    assert probe.pauses[:7] == [2, 4, 8, 16, 32, 60, 60]
    assert told(caplog) == ["invalid_auth"]
    assert "Slack refuses SLACK_APP_TOKEN" in caplog.text


def test_rate_limit_of_slack_is_kept(sandbox: Sandbox) -> None:
    sandbox.faults.add("slack", "apps.connections.open", "rate_limited", 2, retry_after=17)
    with running(sandbox) as probe:
        eventually(probe.both_open)
    assert probe.pauses == [17, 17]


def test_slack_in_trouble_is_asked_again_soon(sandbox: Sandbox) -> None:
    for kind in ("html_503", "error_500", "drop_before"):
        sandbox.faults.add("slack", "apps.connections.open", kind)
    with running(sandbox) as probe:
        eventually(probe.both_open)
        assert probe.click()
    assert probe.pauses == [2, 2, 2]


def test_repeated_cuts_open_no_endless_connections(probe: Probe, caplog: pytest.LogCaptureFixture) -> None:
    eventually(lambda: probe.sandbox.slack.drop_sockets() == 0 and "opened too often" in told(caplog))
    assert max(probe.pauses) > 2


def test_full_house_leaves_slack_alone_ever_longer(caplog: pytest.LogCaptureFixture) -> None:
    with Sandbox(rate_limits=False, timing=Timing(ack=0.3)) as sandbox, ExitStack() as others:
        for _ in range(5):
            others.enter_context(running(sandbox))
        eventually(lambda: sandbox.slack.sockets == 10)
        with running(sandbox) as probe:
            eventually(lambda: len(probe.pauses) >= 3)
            assert probe.pauses[:3] == [2, 4, 8]
            assert "too_many_websockets" in told(caplog)
            others.close()
            eventually(probe.click)


def test_unresponsive_server_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket_mode, "PING_SECONDS", 0.3)
    monkeypatch.setattr(socket_mode, "PONG_SECONDS", 0.2)
    with Sandbox(rate_limits=False, timing=Timing(ack=0.3)) as sandbox, running(sandbox) as probe:
        eventually(probe.both_open)
        thawed = threading.Event()
        loop = sandbox.slack.delivery.loop
        assert loop is not None
        loop.call_soon_threadsafe(thawed.wait, 8)
        eventually(lambda: not connections())
        monkeypatch.undo()
        thawed.set()
        eventually(probe.click)


def test_old_connection_that_slack_leaves_open_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket_mode, "GRACE_SECONDS", 0.1)
    with Sandbox(rate_limits=False, timing=replace(PATIENT, refresh_grace=3600)) as sandbox, running(sandbox) as probe:
        eventually(probe.both_open)
        old = connections()
        sandbox.slack.refresh_sockets()
        eventually(lambda: not old & connections())
        assert probe.click()


def test_stopping_answers_the_click_and_leaves_no_socket(probe: Probe) -> None:
    released = threading.Event()
    probe.hold = lambda: released.wait(60)
    with ThreadPoolExecutor(2) as pool:
        outcome = pool.submit(probe.click)
        eventually(lambda: probe.heard)
        stopping = pool.submit(probe.mode.stop)
        released.set()
        assert outcome.result()
        stopping.result()
    eventually(lambda: probe.sandbox.slack.sockets == 0)
    eventually(lambda: not any(each.name.startswith("socket-mode") for each in threading.enumerate()))
