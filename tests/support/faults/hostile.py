"""What somebody might send who has the signing secret and means no good, or a Slack that has changed."""

from __future__ import annotations

import json
import time
from copy import deepcopy
from typing import Any
from urllib.parse import urlencode

from hypothesis import strategies as st

from bot.sandbox.slack.seed import SIGNING_SECRET
from bot.sandbox.slack.webhooks import FORM, JSON, signature
from handlers import MENU_CHOICES, SLASH_WORDS

Json = dict[str, Any]
ACTIONS = (
    "answer_colleague",
    "claim",
    "claim_next",
    "claim_next_waiting",
    "escalate",
    "history",
    "mark_sent",
    "more",
    "open_post",
    "reply",
    "send_again",
    "show_text",
    "take_over",
    "text",
    "undo",
    "never_heard_of",
)
VIEWS = ("close", "escalate", "hand_over", "reply", "take_over", "answer_colleague", "never_heard_of")
MENU = (*(choice.name for choice in MENU_CHOICES), "explode")
WORDS = tuple(
    f"{word.form.replace('1042', '1')} {rest}" for word in SLASH_WORDS for rest in ("", "hi", "<@U0EMMA>", "@klant")
)

strange = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=40),
    st.sampled_from(
        ["1", "-1", "0", "999999999", "9999999999", "\uff11", "1e3", "1;DROP TABLE thread", "<!channel>", "\x00"]
    ),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
)
numbers = st.sampled_from(["1", "2", "3", "999999999", "01", "-1", "", "1 OR 1=1", "\u0661", "9" * 30])


def click(action_id: str, value: str, channel: str = "C0SUPPORT", user: str = "U0LARS") -> Json:
    action: Json = {"action_id": action_id, "block_id": "b", "type": "button", "value": value, "action_ts": "1.1"}
    if action_id == "more":
        what, _, number = value.rpartition(":")
        action |= {"type": "overflow", "selected_option": {"value": f"{what or 'release'}:{number}"}}
    return {
        "type": "block_actions",
        "user": {"id": user, "name": "lars", "team_id": "T0ACME"},
        "team": {"id": "T0ACME", "domain": "acme"},
        "api_app_id": "A0WEBCARE",
        "trigger_id": f"{time.monotonic_ns()}.1",
        "channel": {"id": channel, "name": "webcare"},
        "container": {"type": "message", "channel_id": channel, "message_ts": "1.1"},
        "message": {"ts": "1.1", "text": "", "blocks": []},
        "actions": [action],
    }


def submission(callback_id: str, thread: object, text: object = "words") -> Json:
    seen = {"message": 0, "reply": 0, "at": "2026-11-20T15:40:00+00:00"}
    values: Json = {
        "text": {"text": {"value": text}},
        "reason": {"reason": {"value": text}},
        "why": {"why": {"value": text}},
        "target": {"target": {"selected_option": {"value": "lead:U0LEAD"}}},
        "to": {"to": {"selected_user": "U0EMMA"}},
    }
    return {
        "type": "view_submission",
        "user": {"id": "U0LARS", "name": "lars", "team_id": "T0ACME"},
        "team": {"id": "T0ACME", "domain": "acme"},
        "api_app_id": "A0WEBCARE",
        "trigger_id": f"{time.monotonic_ns()}.1",
        "view": {
            "id": f"V{time.monotonic_ns()}",
            "type": "modal",
            "callback_id": callback_id,
            "hash": "1.1",
            "private_metadata": json.dumps({"thread": thread, "seen": seen}),
            "blocks": [{"type": "input", "block_id": "text", "element": {}}],
            "state": {"values": values},
        },
    }


def command(text: str, channel: str = "C0SUPPORT") -> Json:
    return {
        "command": "/webcare",
        "text": text,
        "user_id": "U0LARS",
        "user_name": "lars",
        "team_id": "T0ACME",
        "channel_id": channel,
        "trigger_id": f"{time.monotonic_ns()}.1",
        "api_app_id": "A0WEBCARE",
    }


def event(kind: str) -> Json:
    happened = {"type": kind, "user": "U0LARS", "channel": "D0LARS", "tab": "home", "text": "hi", "ts": "1.1"}
    return {"type": "event_callback", "team_id": "T0ACME", "event_id": f"Ev{time.monotonic_ns()}", "event": happened}


@st.composite
def payloads(draw: st.DrawFn) -> Json:
    """One of everything that Slack sends, with parts missing or replaced by something else."""
    menus = st.builds("{}:{}".format, st.sampled_from(MENU), numbers)
    whole = draw(
        st.one_of(
            st.builds(click, st.sampled_from(ACTIONS), numbers | menus),
            st.builds(submission, st.sampled_from(VIEWS), st.sampled_from([1, 2, 99]) | strange, strange),
            st.builds(command, st.sampled_from(WORDS) | st.text(max_size=30)),
            st.builds(event, st.sampled_from(["app_home_opened", "message", "team_join"])),
        )
    )
    damaged = deepcopy(whole)
    for _ in range(draw(st.integers(0, 3))):
        damage(draw, damaged)
    return damaged


def damage(draw: st.DrawFn, within: Any) -> None:
    """Walk down to some place, and take away or replace what is there."""
    while True:
        keys = sorted(within) if isinstance(within, dict) else range(len(within))
        if not keys:
            return
        key = draw(st.sampled_from(list(keys)))
        if isinstance(within[key], dict | list) and within[key] and draw(st.booleans()):
            within = within[key]
            continue
        if draw(st.booleans()):
            del within[key]
        else:
            within[key] = draw(strange)
        return


def request(body: Json) -> dict[str, Any]:
    """The arguments of an HTTP request that carries this payload, signed."""
    if body.get("type") in ("block_actions", "view_submission") or "actions" in body or "view" in body:
        kind, data = FORM, urlencode({"payload": json.dumps(body)})
    elif "command" in body:
        kind, data = FORM, urlencode({name: str(value) for name, value in body.items()})
    else:
        kind, data = JSON, json.dumps(body)
    stamp = str(int(time.time()))
    return {
        "data": data.encode(),
        "headers": {
            "Content-Type": kind,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature(SIGNING_SECRET, stamp, data),
        },
    }
