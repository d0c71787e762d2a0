"""Modals: how they open, what the app may answer to a submission, what is kept, and how they close."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.sandbox.server import Sandbox
from bot.sandbox.slack import Timing
from bot.sandbox.slack.acks import Ack
from bot.sandbox.slack.client import TROUBLE
from bot.sandbox.slack.errors import SlackError

Json = dict[str, Any]
Refusal = Callable[..., Json]
ANNA = "U0ANNA"


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def words(block_id: str = "reply", **more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "words", **more.pop("element", {})}
    return {"type": "input", "block_id": block_id, "label": plain("Words"), "element": element, **more}


def modal(title: str = "Form", *blocks: Json, **more: Any) -> Json:
    shown = {"type": "modal", "callback_id": "form", "title": plain(title), "submit": plain("Send")}
    return shown | {"blocks": list(blocks) or [words()]} | more


class App:
    """Stands in for the app: gives the next answer to whatever Slack sends, and keeps what that was."""

    def __init__(self) -> None:
        self.heard: list[Json] = []
        self.answers: list[Ack] = []

    async def send(self, kind: str, payload: Json, *, answerable: bool) -> Ack:
        self.heard.append(payload)
        return self.answers.pop(0) if self.answers and answerable else Ack()


@pytest.fixture
def app(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> App:
    stand_in = App()
    monkeypatch.setattr(sandbox.slack.delivery, "send", stand_in.send)
    return stand_in


def trigger(sandbox: Sandbox, user: str = ANNA) -> str:
    return sandbox.slack.state.triggers.issue(user)


def titles(sandbox: Sandbox) -> list[str]:
    return [view["title"]["text"] for view in sandbox.slack.views(ANNA)]


def opened(sandbox: Sandbox, web: WebClient, view: Json | None = None) -> Json:
    found: Json = web.views_open(trigger_id=trigger(sandbox), view=view or modal())["view"]
    return found


def test_modal_opens_for_the_user_of_the_trigger(sandbox: Sandbox, web: WebClient) -> None:
    view = opened(sandbox, web, modal(private_metadata="1042"))
    assert sandbox.slack.views(ANNA) == [view]
    assert sandbox.slack.views("U0LARS") == []
    assert (view["private_metadata"], view["root_view_id"], view["previous_view_id"]) == ("1042", view["id"], None)
    assert view["state"] == {"values": {"reply": {"words": {"type": "plain_text_input", "value": None}}}}


def test_trigger_is_spent_by_a_modal_and_not_by_a_refusal(sandbox: Sandbox, web: WebClient, refusal: Refusal) -> None:
    trigger_id = trigger(sandbox)
    refused = refusal("views.open", trigger_id=trigger_id, view=modal(submit=None))
    assert refused["response_metadata"]["messages"] == [
        "[ERROR] must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/0/input]"
    ]
    web.views_open(trigger_id=trigger_id, view=modal())
    assert refusal("views.open", trigger_id=trigger_id, view=modal())["error"] == "exchanged_trigger_id"
    assert refusal("views.open", trigger_id="1.2.3", view=modal())["error"] == "invalid_trigger_id"
    assert refusal("views.open", trigger_id=trigger(sandbox), view={"type": "home", "blocks": []})["error"] == (
        "invalid_arguments"
    )


def test_trigger_older_than_three_seconds_opens_nothing() -> None:
    at = [100.0]
    with Sandbox(rate_limits=False, timing=Timing(monotonic=lambda: at[0])) as sandbox:
        client = WebClient("xoxb-sandbox", base_url=sandbox.slack_api_url)
        old, fresh = trigger(sandbox), trigger(sandbox)
        at[0] += 3
        client.views_open(trigger_id=fresh, view=modal())
        at[0] += 0.01
        answer = client.api_call
        with pytest.raises(Exception, match="expired_trigger_id"):
            answer("views.open", json={"trigger_id": old, "view": modal()})


def test_at_most_three_modals_lie_on_each_other(sandbox: Sandbox, web: WebClient, refusal: Refusal) -> None:
    first = opened(sandbox, web, modal("one"))
    second = web.views_push(trigger_id=trigger(sandbox), view=modal("two"))["view"]
    assert (second["root_view_id"], second["previous_view_id"]) == (first["id"], first["id"])
    web.views_push(trigger_id=trigger(sandbox), view=modal("three"))
    assert refusal("views.push", trigger_id=trigger(sandbox), view=modal("four"))["error"] == "push_limit_reached"
    assert titles(sandbox) == ["one", "two", "three"]


def test_update_needs_the_right_view_and_hash(sandbox: Sandbox, web: WebClient, refusal: Refusal) -> None:
    view = opened(sandbox, web, modal("one", external_id="mine"))
    changed = web.views_update(view_id=view["id"], hash=view["hash"], view=modal("two", external_id="mine"))["view"]
    assert changed["hash"] != view["hash"]
    stale = refusal("views.update", view_id=view["id"], hash=view["hash"], view=modal("three"))
    assert stale["error"] == "hash_conflict"
    web.views_update(external_id="mine", view=modal("four"))
    assert titles(sandbox) == ["four"]
    assert refusal("views.update", view_id="V0NONE", view=modal())["error"] == "not_found"
    assert refusal("views.update", view=modal())["error"] == "invalid_arguments"


def test_external_id_is_taken_once(sandbox: Sandbox, web: WebClient, refusal: Refusal) -> None:
    opened(sandbox, web, modal(external_id="mine"))
    second = refusal("views.push", trigger_id=trigger(sandbox), view=modal(external_id="mine"))
    assert second["error"] == "duplicate_external_id"


def test_home_tab_is_per_user_and_guarded_by_its_hash(sandbox: Sandbox, web: WebClient, refusal: Refusal) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    view = web.views_publish(user_id=ANNA, view=home)["view"]
    web.views_publish(user_id=ANNA, hash=view["hash"], view=home)
    assert refusal("views.publish", user_id=ANNA, hash=view["hash"], view=home)["error"] == "hash_conflict"
    assert refusal("views.publish", user_id="U0NOBODY", view=home)["error"] == "invalid_arguments"
    assert sandbox.slack.home_view("U0LARS") is None


def test_submission_the_client_refuses_never_reaches_the_app(sandbox: Sandbox, web: WebClient, app: App) -> None:
    opened(sandbox, web, modal("Form", words(element={"max_length": 5})))
    assert sandbox.slack.submit(ANNA).errors == {"reply": "Please complete this required field."}
    assert sandbox.slack.submit(ANNA, {"words": "too long"}).errors == {
        "reply": "Please shorten this to 5 characters or fewer."
    }
    assert app.heard == []


def test_submission_carries_values_and_empty_answer_closes(sandbox: Sandbox, web: WebClient, app: App) -> None:
    opened(sandbox, web, modal("one"))
    web.views_push(trigger_id=trigger(sandbox), view=modal("two", private_metadata="1042"))
    assert sandbox.slack.submit(ANNA, {"reply": {"words": "hello"}}).ok
    [payload] = app.heard
    assert (payload["type"], payload["view"]["private_metadata"], payload["response_urls"]) == (
        "view_submission",
        "1042",
        [],
    )
    assert payload["view"]["state"]["values"]["reply"]["words"] == {"type": "plain_text_input", "value": "hello"}
    assert titles(sandbox) == ["one"]


@pytest.mark.parametrize(
    ("answer", "stack"),
    [
        ({"response_action": "clear"}, []),
        ({"response_action": "update", "view": modal("changed")}, ["one", "changed"]),
        ({"response_action": "push", "view": modal("three")}, ["one", "two", "three"]),
    ],
)
def test_answer_can_clear_update_or_push(
    sandbox: Sandbox, web: WebClient, app: App, answer: Json, stack: list[str]
) -> None:
    opened(sandbox, web, modal("one"))
    web.views_push(trigger_id=trigger(sandbox), view=modal("two"))
    app.answers = [Ack(answer)]
    assert sandbox.slack.submit(ANNA, {"words": "hello"}).ok
    assert titles(sandbox) == stack


def test_errors_are_shown_under_their_inputs_with_the_words(sandbox: Sandbox, web: WebClient, app: App) -> None:
    opened(sandbox, web)
    app.answers = [Ack({"response_action": "errors", "errors": {"reply": "too rude"}})]
    assert sandbox.slack.submit(ANNA, {"words": "grr"}).errors == {"reply": "too rude"}
    assert sandbox.slack.views(ANNA)[0]["state"]["values"]["reply"]["words"]["value"] == "grr"


@pytest.mark.parametrize(
    "answer",
    [
        Ack(error="operation_timeout"),
        Ack(error="status_500"),
        Ack({"response_action": "errors", "errors": {"nowhere": "?"}}),
        Ack({"response_action": "errors", "errors": {}}),
        Ack({"response_action": "explode"}),
        Ack({"response_action": "update", "view": {"type": "modal", "blocks": []}}),
    ],
)
def test_unusable_answer_leaves_the_modal_with_a_sorry(sandbox: Sandbox, web: WebClient, app: App, answer: Ack) -> None:
    opened(sandbox, web)
    app.answers = [answer]
    assert sandbox.slack.submit(ANNA, {"words": "hello"}).error == TROUBLE
    assert len(sandbox.slack.views(ANNA)) == 1


def test_typed_words_outlive_an_update_with_the_same_ids(sandbox: Sandbox, web: WebClient, app: App) -> None:
    extra = {"type": "actions", "elements": [{"type": "button", "action_id": "more", "text": plain("More")}]}
    view = opened(sandbox, web, modal("one", words(), extra))
    sandbox.slack.act(ANNA, "more", values={"words": "half a"})
    [payload] = app.heard
    assert payload["view"]["state"]["values"]["reply"]["words"]["value"] == "half a"
    web.views_update(view_id=view["id"], view=modal("two", words(element={"initial_value": "fresh"})))
    assert sandbox.slack.views(ANNA)[0]["state"]["values"]["reply"]["words"]["value"] == "half a"
    web.views_update(view_id=view["id"], view=modal("three", words("other", element={"initial_value": "fresh"})))
    assert sandbox.slack.views(ANNA)[0]["state"]["values"]["other"]["words"]["value"] == "fresh"


@pytest.mark.parametrize(
    ("block", "event", "told"),
    [
        (words(), "on_enter_pressed", False),
        (words(dispatch_action=True), "on_enter_pressed", True),
        (words(dispatch_action=True), "on_character_entered", False),
        (
            words(
                dispatch_action=True,
                element={"dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}},
            ),
            "on_character_entered",
            True,
        ),
    ],
)
def test_input_tells_the_app_only_when_it_asks_for_that(
    sandbox: Sandbox, web: WebClient, app: App, block: Json, event: str, told: bool
) -> None:
    opened(sandbox, web, modal("Form", block))
    assert sandbox.slack.act(ANNA, "words", "a", type="plain_text_input", trigger=event).ok
    assert [payload["actions"][0]["value"] for payload in app.heard] == (["a"] if told else [])
    assert sandbox.slack.views(ANNA)[0]["state"]["values"]["reply"]["words"]["value"] == "a"


def test_closing_tells_the_app_only_when_it_asks_for_that(sandbox: Sandbox, web: WebClient, app: App) -> None:
    opened(sandbox, web, modal("one", notify_on_close=True))
    web.views_push(trigger_id=trigger(sandbox), view=modal("two"))
    sandbox.slack.close(ANNA)
    assert (app.heard, titles(sandbox)) == ([], ["one"])
    web.views_push(trigger_id=trigger(sandbox), view=modal("two", notify_on_close=True))
    sandbox.slack.close(ANNA, everything=True)
    assert [(each["type"], each["view"]["title"]["text"], each["is_cleared"]) for each in app.heard] == [
        ("view_closed", "two", True),
        ("view_closed", "one", True),
    ]


def test_closed_modal_is_neither_submitted_nor_closed(sandbox: Sandbox, web: WebClient) -> None:
    opened(sandbox, web)
    with pytest.raises(SlackError, match="not_found"):
        sandbox.slack.submit("U0LARS", {})
    with pytest.raises(SlackError, match="not_found"):
        sandbox.slack.close("U0LARS")


def test_submission_brings_response_urls_when_asked_for(sandbox: Sandbox, web: WebClient, app: App) -> None:
    chooser = {"type": "conversations_select", "action_id": "where", "response_url_enabled": True}
    block = {"type": "input", "block_id": "to", "label": plain("Where"), "element": chooser}
    opened(sandbox, web, modal("Form", block))
    sandbox.slack.submit(ANNA, {"where": "C0PRESS"})
    [address] = app.heard[0]["response_urls"]
    assert (address["block_id"], address["action_id"], address["channel_id"]) == ("to", "where", "C0PRESS")
