"""`webcare demo`: one command, one address, and nothing left behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import requests

from tests.support import config
from tests.support.process import eventually, free_port

FIRST = 3800
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@contextmanager
def demo(log: Path, *arguments: str, clock: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """The demo in a process group of its own, by which its children are found."""
    with log.open("wb") as output:
        running = subprocess.Popen(
            [sys.executable, "-m", "bot", "demo", *arguments],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ | {"WEBCARE_CLOCK": clock},
            start_new_session=True,
        )
    try:
        yield running
    finally:
        if running.poll() is None:
            running.terminate()
            running.wait(60)


def is_gone(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def address(log: Path) -> str:
    found = eventually(lambda: re.search(r"http://\S+", log.read_text()))
    assert found
    return found[0]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_demo_shows_one_address_and_ends_with_its_children(tmp_path: Path, how: signal.Signals) -> None:
    log = tmp_path / "demo.log"
    port = free_port()
    with demo(log, "--port", str(port)) as running:
        url = address(log)
        assert url == f"http://127.0.0.1:{port}"

        def cards() -> list[object]:
            state = requests.get(f"{url}/sandbox/slack/state", params={"user": "U0ANNA"}, timeout=30).json()
            messages: list[object] = state["channels"][0]["messages"]
            return messages

        requests.post(f"{url}/sandbox/x/post", json={"handle": "visitor", "text": "@acme hello"}, timeout=30)
        there = {"handle": "visitor.example.com", "text": "@acme.example.com hello"}
        requests.post(f"{url}/sandbox/bluesky/post", json=there, timeout=30)
        eventually(
            lambda: all(place in str(cards()) for place in ("x.com/visitor/", "bsky.app/profile/visitor.example.com/")),
            seconds=60,
        )
        running.send_signal(how)
        assert running.wait(60) == 0
        eventually(lambda: is_gone(running.pid))  # a child's child is buried by the machine, a moment later
    said = log.read_text()
    assert said.count("http://") == 1
    assert "Traceback" not in said
    assert "xoxb-" not in said


def test_demo_in_dutch_stands_up_at_nine_over_a_day_of_work(tmp_path: Path) -> None:
    log = tmp_path / "demo.log"
    port = str(free_port())
    with demo(log, "--port", port, "--language", "nl", clock="2026-11-20T08:59:50+01:00"):
        url = address(log)

        def standup() -> str:
            state = requests.get(f"{url}/sandbox/slack/state", params={"user": "U0ANNA"}, timeout=30).json()
            assert state["language"] == "nl"
            texts = (message["text"] for message in state["channels"][0]["messages"])
            return next((text for text in texts if "op tijd" in text), "")

        assert eventually(standup).startswith("Support, donderdag 19 november 2026: ")


def test_demo_plays_a_teams_own_desk_from_a_friday_evening_on(tmp_path: Path) -> None:
    log, port = tmp_path / "demo.log", str(free_port())
    own = config.write(tmp_path, config.toml(desk='hours = "Mo-Fr 09:00-17:00"\n', first_response="30m"))
    with demo(log, "--port", port, "--config", str(own), "--at", "2026-11-27 16:58"):
        url = address(log)
        requests.post(f"{url}/sandbox/x/post", json={"handle": "visitor", "text": "@acme hello"}, timeout=30)

        def due_on_monday() -> bool:
            state = requests.get(f"{url}/sandbox/slack/state", params={"user": "U0ANNA"}, timeout=30).json()
            named = re.findall(r"<!date\^(\d+)", str(state))
            return any(datetime.fromtimestamp(int(at), AMSTERDAM).date() == date(2026, 11, 30) for at in named)

        eventually(due_on_monday)


def test_demo_names_a_time_that_it_cannot_read(tmp_path: Path) -> None:
    log = tmp_path / "demo.log"
    with demo(log, "--at", "friday") as running:
        assert running.wait(60) == 2
    line = '--at: "friday" cannot be read: write a time such as "2026-11-27 16:40" (2011 to 2199)'
    assert log.read_text().strip() == line


def test_demo_without_a_port_takes_the_next_free_one(tmp_path: Path) -> None:
    log = tmp_path / "demo.log"
    with ExitStack() as taken:
        for port in (FIRST, FIRST + 1):
            other = taken.enter_context(socket.socket())
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                other.bind(("127.0.0.1", port))
            except OSError:
                continue  # somebody else has taken it for us
            other.listen()
        with demo(log) as running:
            assert int(address(log).rpartition(":")[2]) > FIRST + 1
            running.send_signal(signal.SIGINT)
            assert running.wait(60) == 0


def test_demo_tells_a_taken_port_in_a_line(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        log = tmp_path / "demo.log"
        with demo(log, "--port", str(port)) as running:
            assert running.wait(60) == 1
    assert log.read_text().strip() == f"Error: port {port} is taken; name another with --port"
