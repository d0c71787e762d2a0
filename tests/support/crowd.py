"""Many threads at once, written straight into the tables, with everything in them that a list has to tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Table, insert, select

from bot.domain.cases.conversation import EventKind, ReplyState
from bot.domain.cases.mention import Author, Mention
from bot.domain.cases.thread import State
from bot.domain.customers.customer import network_of
from storage.cases.threads import columns
from storage.customers import customers
from storage.intake import authors
from storage.tables import escalation, event, outbox, post, reply, thread, wait
from tests.support import threads
from tests.support.threads import HOUR, START

AGENTS = ("U0ANNA", "U0LARS")
MINUTE = timedelta(minutes=1)


def waiting(connection: Connection, count: int, *, desk: str = "Support", owner: str | None = None) -> list[int]:
    """Write threads whose customers wait, each with its post, its wait and its card in Slack: their numbers."""
    numbers = [_thread(connection, desk=desk, owner=owner) for _ in range(count)]
    for number in numbers:
        _add(connection, post, [_post(number, 0)])
        _add(connection, wait, [_wait(number, desk)])
        _add(connection, outbox, [_card(number, in_slack=True)])
    return numbers


def withdrawn(connection: Connection, number: int, count: int) -> int:
    """Write so many newer posts of the customer's, all deleted since: the id of the post that still stands."""
    standing: int = connection.execute(select(post.c.id).where(post.c.thread_id == number)).scalar_one()
    later = START + MINUTE
    _add(connection, post, [_post(number, place, posted_at=later, deleted_at=later) for place in range(1, count + 1)])
    return standing


def mixed(connection: Connection, count: int, seed: int) -> list[int]:
    """Write threads of every kind, the same ones for the same `seed`: their numbers.

    Posts at the same instant and deleted ones, more posts than a card shows, replies in every state, several closes,
    escalations, cards that are not in Slack yet.
    """
    random = Random(seed)  # noqa: S311 - no secret depends on it
    numbers = []
    for _ in range(count):
        state = random.choice(list(State))
        number = _thread(
            connection,
            state=state,
            owner=random.choice([None, *AGENTS]),
            due_at=START + random.randint(0, 90) * MINUTE if state is State.WAITING else None,
            close_reason=random.choice([None, "spam"]) if state is State.CLOSED else None,
        )
        length = random.choice([1, 2, 3, 7, 60])
        gone = random.choice([0.0, 0.3, 0.9, 1.0])
        posts = [
            _post(
                number,
                place,
                inbound=random.random() < 0.7,
                posted_at=START + random.randint(0, length // 2) * MINUTE,
                deleted_at=START if random.random() < gone else None,
            )
            for place in range(length)
        ]
        _add(connection, post, posts)
        _add(connection, reply, [_reply(number, random.choice(list(ReplyState))) for _ in range(random.randint(0, 4))])
        closes = random.randint(1, 3) if state is State.CLOSED else random.randint(0, 1)
        lines = [EventKind.RECEIVED, *[EventKind.CLOSED] * closes, EventKind.REOPENED, EventKind.ERASED]
        _add(connection, event, [_line(number, kind, random) for kind in lines])
        _add(connection, escalation, [_escalation(number) for _ in range(random.randint(0, 2))])
        _add(connection, wait, [_wait(number, "Support")])
        _add(connection, outbox, [_card(number, in_slack=random.random() < 0.7)])
        numbers.append(number)
    return numbers


def _thread(connection: Connection, **changes: Any) -> int:
    values = columns(threads.thread(conversation=uuid4().hex, **changes))
    del values["id"]
    author = Author(values["author_id"], values["customer_handle"], values["customer_name"])
    network = network_of(values["account"])
    known = authors.known(connection, values["desk"], network, [author.id], values["received_at"])
    begun = customers.begin(connection, network, {} if known else {author.id: author}, values["received_at"])
    values["customer_id"] = begun[author.id] if begun else known[author.id].customer_id
    post_ = Mention(uuid4().hex, values["conversation"], author, "", values["received_at"], "")
    customers.keep_handles(connection, values["account"], [post_])
    number: int = connection.execute(insert(thread).values(values).returning(thread.c.id)).scalar_one()
    return number


def _post(number: int, place: int, **changes: Any) -> dict[str, Any]:
    return {
        "thread_id": number,
        "account": "x:acme",
        "external_id": f"{number}-{place}",
        "inbound": True,
        "author": "klant",
        "text": f"post {place} of {number}",
        "url": f"https://x.com/klant/status/{number}{place:03}",
        "media": [],
        "posted_at": START,
        "stored_at": START,
        "deleted_at": None,
    } | changes


def _wait(number: int, desk: str) -> dict[str, Any]:
    due = START + HOUR
    return {
        "thread_id": number,
        "desk": desk,
        "response_kind": "first",
        "started_at": START,
        "due_at": due,
        "target": 3600,
    }


def _reply(number: int, state: ReplyState) -> dict[str, Any]:
    return {
        "thread_id": number,
        "author": "U0ANNA",
        "text": "Wij zoeken het uit ^AB",
        "in_reply_to": "1",
        "answers_through_post_id": 1,
        "state": state,
        "created_at": START,
        "send_at": START,
        "outside": False,
    }


def _line(number: int, kind: EventKind, random: Random) -> dict[str, Any]:
    at = START + random.randint(0, 2) * MINUTE
    return {"thread_id": number, "at": at, "kind": kind, "actor": random.choice(AGENTS), "via": "button", "data": {}}


def _escalation(number: int) -> dict[str, Any]:
    return {
        "thread_id": number,
        "target": "Press office",
        "channel": "C0PRESS",
        "why": "A journalist asks",
        "by": "U0ANNA",
        "at": START,
    }


def _card(number: int, *, in_slack: bool) -> dict[str, Any]:
    return {
        "key": f"card:{number}",
        "kind": "card",
        "thread_id": number,
        "destination": "C0SUPPORT",
        "rate_bucket": "chat.update",
        "payload": {},
        "order_by": START,
        "available_at": START,
        "generation": 1,
        "delivered_generation": int(in_slack),
        "lease_token": 1,
        "failures": 0,
        "message_channel": "C0SUPPORT" if in_slack else None,
        "message_ts": f"{1_700_000_000 + number}.000100" if in_slack else None,
    }


def _add(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)
