"""The messages of cases: the card, notes and follow-ups under it, and escalations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import Connection, and_, bindparam, literal, or_, select, update

from bot.domain.cases.conversation import Escalation, EventKind
from bot.domain.cases.thread import Thread
from bot.domain.clock.promises import Promise
from storage.outbox import available
from storage.outbox.kinds import MessageKind
from storage.outbox.messages import NewMessage, Payload
from storage.tables import agent as agents
from storage.tables import outbox as table

MODALS = "views.update"  # the rate bucket of open modals


def card(thread: Thread, channel: str) -> NewMessage:
    return NewMessage(MessageKind.CARD, f"card:{thread.id}", channel, thread_id=thread.id, order_by=thread.due_at)


def card_left(thread_id: int, channel: str, at: datetime) -> NewMessage:
    return NewMessage(MessageKind.CARD_LEFT, f"card_left:{thread_id}:{at.isoformat()}", channel, thread_id=thread_id)


def card_is_on_its_way(connection: Connection, thread_id: int) -> bool:
    """Tell whether the thread's card is just being posted, or nobody knows whether it was."""
    posting = and_(table.c.message_ts.is_(None), table.c.post_started_at.isnot(None))
    return connection.execute(select(table.c.id).where(table.c.key == f"card:{thread_id}", posting)).first() is not None


def leave_card(connection: Connection, thread_id: int, channel: str, at: datetime) -> bool:
    """Let the card that is in Slack say where it is now, so that the thread can have one in another channel.

    One that is not in Slack yet goes there by itself. Returns False if it is just being posted, or nobody knows.
    """
    if card_is_on_its_way(connection, thread_id):
        return False
    left = card_left(thread_id, channel, at)
    values = {"key": left.key, "kind": left.kind, "available_at": available(at)}
    connection.execute(
        update(table)
        .where(table.c.key == f"card:{thread_id}", table.c.message_ts.isnot(None))
        .values(**values, generation=table.c.generation + 1)
    )
    return True


def place_of_card(connection: Connection, thread_id: int) -> tuple[str, str] | None:
    """Return channel and ts of the thread's card; None until it is in Slack."""
    return places_of_cards(connection, [thread_id]).get(thread_id)


_PLACES = select(table.c.thread_id, table.c.message_channel, table.c.message_ts).where(
    table.c.thread_id.in_(bindparam("threads", expanding=True)),
    table.c.kind == MessageKind.CARD,
    table.c.message_ts.isnot(None),
)


