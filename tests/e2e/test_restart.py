"""The bot is stopped and started: nothing is lost, and nothing is said twice."""

from __future__ import annotations

import os
import signal
import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.platform.clock import parse_clock
from bot.sandbox.server import Sandbox
from tests.support.cast import ANNA, EMMA, HERE
from tests.support.config import quick
from tests.support.office import PATIENT, Office, Start, english, words
from tests.support.process import Process, environment, eventually, free_port


def test_restart_keeps_everything(start: Start, tmp_path: Path) -> None:
    at, now = datetime(2026, 11, 23, 9, tzinfo=UTC), f"@1#{time.time():.3f}"
    clocks = [at.isoformat() + now]
    with english(Sandbox(now=lambda: parse_clock(clocks[-1]).now(), rate_limits=False, timing=PATIENT)) as sandbox:
        before = start(sandbox, folder=tmp_path, clock=clocks[-1], target="4s", undo="60s")
        case = before.mention("before the restart")
        case.click(EMMA, "claim")
        eventually(lambda: case.talk)
        eventually(lambda: "is *late*" in words(case.talk[-1]))
        case.reply(EMMA, "An answer in between.")
        case.offers("undo")
        assert before.bot.stop() == 0
        assert case.replies == []
        clocks.append((at + timedelta(seconds=70)).isoformat() + now)
        missed = before.x.post("while_away", "@acme written while nobody looked")

        after = start(sandbox, folder=tmp_path, clock=clocks[-1], target="4s", undo="60s")
        eventually(lambda: case.replies)
        case.shows("*Answered*")
        assert case.replies == [f"@{case.handle} An answer in between. ^EC"]
        eventually(lambda: any("nobody looked" in words(each) for each in after.slack.messages(HERE)))
        assert missed.text.startswith("@acme")
        assert len(case.cards) == 1

        def at_rest() -> bool:
            reminded = [words(each).partition(" ")[0] for each in case.talk if each.user == "U0BOT"]
            return reminded == ["⏰"] * (len(reminded) - 1) + ["✅"]

        eventually(lambda: "Answered by" in words(case.talk[-1]) and at_rest())
        after.bot.stop()


def test_bot_ends_at_once_and_logs_no_token_or_customer(start: Start, tmp_path: Path) -> None:
    with english(Sandbox(rate_limits=False, timing=PATIENT)) as sandbox:
        office = start(sandbox, folder=tmp_path)
        case = office.mention("a secret about my knee")
        sandbox.faults.add("slack", "chat.update", "error_500")
        sandbox.faults.add("x", "POST /2/tweets", "drop_after")
        case.click(ANNA, "claim")
        case.click(EMMA, "reply")
        case.reply(ANNA, "We say nothing about knees.")
        case.shows("*Answered*")
        office.command(EMMA, f"reply {case.number} and another thing about knees")
        office.command(EMMA, f"close {case.number} knees again")
        assert office.bot.stop(signal.SIGINT) == 0
        log = office.bot.log
        assert "ready" in log
        for word in (
            "knee",
            "xoxb-",
            "xapp-",
            "sandbox-signing",
            "sandbox-bearer",
            "sandbox-consumer",
            "sandbox-access",
        ):
            assert word not in log
        assert "Traceback" not in log
        assert "Warning" not in log


def test_dropped_sockets_come_back(office: Office) -> None:
    case = office.mention("still there?")
    assert office.slack.drop_sockets() > 0
    eventually(lambda: case.click(ANNA, "claim").ok)
    case.shows("*is on it*")


def test_bot_ends_in_time_while_a_network_hangs(tmp_path: Path) -> None:
    with (
        english(Sandbox(rate_limits=False, timing=PATIENT)) as sandbox,
        socket.create_server(("127.0.0.1", 0)) as silent,
    ):
        silent.settimeout(30)
        hanging = f"http://127.0.0.1:{silent.getsockname()[1]}"
        env = environment(sandbox, WEBCARE_CONFIG=str(quick(tmp_path)), X_API_URL=hanging)
        bot = Process("run", env, tmp_path / "bot.log")
        with silent.accept()[0]:
            assert bot.stop() == 0
        assert "the next start goes on with it" in bot.log


@pytest.mark.parametrize("kind", ["run", "web", "worker"])
def test_bot_ends_well_before_it_is_ready(kind: str, tmp_path: Path) -> None:
    env = environment_of_nobody(tmp_path)
    bot = Process(kind, env, tmp_path / "bot.log")
    eventually(lambda: catches(bot, signal.SIGTERM) or bot.ended is not None)
    assert bot.stop() == 0
    assert "ready" not in bot.log
    assert "Traceback" not in bot.log


def environment_of_nobody(folder: Path) -> dict[str, str]:
    """Return complete settings whose addresses reach no server."""
    names = ("BEARER_TOKEN", "CONSUMER_KEY", "CONSUMER_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET")
    slack = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "SLACK_API_URL": "http://127.0.0.1:9/api/"}
    x = {f"X_{name}": "t" for name in names} | {"X_API_URL": "http://127.0.0.1:9"}
    return {"PATH": os.environ["PATH"], "WEBCARE_CONFIG": str(quick(folder)), "PORT": str(free_port())} | slack | x


def catches(bot: Process, number: int) -> bool:
    """Tell whether the process handles this signal itself, according to Linux."""
    try:
        status = Path(f"/proc/{bot.pid}/status").read_text("ascii")
    except OSError:
        return False
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)
