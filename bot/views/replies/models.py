"""The read model behind the reply modal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.domain.cases.conversation import Event
from bot.domain.cases.picture import Picture
from bot.domain.clock.said import Quick
from bot.domain.incidents.incident import Membership
from bot.domain.replies.mandate import Need
from bot.views.cases.models import Card, Seen
from bot.views.knowledge.models import Shown


@dataclass(frozen=True, slots=True)
class Advice:
    """What a colleague who was asked for help answered; `team` is the other team's name, "" for a lead's answer.

    `event_id` is the line of the timeline that has it.
    """

    event_id: int
    by: str
    team: str
    at: datetime
    words: str


class Length(NamedTuple):
    """How long a text is and may be, as its network counts; `parts` are the posts in which a longer one goes."""

    used: int
    limit: int
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that the reply modal shows.

    `limit` is the longest text the network takes; `room` is what the signature leaves of it, both in characters. `text`
    is what the agent can continue with, without its signature: what they typed at `typed_at` and did not send, or a
    reply that was rejected or that they undid. `offered` are the times by which they may promise to come back, in the
    desk's `zone`. `guideline` is how the desk writes. `notes` are the newest about the customer, newest first.
    `writer` is a colleague who has the form open as well. `line` is the thread's incident, if a line is agreed for it;
    with nothing else to continue with, `text` is that line. `advice` is what colleagues who were asked for help
    answered, oldest first. `needs` are why a colleague will look at it.
    `suggested` are entries of the knowledge bank that may answer the customer. At `private_link` they can write to us
    alone, if that is set. `picture` is what they had chosen with `text`, if the network `takes_pictures`.
    """

    card: Card
    signature: str
    seen: Seen
    limit: int
    room: int
    text: str = ""
    typed_at: datetime | None = None
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    writer: str | None = None
    guideline: str = ""
    notes: tuple[Event, ...] = ()
    advice: tuple[Advice, ...] = ()
    needs: tuple[Need, ...] = ()
    offered: Mapping[Quick, datetime] = field(default_factory=dict)
    line: Membership | None = None
    suggested: tuple[Shown, ...] = ()
    private_link: str | None = None
    picture: Picture | None = None
    takes_pictures: bool = False
