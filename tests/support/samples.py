"""One ordinary thread to show, which tests vary."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.cases.conversation import Escalation, Post, Reply, ReplyState
from bot.domain.cases.thread import State, Thread
from bot.domain.customers.customer import Customer, Handle, Identity
from bot.sandbox.slack.blockkit import problems, view_problems
from bot.views.cases.models import Card
from bot.views.common import blocks
from bot.views.common.budget import BUDGET, size

AT = datetime(2026, 11, 20, 15, 50, tzinfo=UTC)
HOSTILE = (
    "<!channel> <@U0LEAD> <https://evil.example|click> &lt;!here&gt; *bold* _slanted_ ~gone~ `code` :tada: "
    "\u202egnp.exe\u202c a\u200bb &amp; > no quote @here #general"
)


def thread(**changes: Any) -> Thread:
    """Build an unowned thread that has waited since 16:41 in Amsterdam and is due at 17:41."""
    return replace(
        Thread(
            id=1042,
            desk="Support",
            account="x:acme",
            conversation="91",
            author_id="77",
            customer_id=77,
            customer_handle="jan_de_vries",
            customer_name="Jan de Vries",
            customer_followers=1234,
            language="nl",
            received_at=AT - timedelta(minutes=9),
            first_target=3600,
            next_target=7200,
            warn_share=0.75,
            waiting_since=AT - timedelta(minutes=9),
            due_at=AT + timedelta(minutes=51),
        ),
        **changes,
    )


def customer(*handles: str) -> Customer:
    """Build the customer, who was called these names one after another, each for a day."""
    named = handles or ("jan_de_vries",)
    days = [AT - timedelta(days=age) for age in range(len(named), -1, -1)]
    return Customer(77, (Identity("x", "77", tuple(map(Handle, named, days, days[1:]))),))


def owned(**changes: Any) -> Thread:
    return thread(owner="U0ANNA", owner_since=AT - timedelta(minutes=6), **changes)


def answered(**changes: Any) -> Thread:
    return owned(state=State.ANSWERED, waiting_since=None, due_at=None, first_response_at=AT, **changes)


def closed(**changes: Any) -> Thread:
    values = {"state": State.CLOSED, "waiting_since": None, "due_at": None, "close_reason": "Solved by phone"}
    return owned(**(values | changes))


def post(number: int = 1, **changes: Any) -> Post:
    return replace(
        Post(
            id=number,
            thread_id=1042,
            account="x:acme",
            external_id=f"9{number}",
            inbound=True,
            author="jan_de_vries",
            text="@acme Waar blijft mijn pakket? Ik wacht al 3 dagen.",
            url=f"https://x.com/jan_de_vries/status/9{number}",
            media=(),
            posted_at=AT - timedelta(minutes=10 - number),
        ),
        **changes,
    )


def reply(state: ReplyState = ReplyState.QUEUED, **changes: Any) -> Reply:
    return replace(
        Reply(
            id=7,
            thread_id=1042,
            author="U0ANNA",
            text="Wat vervelend, Jan! Ik zoek het meteen uit. ^AB",
            in_reply_to="91",
            answers_through_post_id=1,
            state=state,
            created_at=AT - timedelta(seconds=5),
            send_at=AT + timedelta(seconds=5),
        ),
        **changes,
    )


def escalation(**changes: Any) -> Escalation:
    return replace(
        Escalation(
            id=3,
            thread_id=1042,
            target="Press office",
            channel="C0PRESS",
            why="A journalist asks",
            by="U0ANNA",
            at=AT - timedelta(minutes=1),
        ),
        **changes,
    )


def card(**changes: Any) -> Card:
    """The thread's card; `newest` follows from `posts`."""
    posts = changes.get("posts", (post(),))
    return replace(
        Card(
            thread=thread(),
            at=AT,
            newest=next((one for one in reversed(posts) if one.inbound and not one.deleted_at), None),
            reply=None,
            earlier=None,
            network_name="X",
            permalink="https://acme.slack.com/archives/C0SUPPORT/p1763653860000200",
            closed_by=None,
            posts=posts,
            customer_posts=1,
            escalations=(),
            handle="acme",
            account_url=None,
        ),
        **changes,
    )


def fine(shown: blocks.SlackMessage | blocks.View) -> str:
    """Check a view by Slack's rules and for channel-wide mentions; return it as JSON."""
    for text in markup(shown.blocks if isinstance(shown, blocks.SlackMessage) else shown["blocks"]):
        assert text["verbatim"] is True, "Slack would make links and mentions out of plain words"
        assert not re.search(r"<!(channel|here|everyone)", text["text"])
    if isinstance(shown, blocks.SlackMessage):
        assert shown.text.strip()
        assert "<!channel" not in shown.text
        assert problems(shown.blocks) == []
        assert size(shown.blocks) < BUDGET
        return json.dumps([shown.text, shown.blocks], ensure_ascii=False)
    assert view_problems(shown) == []
    return json.dumps(shown, ensure_ascii=False)


def markup(block: object) -> list[dict[str, Any]]:
    """Return every mrkdwn text in a block or view."""
    if isinstance(block, list):
        return [text for part in block for text in markup(part)]
    if not isinstance(block, dict):
        return []
    own = [block] if block.get("type") == "mrkdwn" else []
    return own + [text for part in block.values() for text in markup(part)]


def pressable(shown: blocks.SlackMessage | blocks.View) -> list[str]:
    """Return the action ids of buttons and the values of menu options, in the order shown."""
    found = []
    for block in shown.blocks if isinstance(shown, blocks.SlackMessage) else shown["blocks"]:
        for element in [*block.get("elements", []), block.get("accessory", {})]:
            if element.get("type") == "button":
                found.append(element["action_id"])
            if element.get("type") == "overflow":
                found += [option["value"].partition(":")[0] for option in element["options"]]
    return found
