"""What the browser's page sees and does, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from slack_sdk import WebClient

from bot.sandbox.server import Sandbox

Json = dict[str, Any]
HERE = "C0SUPPORT"


class Page:
    def __init__(self, sandbox: Sandbox) -> None:
        self._url = f"{sandbox.url}/sandbox/slack"

    def state(self, user: str = "U0ANNA") -> Json:
        found: Json = requests.get(f"{self._url}/state", {"user": user}, timeout=30).json()
        return found

    def do(self, what: str, **asked: Any) -> Json:
        answer: Json = requests.post(f"{self._url}/{what}", json={"user": "U0ANNA"} | asked, timeout=30).json()
        return answer

    def messages(self, user: str = "U0ANNA") -> list[Json]:
        found: list[Json] = self.state(user)["channels"][0]["messages"]
        return found


@pytest.fixture
def page(sandbox: Sandbox) -> Page:
    return Page(sandbox)


def test_workspace_has_its_people_channels_and_commands(page: Page) -> None:
    state = page.state()
    assert state["team"] == {"name": "Acme"}
    assert [user["id"] for user in state["users"]] == ["U0ANNA", "U0LARS", "U0EMMA", "U0LEAD"]
    assert [user["lead"] for user in state["users"]] == [False, False, False, True]
    assert [channel["name"] for channel in state["channels"]] == ["webcare", "press-office", "random"]
    assert [(dm["id"], dm["name"]) for dm in state["dms"]] == [("D0ANNA", "webcare")]
    assert (state["commands"][0]["command"], state["shortcuts"]) == ("/webcare", [])
    assert (state["modal"], state["home"]) == (None, None)


def test_replies_lie_under_their_parent_and_broadcasts_twice(page: Page, web: WebClient) -> None:
    parent = web.chat_postMessage(channel=HERE, text="parent")["ts"]
    page.do("message", channel=HERE, text="inside", thread_ts=parent)
    web.chat_postMessage(channel=HERE, text="loud", thread_ts=parent, reply_broadcast=True)
    first, second = page.messages()
    assert [reply["text"] for reply in first["replies"]] == ["inside", "loud"]
    assert (second["text"], second["broadcast"], second["thread_ts"]) == ("loud", True, parent)
    assert first["replies"][0]["author"] == {"id": "U0ANNA", "name": "Anna Bakker", "bot": False}
    assert first["author"]["bot"]


def test_ephemeral_message_is_for_one_user(page: Page, web: WebClient) -> None:
    web.chat_postEphemeral(channel=HERE, user="U0ANNA", text="only you")
    assert [(message["text"], message["ephemeral"]) for message in page.messages()] == [("only you", True)]
    assert page.messages("U0LARS") == []


def test_edited_text_says_so_and_updated_blocks_do_not(page: Page, web: WebClient) -> None:
    divider = [{"type": "divider"}]
    plain, card = (web.chat_postMessage(channel=HERE, text=text)["ts"] for text in ("plain", "card"))
    web.chat_update(channel=HERE, ts=plain, text="plainer")
    web.chat_update(channel=HERE, ts=card, text="card", blocks=divider)
    assert [message["edited"] for message in page.messages()] == [True, False]


def test_page_tells_what_the_app_never_hears(page: Page, web: WebClient) -> None:
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    blocks = [{"type": "actions", "elements": [button]}]
    ts = web.chat_postMessage(channel=HERE, text="card", blocks=blocks)["ts"]
    container = {"type": "message", "channel": HERE, "ts": ts}
    answer = page.do("action", container=container, action={"action_id": "go", "type": "button"})
    assert answer["error"] == "This app is not configured to handle interactive responses."
    page.do("command", channel=HERE, text="/webcare open")
    notice = page.messages()[-1]
    assert (notice["author"]["name"], notice["text"]) == (
        "Slackbot",
        '/webcare failed with the error "dispatch_failed"',
    )


def test_modal_shows_its_top_view_to_its_user_alone(sandbox: Sandbox, page: Page, web: WebClient) -> None:
    view = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": [{"type": "divider"}]}
    view_id = web.views_open(trigger_id=sandbox.slack.state.triggers.issue("U0ANNA"), view=view)["view"]["id"]
    assert page.state()["modal"]["id"] == view_id
    assert page.do("view", user="U0LARS", view_id=view_id, event="close")["error"] == "not_found"
    assert page.do("view", view_id=view_id, event="close")["ok"]
    assert page.state()["modal"] is None


@pytest.mark.parametrize(
    ("what", "asked"),
    [
        ("message", {"channel": HERE}),
        ("command", {"channel": HERE, "text": "/webcare", "user": "U0NOBODY"}),
        ("action", {"container": {"type": "view", "view_id": "V0NONE"}, "action": {}}),
    ],
)
def test_nonsense_from_the_page_is_refused_in_words(page: Page, what: str, asked: Json) -> None:
    answer = page.do(what, **asked)
    assert (answer["ok"], bool(answer["error"])) == (False, True)


def test_unknown_user_sees_nothing(page: Page) -> None:
    assert page.state("U0NOBODY") == {"ok": False, "error": "user_not_found"}


def test_stream_tells_that_something_changed(sandbox: Sandbox, web: WebClient) -> None:
    with requests.get(f"{sandbox.url}/sandbox/stream", stream=True, timeout=30) as stream:
        lines = (line.decode() for line in stream.iter_lines())
        assert next(lines).startswith("retry")
        web.chat_postMessage(channel=HERE, text="hi")
        assert next(line for line in lines if line.startswith("data")) == 'data: {"changed": "slack"}'
