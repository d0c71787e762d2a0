"""Socket Mode with Slack's own clients: one envelope to one socket, acks, refreshes, drops."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
import websocket
from slack_bolt import App
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler as BuiltinHandler
from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler
from slack_sdk import WebClient

from bot.sandbox.server import Sandbox
from bot.sandbox.slack import Timing
from tests.support.process import eventually

Json = dict[str, Any]
HERE = "C0SUPPORT"
BUTTON = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
CARD = [{"type": "actions", "elements": [BUTTON]}]


@contextmanager
def connected(sandbox: Sandbox, mode: SocketModeHandler | BuiltinHandler) -> Iterator[None]:
    mode.connect()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
    try:
        yield
    finally:
        # Slack's clients notice their own close only seconds later; a cut connection they notice at once.
        mode.client.auto_reconnect_enabled = False
        sandbox.slack.drop_sockets()
        mode.close()  # type: ignore[no-untyped-call]  # likewise


class Raw:
    """A bare Socket Mode client: reads envelopes one by one and acknowledges when it is told to."""

    def __init__(self, sandbox: Sandbox) -> None:
        client = WebClient(base_url=sandbox.slack_api_url)
        address = client.apps_connections_open(app_token="xapp-sandbox")["url"]
        self.socket = websocket.create_connection(address, timeout=30)
        self.hello = self.read()

    def read(self) -> Json:
        message: Json = json.loads(self.socket.recv())
        return message

    def ack(self, envelope: Json, payload: Json | None = None) -> None:
        body = {"envelope_id": envelope["envelope_id"]} | ({"payload": payload} if payload else {})
        self.socket.send(json.dumps(body))


@contextmanager
def raws(sandbox: Sandbox, count: int) -> Iterator[list[Raw]]:
    sockets = [Raw(sandbox) for _ in range(count)]
    try:
        yield sockets
    finally:
        for each in sockets:
            each.socket.shutdown()  # type: ignore[no-untyped-call]  # untyped in websocket-client


def listening(web: WebClient, said: list[str]) -> App:
    """An app that answers commands, opens a modal at a click, and keeps what it hears said."""
    app = App(client=web, signing_secret="sandbox-signing-secret", process_before_response=True)
    app.command("/webcare")(lambda ack, command: ack(f"you said {command['text']}"))

    @app.event("message")
    def heard(event: Json) -> None:
        said.append(event["text"])

    @app.action("go")
    def go(ack: Callable[[], None], body: Json, client: WebClient) -> None:
        blocks = [{"type": "divider"}]
        title = {"type": "plain_text", "text": "T"}
        client.views_open(trigger_id=body["trigger_id"], view={"type": "modal", "title": title, "blocks": blocks})
        ack()

    return app


@pytest.mark.parametrize("handler", [SocketModeHandler, BuiltinHandler])
def test_slacks_own_clients_get_clicks_commands_and_events(
    sandbox: Sandbox, web: WebClient, handler: type[SocketModeHandler] | type[BuiltinHandler]
) -> None:
    said: list[str] = []
    with connected(sandbox, handler(listening(web, said), "xapp-sandbox", ping_interval=1)):
        eventually(lambda: sandbox.slack.sockets == 1)
        ts = web.chat_postMessage(channel=HERE, text="card", blocks=CARD)["ts"]
        assert sandbox.slack.click("U0ANNA", HERE, ts, "go").ok
        assert len(sandbox.slack.views("U0ANNA")) == 1
        assert sandbox.slack.command("U0ANNA", HERE, "/webcare open").ok
        assert sandbox.slack.ephemerals("U0ANNA")[-1].text == "you said open"
        sandbox.slack.say("U0LARS", HERE, "hello")
        eventually(lambda: said == ["hello"])


def test_client_follows_a_refresh_to_a_new_socket() -> None:
    with Sandbox(rate_limits=False, timing=Timing(refresh_grace=0)) as sandbox:
        web = WebClient("xoxb-sandbox", base_url=sandbox.slack_api_url)
        with connected(sandbox, BuiltinHandler(listening(web, []), "xapp-sandbox", ping_interval=1)):
            eventually(lambda: sandbox.slack.sockets == 1)
            assert sandbox.slack.refresh_sockets() == 1
            eventually(lambda: sandbox.slack.sockets == 0)
            eventually(lambda: sandbox.slack.sockets == 1)
            assert sandbox.slack.command("U0ANNA", HERE, "/webcare open").ok


def test_bots_client_comes_back_after_a_drop(sandbox: Sandbox, web: WebClient) -> None:
    app = App(client=web, signing_secret="sandbox-signing-secret", process_before_response=True)
    app.command("/webcare")(lambda ack: ack())
    with connected(sandbox, SocketModeHandler(app, "xapp-sandbox", ping_interval=2)):
        eventually(lambda: sandbox.slack.sockets == 1)
        assert sandbox.slack.drop_sockets() == 1
        eventually(lambda: sandbox.slack.sockets == 0)
        eventually(lambda: sandbox.slack.sockets == 1)
        assert sandbox.slack.command("U0ANNA", HERE, "/webcare open").ok


def test_hello_names_its_app_and_a_ticket_opens_one_socket(sandbox: Sandbox) -> None:
    address = WebClient(base_url=sandbox.slack_api_url).apps_connections_open(app_token="xapp-sandbox")["url"]
    first = websocket.create_connection(address, timeout=30)
    hello = json.loads(first.recv())
    assert (hello["type"], hello["connection_info"]["app_id"], hello["num_connections"]) == ("hello", "A0WEBCARE", 1)
    with pytest.raises(websocket.WebSocketBadStatusException):
        websocket.create_connection(address, timeout=30)
    first.close()


def test_eleventh_socket_is_turned_away(sandbox: Sandbox) -> None:
    with raws(sandbox, 11) as sockets:
        assert [each.hello["type"] for each in sockets] == ["hello"] * 10 + ["disconnect"]
        assert sockets[-1].hello["reason"] == "too_many_websockets"
        assert sandbox.slack.sockets == 10


def test_each_event_goes_to_exactly_one_socket(sandbox: Sandbox) -> None:
    with raws(sandbox, 3) as sockets:
        for number in range(6):
            sandbox.slack.say("U0LARS", HERE, str(number))
        texts = []
        for each in sockets:
            for _ in range(2):
                envelope = each.read()
                each.ack(envelope)
                assert (envelope["type"], envelope["accepts_response_payload"]) == ("events_api", False)
                texts.append(envelope["payload"]["event"]["text"])
    assert sorted(texts) == ["0", "1", "2", "3", "4", "5"]


def test_unacknowledged_event_is_sent_again_with_its_number() -> None:
    timing = Timing(ack=0.05, event_retries=(0.0, 0.0))
    with Sandbox(timing=timing) as sandbox, raws(sandbox, 1) as [raw]:
        sandbox.slack.say("U0LARS", HERE, "hello")
        first, second = raw.read(), raw.read()
        raw.ack(second)
    assert (first["retry_attempt"], second["retry_attempt"], second["retry_reason"]) == (0, 1, "timeout")
    assert first["payload"]["event_id"] == second["payload"]["event_id"]
    assert first["envelope_id"] != second["envelope_id"]


def test_warned_socket_serves_until_a_fresh_one_is_there() -> None:
    with Sandbox(timing=Timing(refresh_grace=60)) as sandbox, raws(sandbox, 1) as [old]:
        sandbox.slack.refresh_sockets()
        assert old.read()["reason"] == "warning"
        sandbox.slack.say("U0LARS", HERE, "to the old one")
        assert old.read()["payload"]["event"]["text"] == "to the old one"
        with raws(sandbox, 1) as [new]:
            for number in range(3):
                sandbox.slack.say("U0LARS", HERE, str(number))
            assert [new.read()["payload"]["event"]["text"] for _ in range(3)] == ["0", "1", "2"]


def test_socket_is_closed_when_its_grace_is_over() -> None:
    with Sandbox(timing=Timing(refresh_grace=0.05)) as sandbox, raws(sandbox, 1) as [raw]:
        sandbox.slack.refresh_sockets()
        assert [raw.read()["reason"] for _ in range(2)] == ["warning", "refresh_requested"]
        assert raw.socket.recv() == ""


def test_socket_is_refreshed_when_its_life_is_over() -> None:
    with Sandbox(timing=Timing(socket_life=0.05)) as sandbox, raws(sandbox, 1) as [raw]:
        assert raw.hello["debug_info"]["approximate_connection_time"] == 0.05
        assert raw.read()["type"] == "disconnect"


def test_unacknowledged_command_times_out_for_the_user() -> None:
    with Sandbox(timing=Timing(ack=0.05)) as sandbox, raws(sandbox, 1):
        outcome = sandbox.slack.command("U0ANNA", HERE, "/webcare open")
    assert outcome.error == '/webcare failed with the error "operation_timeout"'


def test_bots_own_messages_and_changes_are_events_too(sandbox: Sandbox, web: WebClient) -> None:
    with raws(sandbox, 1) as [raw]:
        ts = web.chat_postMessage(channel=HERE, text="one")["ts"]
        web.chat_update(channel=HERE, ts=ts, text="two")
        web.chat_delete(channel=HERE, ts=ts)
        web.chat_postEphemeral(channel=HERE, user="U0ANNA", text="unseen")
        web.conversations_join(channel="C0RANDOM")
        events = []
        for _ in range(4):
            envelope = raw.read()
            raw.ack(envelope)
            events.append(envelope["payload"]["event"])
    assert [(event["type"], event.get("subtype")) for event in events] == [
        ("message", None),
        ("message", "message_changed"),
        ("message", "message_deleted"),
        ("member_joined_channel", None),
    ]
    assert (events[0]["bot_id"], events[1]["message"]["text"], events[2]["deleted_ts"]) == ("B0BOT", "two", ts)


def test_events_elsewhere_do_not_reach_the_bot(sandbox: Sandbox) -> None:
    with raws(sandbox, 1) as [raw]:
        sandbox.slack.say("U0LARS", "C0RANDOM", "secret")
        sandbox.slack.say("U0LARS", HERE, "open")
        assert raw.read()["payload"]["event"]["text"] == "open"


def test_senseless_acks_are_ignored(sandbox: Sandbox) -> None:
    with raws(sandbox, 1) as [raw]:
        for nonsense in ("hello", "[]", "{}", '{"envelope_id": "x"}', "null"):
            raw.socket.send(nonsense)
        sandbox.slack.say("U0LARS", HERE, "still here")
        assert raw.read()["payload"]["event"]["text"] == "still here"


def test_dropping_is_also_a_request_of_the_page(sandbox: Sandbox) -> None:
    with raws(sandbox, 2):
        answer = requests.post(f"{sandbox.url}/sandbox/slack/drop-sockets", timeout=30).json()
    assert answer == {"ok": True, "dropped": 2}
