from __future__ import annotations

import io
import logging
import re
import warnings
from collections.abc import Iterator

import pytest

from bot.platform import logs


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = (root.level, root.handlers[:])
    levels = {name: logging.getLogger(name).level for name in logs.FLOORS}
    stream = io.StringIO()
    logs.setup("DEBUG", {"s3cret/pass word", "s3cret"}, stream)
    yield stream
    logging.captureWarnings(False)
    root.setLevel(before[0])
    root.handlers[:] = before[1]
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


log = logging.getLogger("bot.test")


def test_event_is_one_line_with_its_fields(out: io.StringIO) -> None:
    fields = {"thread": 1042, "channel": "C1", "why": 'he said "no"\nand left', "none": ""}
    log.info("card posted", extra={"fields": fields})
    line = out.getvalue()
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO bot\.test card posted ", line)
    assert line.endswith(r'thread=1042 channel=C1 why="he said \"no\"\nand left" none=""' + "\n")


def test_message_cannot_start_a_line_of_its_own(out: io.StringIO) -> None:
    log.warning("from %s", "x\n2026-01-01T00:00:00.000Z INFO bot forged\u2028line")
    assert out.getvalue().count("\n") == 1
    assert "\u2028" not in out.getvalue()


def test_traceback_stays_on_the_line_without_secrets(out: io.StringIO) -> None:
    try:
        raise ValueError("with s3cret/pass word inside\nand a second line")
    except ValueError:
        log.exception("it broke")
    line = out.getvalue()
    assert line.count("\n") == 1
    assert "Traceback (most recent call last)" in line
    assert "s3cret" not in line


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("url postgresql://me:s3cret/pass word@host", "url postgresql://me:[hidden]@host"),
        ("token xoxb-12-ab-CD end", "token [hidden] end"),
        ("token xoxe.xoxp-1-Mi0 end", "token [hidden] end"),
        ("token xapp-1-A0-12-ff end", "token [hidden] end"),
        ("Authorization: Bearer AAAA%2F", "Authorization[hidden]"),
        ("{'authorization': 'OAuth oauth_token=\"1-x\", oauth_signature=\"y\"'}", "{'authorization[hidden]"),
        ("b'Authorization: Basic Zm9v'", "b'Authorization[hidden]"),
        ("the authorization failed", "the authorization failed"),
        ("a boxb-tree", "a boxb-tree"),
    ],
)
def test_no_token_gets_through(out: io.StringIO, said: str, left: str) -> None:
    log.info("%s", said)
    log.info("fact", extra={"fields": {"said": said}})
    first, second = out.getvalue().splitlines()
    assert first.endswith(f"bot.test {left}")
    assert "s3cret" not in second
    assert not re.search(r"xox|xapp|AAAA|oauth_|Zm9v", second)


def test_sdk_debug_logs_stay_off(out: io.StringIO) -> None:
    for name in ("tweepy", "slack_sdk", "urllib3", "oauthlib", "requests_oauthlib"):
        logging.getLogger(f"{name}.web.client").debug("body: the customer's words")
        logging.getLogger(f"{name}.web.client").info("connected")
    assert "words" not in out.getvalue()
    assert out.getvalue().count("connected") == 5


def test_higher_level_holds_for_sdks_too(out: io.StringIO) -> None:
    logs.setup("ERROR", (), out)
    logging.getLogger("tweepy.client").warning("never mind")
    assert out.getvalue() == ""


def test_words_are_left_whole_without_secrets(out: io.StringIO) -> None:
    logs.setup("INFO", {""}, out)
    log.info("s3cret")
    assert out.getvalue().endswith(" s3cret\n")


def test_warnings_are_logged_too(out: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        logging.captureWarnings(True)
        warnings.warn("old thing", stacklevel=1)
        logging.captureWarnings(False)
    assert "old thing" in out.getvalue()
