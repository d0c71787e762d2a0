"""What the reply modal shows."""

from __future__ import annotations

from dataclasses import dataclass

from bot.views.cases.models import Card, Seen


@dataclass(frozen=True, slots=True)
class Draft:
    """All that the reply modal shows. `limit` is the network's longest text, `room` what the signature leaves of it.

    `text` is what the agent may go on with: a reply that was refused or that they undid, without its signature.
    """

    card: Card
    signature: str
    seen: Seen
    limit: int
    room: int
    text: str = ""
