"""What a tool posts over HTTP: proven, stored once, answered after the commit, and never able to break anything."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.delivery.replies import ReplyDeliverer
from bot.delivery.worker import Delivery
from bot.domain.cases.conversation import ReplyState
from bot.networks.inbound.client import InboundAccount
from bot.platform.proof import Proof, Way
from bot.settings import load
from bot.usecases.desk.context import Context
from bot.usecases.intake import hear
from bot.usecases.privacy import erase
from bot.usecases.replies.reply import decide
from storage.engine import reading, transaction
from storage.intake import sources
from tests.support import config
from tests.support.cast import ANNA
from tests.support.clock import TurnedClock
from tests.support.inbound import FORUM, SECRET, Receiver, Tool, item
from tests.support.team import Team, lonely_x
from tests.support.together import together

sqlite_alone = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FORUM_KEY = "inbound:forum"


@pytest.fixture
def ctx(engine: Any, tmp_path: Path, clock: TurnedClock) -> Iterator[Context]:
    path = config.write(tmp_path, config.toml() + FORUM)
    here = {"INBOUND_FORUM_SECRET": SECRET, "SLACK_API_URL": "http://127.0.0.1:9/api"}
    settings = load({"WEBCARE_CONFIG": str(path), **here})
    proof, home = Proof(Way.STANDARD), settings.slack.api_url
    forum = InboundAccount("forum", secret=SECRET, proof=proof, home=home, now=clock.now)
    account = lonely_x(clock)
    yield Context(engine, clock, settings, {"x:acme": account, FORUM_KEY: forum}, lambda: None)
    account.close()
    forum.close()


@pytest.fixture
def tool(ctx: Context) -> Tool:
    return Tool(ctx)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver().running() as running:
        yield running


def known(team: Team) -> Any:
    with reading(team.ctx.engine) as connection:
        return sources.get(connection, FORUM_KEY)


def deliver(ctx: Context) -> None:
    Delivery(ctx, (ReplyDeliverer(ctx),)).settle()


class TestHear:
    def test_post_becomes_a_thread_with_a_card_and_is_stored_once(self, team: Team, tool: Tool) -> None:
        answer = tool.post(item("p1"), item("p2", "Nog iemand?"))
        assert (answer.status_code, answer.json) == (200, {"new": 2, "changed": 0, "known": 0, "without_words": 0})
        assert team.wanted("card") == ["card:1", "card:2"]
        thread = team.thread(1)
        assert (thread.account, thread.customer_handle, thread.customer_name) == (FORUM_KEY, "u-p1", "Joris de Boer")
        assert thread.author_id == "forum:u-p1"
        again = tool.post(item("p1"), item("p2", "Nog iemand?"), item("p3"), message_id="msg_2")
        assert again.json == {"new": 1, "changed": 0, "known": 2, "without_words": 0}
        assert len(team.rows("SELECT id FROM post")) == 3

    def test_follow_up_joins_its_thread(self, team: Team, tool: Tool) -> None:
        tool.post(item("p1"))
        follow_up = item("p2", "Hallo?", thread={"id": "t-p1"}, author={"id": "u-p1", "name": "Joris de Boer"})
        tool.post(follow_up, message_id="msg_2")
        assert [post.text for post in team.messages(1)] == ["Waar blijft mijn pakket?", "Hallo?"]

    def test_changed_words_are_an_edit(self, team: Team, tool: Tool) -> None:
        tool.post(item("p1"))
        assert tool.post(item("p1", "Is terecht")).json == {"new": 0, "changed": 1, "known": 0, "without_words": 0}
        assert team.messages(1)[0].text == "Is terecht"
        assert "edited" in team.kinds(1)

    @sqlite_alone
    @pytest.mark.parametrize("private", [True, False])
    def test_what_a_private_tool_posts_is_private_and_can_be_answered(
        self, team: Team, tool: Tool, receiver: Receiver, clock: TurnedClock, *, private: bool
    ) -> None:
        (desk,) = team.ctx.settings.desks
        source = desk.inbound[0].model_copy(update={"private": private})
        hear.hear(team.ctx, desk, source, {"items": [item(reply_to=receiver.url)]}, "msg_1")
        assert team.thread(1).private is private
        team.answer(1)
        clock.turn(minutes=1)
        deliver(team.ctx)
        assert len(receiver.requests) == 1

    def test_customer_called_as_the_tool_is_no_colleague(self, team: Team, tool: Tool) -> None:
        tool.post(item("p1", author={"id": "forum", "name": "forum"}))
        assert team.thread(1).customer_handle == "forum"

    def test_hundred_and_one_are_stored_in_batches(self, team: Team, tool: Tool) -> None:
        assert (tool.post(*(item(f"p{number}") for number in range(101))).json or {})["new"] == 101

    def test_same_body_twice_at_once_is_stored_once(self, team: Team, tool: Tool) -> None:
        answers = together([lambda: tool.post(*(item(f"p{number}") for number in range(20)))] * 3)
        assert sum((answer.json or {})["new"] for answer in answers) == 20
        assert len(team.rows("SELECT id FROM thread")) == 20

    def test_long_ids_and_hostile_words_are_stored(self, team: Team, tool: Tool) -> None:
        """On PostgreSQL an index takes 2,700 bytes; NUL and lone surrogates are no text there."""
        long: dict[str, Any] = {"thread": {"id": "é" * 998}, "author": {"id": "a" * 998, "name": "<b>\u202e\ud800"}}
        answer = tool.post(item("i" * 998, "\0<script>\u202e\ud83d &amp; <!channel>", **long))
        assert (answer.json or {})["new"] == 1
        assert team.messages(1)[0].external_id == "i" * 998
        assert (tool.post(item("é" * 9999, **long)).json or {})["new"] == 1
        assert team.wanted("set_aside") == []

    @sqlite_alone
    def test_body_that_says_nothing_is_taken_and_told_once(
        self, team: Team, tool: Tool, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.WARNING):
            answers = [tool.send(b'{"other": 1}', f"msg_{number}") for number in range(3)]
        assert {answer.status_code for answer in answers} == {200}
        assert [line for line in caplog.messages if "posted" in line] == ["nothing was found in what was posted"]
        source = known(team)
        assert source.heard_at is not None
        assert source.said_at is None


@sqlite_alone
class TestRefusal:
    def test_wrong_secret_is_refused_without_a_word_and_on_record(
        self, team: Team, tool: Tool, caplog: pytest.LogCaptureFixture
    ) -> None:
        other = "whsec_" + "QUFB" * 8
        with caplog.at_level(logging.WARNING):
            answers = [tool.send(b'{"items": []}', secret=other) for _ in range(3)]
        assert [(answer.status_code, answer.data) for answer in answers] == [(401, b"")] * 3
        assert [line for line in caplog.messages if "refused" in line] == ["a webhook was refused"]
        assert known(team).refused_why == "signature"
        assert other not in caplog.text
        assert team.rows("SELECT id FROM post") == []

    @pytest.mark.parametrize(
        ("content", "status"),
        [(b"{", 400), (b"", 400), (b"[" * 100_000, 400), (b'{"a": NaN}', 400), (b"x" * 1_048_577, 413)],
    )
    def test_body_that_cannot_be_read_is_refused(self, tool: Tool, content: bytes, status: int) -> None:
        assert tool.send(content).status_code == status

    def test_body_of_one_mebibyte_is_taken(self, team: Team, tool: Tool) -> None:
        content = json.dumps({"items": [item("p1")]}).encode()
        assert tool.send(content + b" " * (1_048_576 - len(content))).status_code == 200
        assert team.thread(1).author_id == "forum:u-p1"

    def test_body_without_a_length_is_bounded_too(self, tool: Tool) -> None:
        environ = {"wsgi.input_terminated": True, "CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
        answer = tool.client.post(
            "/inbound/forum", input_stream=io.BytesIO(b"x" * 1_048_577), environ_overrides=environ
        )
        assert answer.status_code == 413

    def test_only_post_is_taken_and_only_at_a_known_name(self, tool: Tool) -> None:
        got = tool.client.get("/inbound/forum")
        assert (got.status_code, got.headers["Allow"]) == (405, "POST")
        assert tool.client.post("/inbound/other", data=b"{}").status_code == 404
        assert tool.client.post("/inbound/", data=b"{}").status_code == 404

    def test_wrong_secret_is_refused_while_the_database_is_away(self, team: Team, tool: Tool) -> None:
        with transaction(team.ctx.engine) as connection:
            connection.execute(text("ALTER TABLE source RENAME TO source_gone"))
        assert tool.send(b"{}", secret="whsec_" + "QUFB" * 8).status_code == 401

    def test_database_without_time_has_the_sender_repeat(
        self, team: Team, tool: Tool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(hear, "PATIENCE_SECONDS", 0)
        with transaction(team.ctx.engine) as connection:
            connection.execute(text("ALTER TABLE source RENAME TO source_gone"))
        answer = tool.post(item("p1"))
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")


class TestAnswer:
    def test_answer_is_posted_where_the_post_says_signed_the_same_way(
        self, team: Team, tool: Tool, receiver: Receiver, clock: TurnedClock
    ) -> None:
        tool.post(item("p1", reply_to=receiver.url))
        reply = team.answer(1, "We zoeken het uit")
        clock.turn(minutes=1)
        deliver(team.ctx)
        ((path, headers, body),) = receiver.requests
        assert path == "/answers"
        assert Proof(Way.STANDARD).check(SECRET, headers, body) == headers["webhook-id"]
        said = json.loads(body)
        assert (said["type"], said["in_reply_to"], said["id"]) == ("answer", "p1", headers["webhook-id"])
        assert said["text"].startswith("We zoeken het uit")
        found = team.reply(reply.id)
        assert (found.state, found.external_id) == (ReplyState.SENT, headers["webhook-id"])
        assert team.messages(1)[-1].url == "https://forum.example.com/answers/1"

    @sqlite_alone
    def test_time_for_an_answer_is_the_one_that_was_told_last(
        self, team: Team, tool: Tool, receiver: Receiver, clock: TurnedClock
    ) -> None:
        said = clock.now() + timedelta(hours=1)
        tool.post(item("p1", reply_to=receiver.url, until=said.isoformat()))
        assert team.messages(1)[0].answer_until == said
        clock.turn(hours=2)
        tool.post(item("p1", reply_to=receiver.url, until=said.isoformat()), message_id="msg_2")
        assert team.thread(1).reply_blocked_reason == "window"
        later = clock.now() + timedelta(hours=1)
        tool.post(item("p1", reply_to=receiver.url, until=later.isoformat()), message_id="msg_3")
        assert (team.messages(1)[0].answer_until, team.thread(1).reply_blocked_reason) == (later, None)
        team.answer(1, "We zoeken het uit")

    @sqlite_alone
    @pytest.mark.parametrize("status", [200, 500], ids=["known", "in doubt"])
    def test_answer_that_came_back_is_told_by_its_id(
        self, team: Team, tool: Tool, receiver: Receiver, clock: TurnedClock, status: int
    ) -> None:
        tool.post(item("p1", reply_to=receiver.url))
        reply = team.answer(1, "We zoeken het uit")
        clock.turn(minutes=1)
        receiver.status = status
        deliver(team.ctx)
        ((_, headers, _),) = receiver.requests
        told = {"type": "answer.returned", "id": headers["webhook-id"], "reason": "mailbox full"}
        for message in ("msg_2", "msg_3"):
            answer = tool.send(json.dumps(told).encode(), message)
            assert (answer.status_code, answer.json["returned"]) == (200, 1)  # type: ignore[index]
        assert (team.reply(reply.id).state, team.kinds(1).count("came_back")) == (ReplyState.CAME_BACK, 1)
        assert team.thread(1).waiting_since == team.messages(1)[0].posted_at
        clock.turn(minutes=30)
        deliver(team.ctx)
        assert len(receiver.requests) == 1

    @sqlite_alone
    @pytest.mark.parametrize(
        "told",
        [
            {"type": "answer.returned", "id": "reply-99-1"},
            {"type": "answer.returned"},
            {"type": "answer.returned", "id": ["reply-1-1"], "reason": {"a": 1}},
            {"type": ["answer.returned"], "id": "reply-1-1"},
        ],
    )
    def test_answer_that_we_never_gave_comes_back_in_vain(self, team: Team, tool: Tool, told: Any) -> None:
        tool.post(item("p1"))
        answer = tool.send(json.dumps(told).encode(), "msg_2")
        assert (answer.status_code, answer.json["new"]) == (200, 0)  # type: ignore[index]
        assert team.kinds(1) == ["received"]

    @sqlite_alone
    @pytest.mark.parametrize(
        ("status", "state"),
        [
            (500, "verifying"),
            (302, "verifying"),
            (308, "rejected"),
            (400, "rejected"),
            (401, "rejected"),
            (410, "rejected"),
        ],
    )
    def test_what_the_tool_answers_is_what_becomes_of_the_reply(
        self, team: Team, tool: Tool, receiver: Receiver, clock: TurnedClock, status: int, state: str
    ) -> None:
        tool.post(item("p1", reply_to=receiver.url))
        reply = team.answer(1, "We zoeken het uit")
        clock.turn(minutes=1)
        receiver.status = status
        deliver(team.ctx)
        assert team.reply(reply.id).state == state
        assert len(receiver.requests) == 1

    @sqlite_alone
    def test_answer_that_was_lost_is_repeated_under_the_same_id(
        self, team: Team, tool: Tool, receiver: Receiver, clock: TurnedClock
    ) -> None:
        tool.post(item("p1", reply_to=receiver.url))
        reply = team.answer(1, "We zoeken het uit")
        clock.turn(minutes=1)
        receiver.status = 500
        deliver(team.ctx)
        for _ in range(3):
            clock.turn(minutes=10)
            deliver(team.ctx)
        assert team.reply(reply.id).state is ReplyState.UNKNOWN
        assert len(receiver.requests) == 1
        receiver.status = 200
        decide(team.ctx, ANNA, reply.id, was_sent=False)
        clock.turn(minutes=1)
        deliver(team.ctx)
        first, second = (headers["webhook-id"] for _, headers, _ in receiver.requests)
        assert first == second
        assert team.reply(reply.id).state is ReplyState.SENT

    @sqlite_alone
    @pytest.mark.parametrize("address", [None, "", "ftp://a.nl", "http://forum.example.com/a", "javascript:x"])
    def test_post_without_an_address_is_answered_there(self, team: Team, tool: Tool, address: str | None) -> None:
        tool.post(item("p1", reply_to=address))
        assert team.thread(1).reply_blocked_reason == "answer_there"

    @sqlite_alone
    @pytest.mark.parametrize("text", ["<p>Wij zoeken het uit</p>", "Wij zoeken het uit", "Iets anders"])
    def test_our_answer_that_comes_back_changes_nothing(
        self, team: Team, tool: Tool, receiver: Receiver, clock: TurnedClock, text: str
    ) -> None:
        tool.post(item("p1", reply_to=receiver.url))
        team.answer(1)
        clock.turn(minutes=1)
        deliver(team.ctx)
        ours = team.messages(1)[-1]
        answer = tool.post(item(ours.external_id, text), message_id="msg_2")
        assert answer.json == {"new": 0, "changed": 0, "known": 1, "without_words": 0}
        assert team.messages(1)[-1] == ours
        assert "edited" not in team.kinds(1)

    @sqlite_alone
    @pytest.mark.parametrize("earlier", [None, "ftp://a.nl", "http://forum.example.com/a"])
    def test_repeated_post_is_answered_where_it_says_now(
        self, team: Team, tool: Tool, receiver: Receiver, clock: TurnedClock, earlier: str | None
    ) -> None:
        tool.post(item("p1", reply_to=earlier))
        assert team.thread(1).reply_blocked_reason == "answer_there"
        for changed in (1, 0):
            answer = tool.post(item("p1", reply_to=receiver.url), message_id=f"msg_{changed + 2}")
            assert answer.json == {"new": 0, "changed": changed, "known": 1 - changed, "without_words": 0}
        assert "edited" not in team.kinds(1)
        team.answer(1)
        clock.turn(minutes=1)
        deliver(team.ctx)
        assert len(receiver.requests) == 1

    @sqlite_alone
    def test_repeated_post_without_its_address_is_answered_there(
        self, team: Team, tool: Tool, receiver: Receiver
    ) -> None:
        tool.post(item("p1", reply_to=receiver.url))
        tool.post(item("p1"), message_id="msg_2")
        assert team.thread(1).reply_blocked_reason == "answer_there"

    def test_erased_customer_leaves_no_address(self, team: Team, tool: Tool, receiver: Receiver) -> None:
        tool.post(item("p1", reply_to=receiver.url))
        erase.erase(team.ctx, "u-p1")
        (row,) = team.rows("SELECT answer_url, text FROM post")
        assert (row["answer_url"], row["text"]) == ("", "")
        left = [
            *team.rows("SELECT * FROM thread"),
            *team.rows("SELECT * FROM post"),
            *team.rows("SELECT * FROM outbox"),
        ]
        assert "u-p1" not in str(left)
        assert tool.post(item("p1", reply_to=receiver.url)).json == {
            "new": 0,
            "changed": 0,
            "known": 1,
            "without_words": 0,
        }
