"""Messages through Slack's own client: posting, editing, deleting, and reading a channel's history."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.sandbox.server import Sandbox
from tests.support.cast import HERE

Json = dict[str, Any]
Refusal = Callable[..., Json]
BUTTONS: Json = {
    "type": "actions",
    "elements": [{"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}],
}


class TestMessage:
    def test_form_and_json_bodies_mean_the_same(self, sandbox: Sandbox, web: WebClient) -> None:
        web.api_call("chat.postMessage", data={"channel": HERE, "text": "form", "blocks": json.dumps([BUTTONS])})
        web.api_call("chat.postMessage", json={"channel": HERE, "text": "json", "blocks": [BUTTONS]})
        assert [(m.text, (m.blocks or [])[0]["type"]) for m in sandbox.slack.messages(HERE)] == [
            ("form", "actions"),
            ("json", "actions"),
        ]

    def test_unknown_arguments_pass_and_wrong_types_do_not(self, web: WebClient, refusal: Refusal) -> None:
        web.api_call("chat.postMessage", json={"channel": HERE, "text": "hi", "nonsense": 1, "unfurl_links": False})
        answer = refusal("chat.postMessage", channel=HERE, text={"type": "mrkdwn"})
        assert answer["error"] == "invalid_arguments"
        assert answer["response_metadata"]["messages"] == ["[ERROR] must be a string [json-pointer:/text]"]

    @pytest.mark.parametrize(
        ("args", "code"),
        [
            ({"channel": HERE}, "no_text"),
            ({"channel": HERE, "text": "", "blocks": []}, "no_text"),
            ({"channel": HERE, "text": "x" * 40_001}, "msg_too_long"),
            ({"channel": "C0NONE", "text": "x"}, "channel_not_found"),
            ({"channel": "C0RANDOM", "text": "x"}, "not_in_channel"),
            ({"text": "x"}, "invalid_arguments"),
            ({"channel": HERE, "blocks": "{oops"}, "invalid_blocks_format"),
            ({"channel": HERE, "blocks": {"type": "divider"}}, "invalid_blocks_format"),
            ({"channel": HERE, "text": "x", "thread_ts": "1.000001"}, "cannot_reply_to_message"),
            ({"channel": HERE, "text": "x", "metadata": "{oops"}, "invalid_metadata_format"),
            ({"channel": HERE, "text": "x", "metadata": {"event_type": "card"}}, "invalid_metadata_schema"),
        ],
    )
    def test_message_that_slack_would_refuse_is_refused(self, refusal: Refusal, args: Json, code: str) -> None:
        assert refusal("chat.postMessage", **args)["error"] == code

    def test_bad_blocks_are_refused_with_every_reason(self, refusal: Refusal) -> None:
        blocks = [
            {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}},
            {"type": "actions", "elements": []},
        ]
        answer = refusal("chat.postMessage", channel=HERE, text="x", blocks=blocks)
        assert answer["error"] == "invalid_blocks"
        assert answer["response_metadata"]["messages"] == [
            "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
            "[ERROR] no fewer than 1 items allowed [json-pointer:/blocks/1/elements]",
        ]

    def test_blocks_without_text_are_posted_with_a_warning(self, web: WebClient) -> None:
        assert web.api_call("chat.postMessage", json={"channel": HERE, "blocks": [BUTTONS]})["warning"] == (
            "missing_text_in_message"
        )

    def test_message_to_a_person_opens_a_direct_channel(self, sandbox: Sandbox, web: WebClient) -> None:
        channel = web.chat_postMessage(channel="U0ANNA", text="psst")["channel"]
        assert channel == web.conversations_open(users="U0ANNA")["channel"]["id"]
        assert [message.text for message in sandbox.slack.messages(channel)] == ["psst"]

    def test_every_message_has_a_later_ts(self, web: WebClient) -> None:
        stamps = [web.chat_postMessage(channel=HERE, text="x")["ts"] for _ in range(5)]
        assert stamps == sorted(set(stamps))

    def test_update_with_text_alone_takes_the_blocks_away(self, sandbox: Sandbox, web: WebClient) -> None:
        ts = web.chat_postMessage(channel=HERE, text="one", blocks=[BUTTONS])["ts"]
        assert web.chat_update(channel=HERE, ts=ts, text="two", blocks=[BUTTONS])["ts"] == ts
        assert sandbox.slack.message(HERE, ts).blocks
        assert not sandbox.slack.message(HERE, ts).shows_edited
        web.chat_update(channel=HERE, ts=ts, text="three")
        message = sandbox.slack.message(HERE, ts)
        assert (message.text, message.blocks, message.shows_edited) == ("three", None, True)

    def test_metadata_stays_unless_an_update_brings_its_own(self, sandbox: Sandbox, web: WebClient) -> None:
        first, second = ({"event_type": "card", "event_payload": {"key": key}} for key in ("a", "b"))
        ts = web.chat_postMessage(channel=HERE, text="one", metadata=first)["ts"]
        web.chat_update(channel=HERE, ts=ts, text="two")
        assert sandbox.slack.message(HERE, ts).metadata == first
        web.chat_update(channel=HERE, ts=ts, text="three", metadata=second)
        assert web.conversations_history(channel=HERE, include_all_metadata=True)["messages"][0]["metadata"] == second
        assert "metadata" not in web.conversations_history(channel=HERE)["messages"][0]

    def test_only_the_bots_own_lasting_messages_change(
        self, sandbox: Sandbox, web: WebClient, refusal: Refusal
    ) -> None:
        theirs = sandbox.slack.say("U0ANNA", HERE, "mine").ts
        assert refusal("chat.update", channel=HERE, ts=theirs, text="x")["error"] == "cant_update_message"
        assert refusal("chat.delete", channel=HERE, ts=theirs)["error"] == "cant_delete_message"
        passing = web.chat_postEphemeral(channel=HERE, user="U0ANNA", text="only you")["message_ts"]
        assert refusal("chat.update", channel=HERE, ts=passing, text="x")["error"] == "message_not_found"
        assert [message.text for message in sandbox.slack.ephemerals("U0ANNA")] == ["only you"]
        assert sandbox.slack.ephemerals("U0LARS") == []

    def test_ephemeral_message_needs_a_member(self, refusal: Refusal) -> None:
        answer = refusal("chat.postEphemeral", channel=HERE, user="U0NOBODY", text="x")
        assert answer["error"] == "user_not_in_channel"

    def test_replies_stay_out_of_the_channel_unless_broadcast(self, sandbox: Sandbox, web: WebClient) -> None:
        parent = web.chat_postMessage(channel=HERE, text="parent")["ts"]
        web.chat_postMessage(channel=HERE, text="inside", thread_ts=parent)
        web.chat_postMessage(channel=HERE, text="loud", thread_ts=parent, reply_broadcast=True)
        history = web.conversations_history(channel=HERE)["messages"]
        assert [message["text"] for message in history] == ["loud", "parent"]
        assert (history[1]["reply_count"], history[0]["subtype"]) == (2, "thread_broadcast")
        replies = web.conversations_replies(channel=HERE, ts=parent)["messages"]
        assert [message["text"] for message in replies] == ["parent", "inside", "loud"]

    def test_deleted_parent_leaves_a_closed_tombstone(self, web: WebClient, refusal: Refusal) -> None:
        parent = web.chat_postMessage(channel=HERE, text="parent")["ts"]
        web.chat_postMessage(channel=HERE, text="inside", thread_ts=parent)
        web.chat_delete(channel=HERE, ts=parent)
        assert web.conversations_history(channel=HERE)["messages"][0]["subtype"] == "tombstone"
        answer = refusal("chat.postMessage", channel=HERE, text="more", thread_ts=parent)
        assert answer["error"] == "cannot_reply_to_message"

    def test_deleted_message_is_gone(self, sandbox: Sandbox, web: WebClient, refusal: Refusal) -> None:
        ts = web.chat_postMessage(channel=HERE, text="x")["ts"]
        web.chat_delete(channel=HERE, ts=ts)
        assert sandbox.slack.messages(HERE) == []
        assert refusal("chat.delete", channel=HERE, ts=ts)["error"] == "message_not_found"
        assert refusal("conversations.replies", channel=HERE, ts=ts)["error"] == "thread_not_found"


class TestHistory:
    def test_history_pages_newest_first_without_repeats(self, web: WebClient) -> None:
        for number in range(5):
            web.chat_postMessage(channel=HERE, text=str(number))
        first = web.conversations_history(channel=HERE, limit=2)
        web.chat_postMessage(channel=HERE, text="late")
        pages = [first]
        while pages[-1]["has_more"]:
            cursor = pages[-1]["response_metadata"]["next_cursor"]
            pages.append(web.conversations_history(channel=HERE, limit=2, cursor=cursor))
        assert [message["text"] for page in pages for message in page["messages"]] == ["4", "3", "2", "1", "0"]

    def test_history_bounds_are_exclusive_unless_told(self, web: WebClient) -> None:
        stamps = [web.chat_postMessage(channel=HERE, text=str(number))["ts"] for number in range(3)]

        def between(**args: Any) -> list[str]:
            answer = web.conversations_history(channel=HERE, oldest=stamps[0], latest=stamps[2], **args)
            return [message["text"] for message in answer["messages"]]

        assert between() == ["1"]
        assert between(inclusive=True) == ["2", "1", "0"]

    @pytest.mark.parametrize(
        ("args", "code"),
        [
            ({"limit": 1000}, "invalid_limit"),
            ({"cursor": "oops"}, "invalid_cursor"),
            ({"oldest": "yesterday"}, "invalid_ts_oldest"),
            ({"channel": "C0RANDOM"}, "not_in_channel"),
        ],
    )
    def test_history_refuses_what_slack_refuses(self, refusal: Refusal, args: Json, code: str) -> None:
        assert refusal("conversations.history", **({"channel": HERE} | args))["error"] == code