def places_of_cards(connection: Connection, thread_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return channel and ts of each thread's card, by number; cards that are not in Slack yet are left out."""
    rows = connection.execute(_PLACES, {"threads": list(thread_ids)})
    return {row.thread_id: (row.message_channel, row.message_ts) for row in rows}


def thread_under(connection: Connection, channel: str, ts: str) -> int | None:
    """Return the thread whose card, or whose request to another team, is this message in Slack; None for any other."""
    kinds = table.c.kind.in_((MessageKind.CARD, MessageKind.ESCALATION))
    place = (table.c.message_ts == ts, table.c.message_channel == channel, table.c.message_ts.isnot(None))
    number: int | None = connection.execute(select(table.c.thread_id).where(*place, kinds)).scalar_one_or_none()
    return number


@dataclass(frozen=True, slots=True)
class NotePayload(Payload):
    """`code` is the event that the note tells of.

    `people` are the Slack ids that its words name, by their part in it ("from", "to", "by"), and what else they name.
    """

    code: EventKind
    people: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        return {"code": self.code, **self.people}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(EventKind(stored["code"]), {name: value for name, value in stored.items() if name != "code"})


def note(thread_id: int, channel: str, at: datetime, payload: NotePayload) -> NewMessage:
    key = f"note:{thread_id}:{payload.code}:{at.timestamp()}"
    return NewMessage(MessageKind.NOTE, key, channel, payload, thread_id=thread_id)


@dataclass(frozen=True, slots=True)
class FollowUpPayload(Payload):
    """`posts` are the ids of what the customer wrote; the first of them came in at `since`, ISO 8601."""

    posts: Sequence[int]
    since: str


def follow_up(thread_id: int, channel: str, payload: FollowUpPayload) -> NewMessage:
    """Name the message after its first post: what joins it later is the same message."""
    key = f"follow_up:{thread_id}:{payload.posts[0]}"
    return NewMessage(MessageKind.FOLLOW_UP, key, channel, payload, thread_id=thread_id)


_CARD = table.alias()
_LATEST_FOLLOW_UP = (
    select(table.c.payload)
    .where(table.c.thread_id == bindparam("thread"), table.c.kind == MessageKind.FOLLOW_UP)
    .where(or_(table.c.message_channel.is_(None), table.c.message_channel == _CARD.c.destination))
    .join(_CARD, and_(_CARD.c.thread_id == table.c.thread_id, _CARD.c.kind == MessageKind.CARD))
    .order_by(table.c.id.desc())
    .limit(1)
)


def latest_follow_up(connection: Connection, thread_id: int) -> FollowUpPayload | None:
    """Return what the newest follow-up message where the thread's card is holds; None if there is none."""
    stored = connection.execute(_LATEST_FOLLOW_UP, {"thread": thread_id}).scalar_one_or_none()
    return FollowUpPayload.from_json(stored) if stored is not None else None


@dataclass(frozen=True, slots=True)
class SnoozeOverPayload(Payload):
    pause: int


def snooze_over(thread_id: int, pause: int, channel: str) -> NewMessage:
    """What the owner, or the channel, hears once when a snooze is over."""
    key = f"snooze_over:{pause}"
    return NewMessage(MessageKind.SNOOZE_OVER, key, channel, SnoozeOverPayload(pause), thread_id=thread_id)


@dataclass(frozen=True, slots=True)
class PromiseNagPayload(Payload):
    promise: int
    broken: bool


def promise_nag(promise: Promise, channel: str, *, broken: bool) -> NewMessage:
    """The reminder of a promise: one before its time, one after."""
    return NewMessage(
        MessageKind.PROMISE_NAG,
        f"promise_nag:{promise.id}:{'broken' if broken else 'soon'}",
        channel,
        PromiseNagPayload(promise.id, broken),
        thread_id=promise.thread_id,
        order_by=promise.due_at,
    )


@dataclass(frozen=True, slots=True)
class SaidPayload(Payload):
    """`event` is the line of the timeline that holds the words, so that erasing it erases them here."""

    event: int


def said(thread_id: int, channel: str, event: int) -> NewMessage:
    return NewMessage(MessageKind.SAID, f"said:{event}", channel, SaidPayload(event), thread_id=thread_id)


@dataclass(frozen=True, slots=True)
class ModalPayload(Payload):
    view: str


def modal(thread_id: int, agent: str, view_id: str) -> NewMessage:
    """The reply modal that this agent has open: its words are no longer those of the customer."""
    return NewMessage(
        MessageKind.MODAL, f"modal:{view_id}", agent, ModalPayload(view_id), thread_id=thread_id, rate_bucket=MODALS
    )


def said_directly(thread_id: int, to: str, event: int) -> NewMessage:
    return NewMessage(MessageKind.SAID_DIRECTLY, f"said_directly:{event}", to, SaidPayload(event), thread_id=thread_id)


@dataclass(frozen=True, slots=True)
class EscalationNagPayload(Payload):
    escalation: int
    late: bool


def escalation_nag(request: Escalation, *, late: bool) -> NewMessage:
    """The reminder of a request where it was made: one before its target, one after."""
    return NewMessage(
        MessageKind.ESCALATION_NAG,
        f"escalation_nag:{request.id}:{'late' if late else 'soon'}",
        request.channel,
        EscalationNagPayload(request.id, late),
        thread_id=request.thread_id,
        order_by=request.due_at,
    )


@dataclass(frozen=True, slots=True)
class EscalationPayload(Payload):
    escalation: int


def escalation(escalation: Escalation, due_at: datetime | None) -> NewMessage:
    return NewMessage(
        MessageKind.ESCALATION,
        f"escalation:{escalation.id}",
        escalation.channel,
        EscalationPayload(escalation.id),
        thread_id=escalation.thread_id,
        order_by=due_at,
    )


@dataclass(frozen=True, slots=True)
class HomePayload(Payload):
    """When an agent last had their home open, and in which user groups they were then."""

    opened_at: str
    groups: Sequence[str]


def home(agent: str, opened_at: datetime, groups: Iterable[str]) -> NewMessage:
    payload = HomePayload(opened_at.isoformat(), sorted(groups))
    return NewMessage(
        MessageKind.HOME, home_key(agent), agent, payload, order_by=opened_at, rate_bucket="views.publish"
    )


def home_key(agent: str) -> str:
    return f"home:{agent}"


def homes(connection: Connection) -> dict[str, HomePayload]:
    """Return every home that was ever opened, by agent."""
    rows = connection.execute(
        select(agents.c.id, table.c.payload).join(table, table.c.key == literal("home:") + agents.c.id)
    )
    return {row.id: HomePayload.from_json(row.payload) for row in rows}
