"""Interactions, commands and events over signed HTTP, taken by a real Bolt app in a real server."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
import requests
from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from bot.sandbox.server import Sandbox
from bot.sandbox.slack import Timing
from bot.sandbox.slack.client import TROUBLE
from bot.sandbox.slack.errors import SlackError
from tests.support.process import eventually

Json = dict[str, Any]
HERE = "C0SUPPORT"
TIMED_OUT = "Operation timed out. Apps need to respond within 3 seconds."


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


GO: Json = {"type": "button", "action_id": "go", "text": plain("Go"), "value": "7"}
CARD: list[Json] = [{"type": "actions", "block_id": "buttons", "elements": [GO]}]
WORDS: Json = {
    "type": "input",
    "block_id": "reply",
    "label": plain("Words"),
    "element": {"type": "plain_text_input", "action_id": "words"},
}


def modal(callback_id: str = "form", *blocks: Json, **more: Any) -> Json:
    shown = {"type": "modal", "callback_id": callback_id, "title": plain("Form"), "submit": plain("Send")}
    return shown | {"blocks": list(blocks) or [WORDS]} | more


class Server:
    """A web server in a thread; `heard` holds each request's headers and body."""

    def __init__(self, answer: WSGIApplication) -> None:
        self.heard: list[tuple[dict[str, str], str]] = []

        def events(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            request = Request(environ)
            self.heard.append((dict(request.headers), request.get_data(as_text=True)))
            environ["wsgi.input"] = BytesIO(request.get_data())
            return answer(environ, start_response)

        self._server = make_server("127.0.0.1", 0, events, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}/slack/events"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def app(web: WebClient) -> App:
    return App(client=web, signing_secret="sandbox-signing-secret", process_before_response=True)


@pytest.fixture
def server(sandbox: Sandbox, app: App) -> Iterator[Server]:
    running = Server(SlackRequestHandler(app))
    sandbox.slack.events_url = running.url
    yield running
    running.close()


def clicked(app: App) -> list[Json]:
    """The payloads of clicks on "go", which the app takes and does nothing about."""
    bodies: list[Json] = []

    @app.action("go")
    def go(ack: Callable[[], None], body: Json) -> None:
        bodies.append(body)
        ack()

    return bodies


def test_new_address_must_answer_the_challenge(sandbox: Sandbox, server: Server) -> None:
    assert sandbox.slack.verify_events_url()
    sandbox.slack.events_url = server.url + "/elsewhere"
    assert not sandbox.slack.verify_events_url()


def test_click_brings_everything_that_slack_says(sandbox: Sandbox, server: Server, app: App, web: WebClient) -> None:
    bodies = clicked(app)
    ts = web.chat_postMessage(channel=HERE, text="card", blocks=CARD)["ts"]
    assert sandbox.slack.click("U0ANNA", HERE, ts, "go").ok
    [body] = bodies
    assert body["container"] == {"type": "message", "message_ts": ts, "channel_id": HERE, "is_ephemeral": False}
    assert (body["user"]["id"], body["channel"]["name"], body["message"]["ts"]) == ("U0ANNA", "webcare", ts)
    assert (body["api_app_id"], body["team"]["id"], body["state"]) == ("A0WEBCARE", "T0ACME", {"values": {}})
    [action] = body["actions"]
    assert action.pop("action_ts")
    assert action == {"type": "button", "action_id": "go", "block_id": "buttons", "text": plain("Go"), "value": "7"}


def test_unsigned_request_never_reaches_the_app(sandbox: Sandbox, server: Server, app: App, web: WebClient) -> None:
    reached = clicked(app)
    ts = web.chat_postMessage(channel=HERE, text="card", blocks=CARD)["ts"]
    sandbox.slack.delivery.webhooks.secret = "another-secret"
    outcome = sandbox.slack.click("U0ANNA", HERE, ts, "go")
    assert (outcome.ok, outcome.error, reached) == (False, "This app responded with Status Code 401.", [])


def test_clock_six_minutes_off_makes_the_signature_stale(web: WebClient) -> None:
    timing = Timing(wall=lambda: time.time() - 360)
    with Sandbox(rate_limits=False, timing=timing) as sandbox:
        client = WebClient("xoxb-sandbox", base_url=sandbox.slack_api_url)
        app = App(client=client, signing_secret="sandbox-signing-secret", process_before_response=True)
        server = Server(SlackRequestHandler(app))
        sandbox.slack.events_url = server.url
        outcome = sandbox.slack.command("U0ANNA", HERE, "/webcare open")
        server.close()
    assert outcome.error == '/webcare failed with the error "dispatch_failed"'


def test_slow_app_is_told_to_the_user(web: WebClient) -> None:
    release = threading.Event()

    def slow(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        release.wait(5)
        return Response()(environ, start_response)

    server = Server(slow)
    with Sandbox(rate_limits=False, timing=Timing(ack=0.05)) as sandbox:
        sandbox.slack.events_url = server.url
        client = WebClient("xoxb-sandbox", base_url=sandbox.slack_api_url)
        ts = client.chat_postMessage(channel=HERE, text="card", blocks=CARD)["ts"]
        assert sandbox.slack.click("U0ANNA", HERE, ts, "go").error == TIMED_OUT
        assert not sandbox.slack.command("U0ANNA", HERE, "/webcare open").ok
        [notice] = sandbox.slack.ephemerals("U0ANNA")
        assert notice.text == '/webcare failed with the error "operation_timeout"'
        trigger_id = sandbox.slack.state.triggers.issue("U0ANNA")
        client.views_open(trigger_id=trigger_id, view=modal())
        assert sandbox.slack.submit("U0ANNA", {"words": "hello"}).error == TROUBLE
        assert len(sandbox.slack.views("U0ANNA")) == 1
        release.set()
    server.close()


def test_command_comes_escaped_and_is_answered_to_one_user(sandbox: Sandbox, server: Server, app: App) -> None:
    commands: list[Json] = []

    @app.command("/webcare")
    def webcare(ack: Callable[..., None], command: Json) -> None:
        commands.append(command)
        ack(text=f"you said {command['text']}", response_type="in_channel" if "all" in command["text"] else "ephemeral")

    assert sandbox.slack.command("U0ANNA", HERE, "/webcare handover 1 @lars & co").ok
    [command] = commands
    assert command["text"] == "handover 1 <@U0LARS|lars> &amp; co"
    assert (command["channel_name"], command["user_name"], command["command"]) == ("webcare", "anna", "/webcare")
    [answer] = sandbox.slack.ephemerals("U0ANNA")
    assert answer.text == "you said handover 1 <@U0LARS|lars> &amp; co"
    sandbox.slack.command("U0ANNA", HERE, "/webcare all")
    assert [message.text for message in sandbox.slack.messages(HERE)] == ["you said all"]


@pytest.mark.parametrize(
    ("line", "thread", "error"),
    [
        ("/webcare open", "1.000001", "/webcare is not supported in threads. Sorry!"),
        ("/webcar open", None, "/webcar is not a valid command."),
        ("/webcare open", None, '/webcare failed with the error "dispatch_failed"'),
    ],
)
def test_command_that_cannot_run_says_why(sandbox: Sandbox, line: str, thread: str | None, error: str) -> None:
    assert sandbox.slack.command("U0ANNA", HERE, line, thread).error == error
    assert [message.text for message in sandbox.slack.ephemerals("U0ANNA")] == [error]


def test_response_url_answers_replaces_and_deletes_five_times(
    sandbox: Sandbox, server: Server, app: App, web: WebClient
) -> None:
    clicks = clicked(app)
    ts = web.chat_postMessage(channel=HERE, text="card", blocks=CARD)["ts"]
    sandbox.slack.click("U0ANNA", HERE, ts, "go")
    url = clicks[0]["response_url"]
    hook = WebhookClient(url)
    assert hook.send(text="for you").status_code == 200
    assert hook.send(text="for all", response_type="in_channel").status_code == 200
    assert hook.send(text="changed", replace_original=True).status_code == 200
    assert [message.text for message in sandbox.slack.ephemerals("U0ANNA")] == ["for you"]
    assert [message.text for message in sandbox.slack.messages(HERE)] == ["changed", "for all"]
    assert hook.send(blocks=[{"type": "section"}]).status_code == 400
    assert hook.send(delete_original=True).status_code == 200
    assert [message.text for message in sandbox.slack.messages(HERE)] == ["for all"]
    spent = hook.send(text="once more")
    assert (spent.status_code, spent.body) == (404, '{"ok": false, "error": "used_url"}')
    assert requests.post(url + "x", json={"text": "?"}, timeout=30).json()["error"] == "expired_url"


def test_ephemeral_message_is_replaced_by_its_own_buttons(
    sandbox: Sandbox, server: Server, app: App, web: WebClient
) -> None:
    bodies: list[Json] = []

    @app.action("go")
    def go(ack: Callable[[], None], body: Json, respond: Callable[..., None]) -> None:
        bodies.append(body)
        respond(text="done", replace_original=True)
        ack()

    ts = web.chat_postEphemeral(channel=HERE, user="U0ANNA", text="sure?", blocks=CARD)["message_ts"]
    with pytest.raises(SlackError, match="message_not_found"):
        sandbox.slack.click("U0LARS", HERE, ts, "go")
    assert sandbox.slack.click("U0ANNA", HERE, ts, "go").ok
    assert bodies[0]["container"]["is_ephemeral"]
    assert "message" not in bodies[0]
    assert [(message.text, message.blocks) for message in sandbox.slack.ephemerals("U0ANNA")] == [("done", None)]


def test_click_on_what_is_not_there_is_an_error(sandbox: Sandbox, web: WebClient) -> None:
    ts = web.chat_postMessage(channel=HERE, text="card", blocks=CARD)["ts"]
    with pytest.raises(LookupError, match="no element stop here"):
        sandbox.slack.click("U0ANNA", HERE, ts, "stop")


def test_old_card_on_a_users_screen_can_be_clicked(sandbox: Sandbox, server: Server, app: App, web: WebClient) -> None:
    clicks = clicked(app)
    ts = web.chat_postMessage(channel=HERE, text="card")["ts"]
    assert sandbox.slack.click("U0ANNA", HERE, ts, "go", "9", type="button", block_id="old").ok
    assert clicks[0]["actions"][0]["value"] == "9"


def test_home_is_published_when_it_is_opened(sandbox: Sandbox, server: Server, app: App) -> None:
    @app.event("app_home_opened")
    def opened(event: Json, client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": CARD})

    clicks = clicked(app)
    assert sandbox.slack.home_view("U0ANNA") is None
    assert sandbox.slack.home("U0ANNA").ok
    assert sandbox.slack.act("U0ANNA", "go").ok
    assert (clicks[0]["container"]["type"], clicks[0]["view"]["type"]) == ("view", "home")


def test_event_not_taken_is_sent_again_with_number_and_reason() -> None:
    answers = iter(map(Response, ("", "", ""), (500, 500, 200)))

    def failing_twice(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return next(answers)(environ, start_response)

    server = Server(failing_twice)
    with Sandbox(timing=Timing(event_retries=(0.0, 0.0, 0.0))) as sandbox:
        sandbox.slack.events_url = server.url
        sandbox.slack.say("U0ANNA", HERE, "hello @webcare")
        eventually(lambda: len(server.heard) == 3)
    server.close()
    headers = [heard[0] for heard in server.heard]
    assert [each.get("X-Slack-Retry-Num") for each in headers] == [None, "1", "2"]
    assert [each.get("X-Slack-Retry-Reason") for each in headers] == [None, "http_error", "http_error"]
    assert len({body for _, body in server.heard}) == 1, "a repeat has the same event_id"


def test_app_can_ask_for_no_repeats() -> None:
    server = Server(Response(status=500, headers={"X-Slack-No-Retry": "1"}))
    with Sandbox(timing=Timing(event_retries=(0.0,))) as sandbox:
        sandbox.slack.events_url = server.url
        assert not sandbox.slack.home("U0ANNA").ok
        sandbox.slack.say("U0ANNA", HERE, "hello")
        eventually(lambda: len(server.heard) == 2)
        sandbox.slack.say("U0ANNA", HERE, "again")
        eventually(lambda: len(server.heard) == 3)
    server.close()
    assert all("X-Slack-Retry-Num" not in headers for headers, _ in server.heard)
