"""The Web API through Slack's own client: tokens, scopes, limits, faults, people and channels."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from http.client import RemoteDisconnected
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.server import Sandbox
from tests.support.cast import HERE

Json = dict[str, Any]
Refusal = Callable[..., Json]


class TestAuth:
    def test_auth_test_names_the_bot_and_its_scopes(self, web: WebClient) -> None:
        answer = web.auth_test()
        assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == ("U0BOT", "B0BOT", "T0ACME")
        assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")

    @pytest.mark.parametrize(
        ("token", "method", "code"),
        [
            ("", "auth.test", "not_authed"),
            ("xoxb-other", "auth.test", "invalid_auth"),
            ("xapp-sandbox", "auth.test", "not_allowed_token_type"),
            ("xoxb-sandbox", "apps.connections.open", "not_allowed_token_type"),
            ("xapp-other", "apps.connections.open", "invalid_auth"),
            ("xoxb-sandbox", "chat.postmessage", "unknown_method"),
        ],
    )
    def test_wrong_token_or_method_is_refused(self, sandbox: Sandbox, token: str, method: str, code: str) -> None:
        with pytest.raises(SlackApiError) as refused:
            WebClient(token, base_url=sandbox.slack_api_url).api_call(method)
        assert refused.value.response["error"] == code

    def test_missing_scope_is_named(self, sandbox: Sandbox, refusal: Refusal) -> None:
        sandbox.slack.scopes.discard("chat:write")
        answer = refusal("chat.postMessage", channel=HERE, text="hi")
        assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write")
        assert "chat:write" not in answer["provided"].split(",")

    def test_installed_app_has_its_manifests_scopes_alone(self, sandbox: Sandbox, refusal: Refusal) -> None:
        sandbox.slack.install(
            {
                "features": {
                    "slash_commands": [{"command": "/desk", "description": "Answer", "should_escape": False}],
                    "shortcuts": [
                        {"name": "Look", "type": "message", "callback_id": "look", "description": "Look"},
                        {"name": "Find", "type": "global", "callback_id": "find", "description": "Find"},
                    ],
                },
                "oauth_config": {"scopes": {"bot": ["chat:write", "commands"]}},
                "settings": {"event_subscriptions": {"bot_events": ["app_home_opened"]}},
            }
        )
        assert refusal("users.info", user="U0ANNA")["error"] == "missing_scope"
        assert sandbox.slack.command("U0ANNA", HERE, "/webcare open").error == "/webcare is not a valid command."
        assert (
            sandbox.slack.command("U0ANNA", HERE, "/desk open").error == '/desk failed with the error "dispatch_failed"'
        )
        assert sandbox.slack.delivery.events == {"app_home_opened"}
        shortcuts = sandbox.slack.shortcuts.known.values()
        assert {shortcut.name: shortcut.is_global for shortcut in shortcuts} == {"Look": False, "Find": True}


def test_bot_can_join_a_channel(web: WebClient) -> None:
    assert not web.conversations_info(channel="C0RANDOM")["channel"]["is_member"]
    web.conversations_join(channel="C0RANDOM")
    assert web.conversations_info(channel="C0RANDOM")["channel"]["is_member"]
    assert "U0BOT" in web.conversations_members(channel="C0RANDOM")["members"]
    assert {each["id"] for each in web.users_conversations()["channels"]} == {HERE, "C0PRESS", "C0RANDOM"}


def test_people_and_groups_are_told_apart(sandbox: Sandbox, web: WebClient, refusal: Refusal) -> None:
    sandbox.slack.state.usergroups["S0LEADS"] = ["U0LEAD"]
    assert web.users_info(user="U0LARS", include_locale=True)["user"]["locale"] == "sv-SE"
    assert "locale" not in web.users_info(user="U0LARS")["user"]
    assert len(web.users_list()["members"]) == 5
    assert web.usergroups_users_list(usergroup="S0LEADS")["users"] == ["U0LEAD"]
    assert refusal("users.info", user="U0NOBODY")["error"] == "user_not_found"
    assert refusal("usergroups.users.list", usergroup="S0NONE")["error"] == "no_such_subteam"


def test_people_are_found_by_address_with_the_scope_alone(sandbox: Sandbox, web: WebClient, refusal: Refusal) -> None:
    assert web.users_lookupByEmail(email="Anna@acme.example")["user"]["id"] == "U0ANNA"
    assert web.users_info(user="U0ANNA")["user"]["profile"]["email"] == "anna@acme.example"
    assert refusal("users.lookupByEmail", email="piet@acme.example")["error"] == "users_not_found"
    users = sandbox.slack.state.users
    users["U0LARS"] = replace(users["U0LARS"], deleted=True)
    assert refusal("users.lookupByEmail", email="lars@acme.example")["error"] == "users_not_found"
    sandbox.slack.scopes.discard("users:read.email")
    assert refusal("users.lookupByEmail", email="anna@acme.example")["needed"] == "users:read.email"
    assert "email" not in web.users_info(user="U0ANNA")["user"]["profile"]


def test_lists_come_in_pages(web: WebClient) -> None:
    first = web.conversations_list(limit=2)
    rest = web.conversations_list(limit=2, cursor=first["response_metadata"]["next_cursor"])
    assert [each["id"] for page in (first, rest) for each in page["channels"]] == [HERE, "C0PRESS", "C0RANDOM"]
    assert rest["response_metadata"]["next_cursor"] == ""


def test_permalink_points_into_the_thread(web: WebClient) -> None:
    parent = web.chat_postMessage(channel=HERE, text="parent")["ts"]
    reply = web.chat_postMessage(channel=HERE, text="inside", thread_ts=parent)["ts"]
    link = web.chat_getPermalink(channel=HERE, message_ts=reply)["permalink"]
    assert link == f"https://acme.slack.com/archives/{HERE}/p{reply.replace('.', '')}?thread_ts={parent}&cid={HERE}"


def test_calls_are_logged_with_refusals_without_tokens(sandbox: Sandbox, web: WebClient, refusal: Refusal) -> None:
    web.chat_postMessage(channel=HERE, text="hi")
    refusal("chat.postMessage", channel="C0NONE", text="hi", token="xoxb-sandbox")
    assert [(call.method, call.args["channel"], call.error) for call in sandbox.slack.calls] == [
        ("chat.postMessage", HERE, None),
        ("chat.postMessage", "C0NONE", "channel_not_found"),
    ]
    assert "xoxb" not in str(sandbox.slack.calls)


def _ask(url: str, method: str, body: Json | None = None) -> Json:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)  # noqa: S310
    with urllib.request.urlopen(request) as response:  # noqa: S310 - the sandbox's own address
        answer: Json = json.load(response)
        return answer


class TestFault:
    def test_second_message_in_a_second_is_told_to_wait(self, sandbox: Sandbox, web: WebClient) -> None:
        sandbox.slack.rates.enabled = True
        web.chat_postMessage(channel=HERE, text="one")
        with pytest.raises(SlackApiError) as refused:
            web.chat_postMessage(channel=HERE, text="two")
        answer = refused.value.response
        assert (answer.status_code, answer["error"], answer.headers["Retry-After"]) == (429, "ratelimited", "1")
        web.chat_postMessage(channel="C0PRESS", text="elsewhere")

    @pytest.mark.parametrize(
        ("kind", "failure", "done"),
        [
            ("rate_limited", SlackApiError, 0),
            ("error_500", SlackApiError, 0),
            ("html_503", SlackApiError, 0),
            ("drop_before", RemoteDisconnected, 0),
            ("drop_after", RemoteDisconnected, 1),
            ("timeout_before", RemoteDisconnected, 0),
            ("timeout_after", RemoteDisconnected, 1),
        ],
    )
    def test_fault_happens_once_before_or_after_the_work(
        self, sandbox: Sandbox, web: WebClient, kind: str, failure: type[Exception], done: int
    ) -> None:
        sandbox.faults.add("slack", "chat.postMessage", kind, seconds=0.05)
        with pytest.raises((failure, ConnectionResetError)):
            web.chat_postMessage(channel=HERE, text="hi")
        assert len(sandbox.slack.messages(HERE)) == done
        web.chat_postMessage(channel=HERE, text="again")
        assert len(sandbox.slack.messages(HERE)) == done + 1

    def test_faults_are_planned_and_cleared_over_http_too(self, sandbox: Sandbox, web: WebClient) -> None:
        planned = {"target": "slack", "method": "*", "kind": "error_500", "times": 9}
        assert _ask(f"{sandbox.url}/sandbox/faults", "POST", planned) == {"ok": True}
        with pytest.raises(SlackApiError):
            web.auth_test()
        assert _ask(f"{sandbox.url}/sandbox/faults", "DELETE") == {"ok": True}
        assert web.auth_test()["ok"]


def test_clock_is_told(sandbox: Sandbox) -> None:
    assert _ask(f"{sandbox.url}/sandbox/clock", "GET")["speed"] == 1.0


def test_taken_port_is_an_error_at_start(sandbox: Sandbox) -> None:
    with pytest.raises(OSError, match="in use"):
        Sandbox(port=int(sandbox.url.rpartition(":")[2])).start()
