"""A forum posts to the desk as it runs for real, an agent answers, and the forum gets the answer, signed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from bot.platform.proof import Proof, Way
from bot.sandbox.server import Sandbox
from tests.support.cast import ANNA
from tests.support.config import quick
from tests.support.inbound import FORUM, SECRET, Receiver, item, signed
from tests.support.office import PATIENT, Case, Office, english, words
from tests.support.process import Process, answers, environment, eventually, free_port

LISTENS = """
[[desk.webhooks]]
url = "{url}"
events = ["received", "answered"]
"""


@pytest.fixture
def forum() -> Iterator[Receiver]:
    with Receiver().running() as running:
        yield running


def test_post_is_answered_where_it_says(tmp_path: Path, forum: Receiver) -> None:
    with ExitStack() as after:
        sandbox = after.enter_context(english(Sandbox(rate_limits=False, timing=PATIENT)))
        path, port = quick(tmp_path), free_port()
        path.write_text(path.read_text() + FORUM + LISTENS.format(url=forum.url.replace("/answers", "/told")))
        secrets = {"INBOUND_FORUM_SECRET": SECRET, "WEBHOOK_SECRET": SECRET}
        env = environment(sandbox, WEBCARE_CONFIG=str(path), PORT=str(port), **secrets)
        bot = Process("run", env, tmp_path / "bot.log")
        after.callback(bot.stop)
        eventually(
            lambda: (sandbox.slack.sockets and answers(f"http://127.0.0.1:{port}/readyz")) or bot.ended is not None
        )
        assert bot.ended is None, bot.log

        content = json.dumps(
            {"items": [item("p1", "My parcel is late", reply_to=forum.url, author={"id": "joris_1"})]}
        ).encode()
        url = f"http://127.0.0.1:{port}/inbound/forum"
        assert requests.post(url, content, headers=signed(content), timeout=30).json()["new"] == 1
        assert requests.post(url, content, timeout=30).status_code == 401
        assert requests.post(url, b"x" * 3_000_000, timeout=30).status_code == 413
        pieces = (content[start : start + 50] for start in range(0, len(content), 50))
        again = requests.post(url, pieces, headers=signed(content), timeout=30)
        assert again.json() == {"new": 0, "changed": 0, "known": 1, "without_words": 0}

        office = Office(sandbox, bot)
        customer = sandbox.x.post("joris_1", "not about us")  # whom the case is called by
        case = Case(office, "joris_1", customer)
        eventually(lambda: case.cards)
        assert "My parcel is late" in case.shown
        assert "Goes to forum, which passes it on, signed ^AB" in words(case.draft(ANNA))
        assert sandbox.slack.submit(ANNA.id, {"text": "We are looking for it right now."}).ok
        case.shows("*Answered*")

        eventually(lambda: len(forum.requests) == 3)
        for _, headers, body in forum.requests:
            Proof(Way.STANDARD).check(SECRET, headers, body)
        by_path = [(path, json.loads(body)) for path, _, body in forum.requests]
        (answer,) = [body for path, body in by_path if path == "/answers"]
        assert (answer["in_reply_to"], answer["text"]) == ("p1", "We are looking for it right now. ^AB")
        assert [body["type"] for path, body in by_path if path == "/told"] == ["thread.received", "thread.answered"]
        assert "Traceback" not in bot.log
