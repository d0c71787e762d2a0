"""The read model behind the reply modal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.views.cases.models import Card, Seen


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that the reply modal shows.

    `limit` is the longest text the network takes; `room` is what the signature leaves of it, both in characters. `text`
    is what the agent can continue with, without its signature: what they typed at `typed_at` and did not send, or a
    reply that was rejected or that they undid.
    """

    card: Card
    signature: str
    seen: Seen
    limit: int
    room: int
    text: str = ""
    typed_at: datetime | None = None
