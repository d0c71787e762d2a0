"""Hostile input: whatever comes in, the answer is clear, nothing that is not theirs changes, and the process lives."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.test import Client

from bot.runtime.web import wsgi
from bot.sandbox.slack.seed import SIGNING_SECRET
from bot.sandbox.slack.webhooks import FORM, signature
from bot.usecases.cases.claim import claim
from handlers.deps import AFTER_ACK_THREADS
from storage import tables
from storage.engine import reading
from tests.support.cast import LARS
from tests.support.clock import TurnedClock
from tests.support.faults import hostile
from tests.support.faults.invariants import violations
from tests.support.faults.world import World
from tests.support.process import eventually

ANOTHER_DESK = """
[[desk]]
name = "Elsewhere"
slack_channel = "C0RANDOM"
"""
WORDS = [
    "*bold* <!channel> <@U0LEAD> &lt;",
    "\u202eright to left\u202c \u0645\u0631\u062d\u0628\u0627",
    "zero\u200bwidth\u200d\u200c",
    "\x00",
    "```" * 50,
    "\N{SLIGHTLY SMILING FACE}" * 600,
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copyfile(sqlite_template, folder / "webcare.db")
    with World(folder, f"sqlite:///{folder}/webcare.db", TurnedClock(), more=ANOTHER_DESK) as world:
        for number in (1, 2, 3):
            world.mention(f"question {number}", f"klant{number}")
        world.settled()
        yield world


@pytest.fixture(scope="module")
def slack(world: World) -> Client:
    return Client(wsgi(world.desk))


def _threads(world: World) -> list[Any]:
    """Return all rows that a click can change, once what earlier ones put off until they were answered is done."""
    done = Barrier(AFTER_ACK_THREADS + 1)
    for _ in range(AFTER_ACK_THREADS):
        world.desk.deps.later(done.wait)
    done.wait()
    with reading(world.ctx.engine) as connection:
        return [
            connection.execute(select(table).order_by(table.c.id)).all()
            for table in (tables.thread, tables.reply, tables.escalation, tables.event)
        ]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=hostile.payloads())
def test_damaged_payloads_get_a_clear_answer(world: World, slack: Client, body: dict[str, Any]) -> None:
    answer = slack.post("/slack/events", **hostile.request(body))
    assert answer.status_code == 200 or 400 <= answer.status_code < 500, (answer.status_code, body)


def test_desk_is_whole_after_damaged_payloads(world: World, slack: Client) -> None:
    thread = world.mention("and one more", "klant4")
    assert slack.post("/slack/events", **hostile.request(hostile.click("claim", str(thread)))).status_code == 200
    world.settled()
    assert violations(world.sandbox, world.ctx.engine) == []
    with reading(world.ctx.engine) as connection:
        owner = connection.execute(select(tables.thread.c.owner).where(tables.thread.c.id == thread)).scalar_one()
    assert owner == "U0LARS"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(action=st.sampled_from(hostile.ACTIONS), what=st.sampled_from(hostile.MENU), number=hostile.numbers)
def test_ids_of_another_desk_change_nothing(world: World, slack: Client, action: str, what: str, number: str) -> None:
    before = _threads(world)
    value = f"{what}:{number}" if action == "more" else number
    body = hostile.click(action, value, channel="C0RANDOM", user="U0EMMA")
    assert slack.post("/slack/events", **hostile.request(body)).status_code in (200, 404)
    assert _threads(world) == before


@pytest.mark.parametrize("words", ["claim {}", "reply {} hi", "escalate {} why", "close {} spam", "release {}"])
def test_numbers_of_another_desk_are_nobodys(world: World, slack: Client, words: str) -> None:
    number = world.mention(words, "another_desk")
    claim(world.ctx, LARS, number)  # who types it: not even what its owner writes from elsewhere counts
    before = _threads(world)
    typed = hostile.command(words.format(number), channel="C0RANDOM")
    answer = slack.post("/slack/events", **hostile.request(typed))
    assert answer.status_code == 200
    assert _threads(world) == before


@pytest.mark.parametrize(
    "body",
    [
        hostile.click("claim", "3"),
        hostile.click("more", "release:3"),
        hostile.submission("reply", 3),
        hostile.command("escalate 3 why"),
    ],
    ids=["claim", "release", "reply", "escalate"],
)
def test_replayed_request_changes_nothing(world: World, slack: Client, body: dict[str, Any]) -> None:
    request = hostile.request(body)
    assert slack.post("/slack/events", **request).status_code == 200
    after = _threads(world)
    assert slack.post("/slack/events", **request).status_code == 200
    assert _threads(world) == after


def test_replayed_command_tells_its_author_nothing(world: World, slack: Client) -> None:
    request = hostile.request(hostile.command(f"claim {world.mention('again', 'again')}"))
    assert slack.post("/slack/events", **request).data != b""
    assert slack.post("/slack/events", **request).data == b""


def test_modal_that_slack_does_not_open_asks_to_try_again(world: World, slack: Client) -> None:
    number = world.mention("window", "window")
    world.sandbox.faults.add("slack", "views.open", "rate_limited")
    request = hostile.request(hostile.command(f"reply {number}"))
    told = slack.post("/slack/events", **request).get_json()
    assert told is not None
    assert told["text"] == "Slack öppnade inte fönstret. Försök igen."


@pytest.mark.parametrize("kind", ["app_home_opened", "message", "tokens_revoked", "member_joined_channel", "not_yet"])
def test_every_event_is_acknowledged_and_not_repeated(slack: Client, kind: str) -> None:
    assert slack.post("/slack/events", **hostile.request(hostile.event(kind))).status_code == 200


def test_two_replies_are_two_whatever_their_triggers(world: World, slack: Client) -> None:
    sent = [hostile.command(f"reply {world.mention('ask', f'twin{one}')} Answer {one}.") for one in (1, 2)]
    for body in sent:
        body["trigger_id"] = "always.the.same"
        assert slack.post("/slack/events", **hostile.request(body)).status_code == 200
    world.settled()
    said = " ".join(post.text for post in world.sandbox.x.posts if post.author.handle == "acme")
    assert "Answer 1." in said
    assert "Answer 2." in said


@pytest.mark.parametrize(
    "forged",
    [
        {"X-Slack-Signature": "v0=0"},
        {"X-Slack-Signature": "v0=\xe9"},
        {"X-Slack-Request-Timestamp": "1"},
        {"X-Slack-Request-Timestamp": "now"},
        {"X-Slack-Request-Timestamp": "9" * 5000},
    ],
    ids=["signature", "no ASCII", "old", "no number", "too long a number"],
)
def test_forged_request_is_refused(world: World, slack: Client, forged: dict[str, str]) -> None:
    before, errors, calls = _threads(world), len(world.errors), len(world.sandbox.slack.calls)
    request = hostile.request(hostile.click("claim", "1"))
    answer = slack.post("/slack/events", data=request["data"], headers=request["headers"] | forged)
    assert answer.status_code == 401
    assert _threads(world) == before
    assert len(world.errors) == errors
    assert len(world.sandbox.slack.calls) == calls, "nobody is told anything on a stranger's word"


def test_unsigned_request_is_refused_and_ssl_check_answered(
    slack: Client,
) -> None:
    assert slack.post("/slack/events", data={"payload": "{}"}).status_code == 401
    assert slack.post("/slack/events", data={"ssl_check": "1", "token": "legacy"}).status_code == 200
    assert slack.get("/slack/events?ssl_check=1").status_code == 200


def test_field_that_slack_left_out_is_empty(world: World, slack: Client) -> None:
    for name, field in (("reply", "text"), ("close", "reason"), ("escalate", "why")):
        body = hostile.submission(name, world.mention("ask", f"left{name}"))
        body["view"]["state"]["values"] = {"target": body["view"]["state"]["values"]["target"]}
        answer = slack.post("/slack/events", **hostile.request(body))
        assert list(answer.get_json()["errors"]) == [field]


@pytest.mark.parametrize("to", [None, "", "U0NOBODY"], ids=["none", "empty", "unknown"])
def test_thread_that_is_handed_to_nobody_keeps_its_owner(world: World, slack: Client, to: str | None) -> None:
    thread = world.mention("ask", f"nobody{to}")
    assert slack.post("/slack/events", **hostile.request(hostile.click("claim", str(thread)))).status_code == 200
    body = hostile.submission("hand_over", thread)
    body["view"]["state"]["values"]["to"]["to"]["selected_user"] = to
    assert slack.post("/slack/events", **hostile.request(body)).get_json()["response_action"] in ("errors", "update")
    with reading(world.ctx.engine) as connection:
        owner = connection.execute(select(tables.thread.c.owner).where(tables.thread.c.id == thread)).scalar_one()
    assert owner == "U0LARS"


@pytest.mark.parametrize("unseen", ["\x00", "\ud800", "\x07", "\u200b"], ids=["NUL", "surrogate", "bell", "no width"])
def test_reason_is_stored_without_what_cannot_be_seen(world: World, slack: Client, unseen: str) -> None:
    thread = world.mention("ask", f"unseen{ord(unseen)}")
    body = hostile.submission("close", thread, f"sp{unseen}am{unseen}")
    assert slack.post("/slack/events", **hostile.request(body)).status_code == 200
    with reading(world.ctx.engine) as connection:
        row = connection.execute(select(tables.thread).where(tables.thread.c.id == thread)).one()
    assert row.close_reason == "spam"


@pytest.mark.parametrize("missing", ["id", "blocks", "state", "private_metadata"])
def test_modal_with_missing_pieces_is_answered(slack: Client, missing: str) -> None:
    submitted, pressed = hostile.submission("reply", 999_999), hostile.click("take_over", "999999")
    pressed["view"] = deepcopy(submitted["view"])
    for body in (submitted, pressed):
        del body["view"][missing]
        assert slack.post("/slack/events", **hostile.request(body)).status_code == 200


@pytest.mark.parametrize("metadata", ["no JSON", "[]", 7])
def test_modal_with_damaged_metadata_is_answered(slack: Client, metadata: object) -> None:
    body = hostile.click("take_over", "999999")
    body["view"] = hostile.submission("reply", 1)["view"] | {"private_metadata": metadata}
    assert slack.post("/slack/events", **hostile.request(body)).status_code == 200


@pytest.mark.parametrize("words", [*WORDS, "word " * 5000], ids=range(len(WORDS) + 1))
def test_any_words_of_a_customer_fit_on_a_card(world: World, words: str) -> None:
    before = len(_refusals(world))
    thread = world.mention(words, f"k{abs(hash(words)) % 10**8}")
    world.answer(thread, f"About {thread}.")
    world.settled()
    assert _refusals(world)[before:] == []


def _refusals(world: World) -> list[str]:
    """Return what Slack would refuse."""
    calls = world.sandbox.slack.calls
    return [f"{call.method}: {call.error}" for call in calls if call.error and call.method.startswith("chat.")]


UNKNOWN = {
    "button": hostile.click("never_heard_of", "1"),
    "button of a modal": hostile.click("never_heard_of", "1") | {"view": {"id": "V1", "type": "modal", "blocks": []}},
    "modal": hostile.submission("never_heard_of", 1),
    "closed modal": hostile.submission("never_heard_of", 1) | {"type": "view_closed"},
    "shortcut": {"type": "shortcut", "callback_id": "new", "trigger_id": "1.1", "user": {"id": "U0LARS"}},
    "message shortcut": {
        "type": "message_action", "callback_id": "new", "trigger_id": "1.1", "user": {"id": "U0LARS"},
        "channel": {"id": "C0SUPPORT"}, "message": {"ts": "1.1", "text": ""}, "message_ts": "1.1",
    },
    "options": {
        "type": "block_suggestion", "action_id": "new", "block_id": "b", "value": "x", "user": {"id": "U0LARS"},
        "view": {"id": "V1", "type": "modal", "callback_id": "reply"},
    },
    "menu": hostile.click("more", "explode:1"),
    "dialog": {"type": "dialog_submission", "callback_id": "new", "submission": {}, "user": {"id": "U0LARS"}},
}  # fmt: skip


class TestOtherVersions:
    @pytest.mark.parametrize("what", UNKNOWN)
    def test_unknown_request_is_taken_and_said_in_a_line(
        self, slack: Client, what: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        request = hostile.request(UNKNOWN[what] | {"team": {"id": "T0ACME"}, "api_app_id": "A0WEBCARE"})
        answer = slack.post("/slack/events", **request)
        assert answer.status_code == 200
        # What another test has left in the background may speak as well.
        (said,) = [record for record in caplog.records if record.name == "handlers.refusals"]
        assert (said.levelname, said.exc_info) == ("WARNING", None)

    def test_agent_hears_a_word(self, world: World, slack: Client) -> None:
        def direct() -> list[str]:
            return [message.text for message in world.sandbox.slack.messages("D0LARS")]

        world.sandbox.slack.state.direct("U0LARS")
        before = len(direct())
        slack.post("/slack/events", **hostile.request(UNKNOWN["button"]))
        eventually(lambda: len(direct()) > before)
        assert "annan version" in direct()[-1]
        modal = slack.post("/slack/events", **hostile.request(UNKNOWN["modal"])).json
        assert modal
        assert "annan version" in str(modal["view"]["blocks"][0])
        options = slack.post("/slack/events", **hostile.request(UNKNOWN["options"])).json
        assert options == {"options": []}

    @pytest.mark.parametrize(
        "body",
        [
            hostile.submission("reply", {"not": "a number"}),
            hostile.submission("close", None) | {"view": {"id": "V1", "callback_id": "close", "type": "modal"}},
            hostile.click("claim", "1") | {"actions": [{"action_id": "claim", "block_id": "b", "type": "button"}]},
            hostile.click("more", "release:1")
            | {"actions": [{"action_id": "more", "block_id": "b", "type": "overflow"}]},
            hostile.click("claim", "1") | {"user": "nobody"},
        ],
        ids=["number", "metadata", "value", "option", "user"],
    )
    def test_tampered_payload_is_one_line_without_a_traceback(
        self, slack: Client, body: dict[str, Any], caplog: pytest.LogCaptureFixture
    ) -> None:
        assert slack.post("/slack/events", **hostile.request(body)).status_code < 500
        assert len(caplog.records) == 1
        assert caplog.records[0].exc_info is None


class TestRefusedRequests:
    @pytest.mark.parametrize(
        ("off", "secret", "reason"),
        [
            (0, "another", "signature"),
            (-3600, SIGNING_SECRET, "time"),
            (400, SIGNING_SECRET, "time"),
            (None, "", "no time"),
        ],
    )
    def test_reason_is_said_once_a_minute(
        self, world: World, off: int | None, secret: str, reason: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        client = Client(wsgi(world.desk))
        stamp = "" if off is None else str(int(time.time()) + off)
        data = urlencode({"payload": json.dumps(hostile.click("claim", "1"))})
        headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature(secret, stamp, data)}
        for _ in range(5):
            answer = client.post("/slack/events", data=data, headers={"Content-Type": FORM, **headers})
            assert answer.status_code == 401
        (record,) = caplog.records
        assert reason in record.fields["error"]  # type: ignore[attr-defined]

    def test_clock_that_is_off_is_said_once_though_its_seconds_pass(
        self, world: World, caplog: pytest.LogCaptureFixture
    ) -> None:
        client = Client(wsgi(world.desk))
        for off in (3600, 3599, 3000):
            stamp = str(int(time.time()) - off)
            headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature(SIGNING_SECRET, stamp, "")}
            assert client.post("/slack/events", headers={"Content-Type": FORM, **headers}).status_code == 401
        assert len(caplog.records) == 1

    def test_secret_that_is_not_set_is_named(self, world: World, caplog: pytest.LogCaptureFixture) -> None:
        slack = replace(world.desk.settings.slack, signing_secret=None)
        desk = replace(world.desk, settings=replace(world.desk.settings, slack=slack))
        stamp = str(int(time.time()))
        headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature("another", stamp, "")}
        assert Client(wsgi(desk)).post("/slack/events", headers={"Content-Type": FORM, **headers}).status_code == 401
        assert "SLACK_SIGNING_SECRET is not set" in caplog.records[0].fields["error"]  # type: ignore[attr-defined]
