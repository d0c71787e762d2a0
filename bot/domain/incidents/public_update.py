"""A public update: what our accounts tell everybody about an incident. A second person approves it before it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.cases.conversation import ON_ITS_WAY, ReplyState
from bot.domain.cases.picture import Picture


@dataclass(frozen=True, slots=True)
class PublicUpdate:
    """One post of one account. `state` is None until a second person has approved it, then as a reply's.

    `follows` is the earlier update of the incident that it is posted under. Nothing of ours is ever deleted: what
    turns out to be wrong is corrected by the next one. `picture` is shown with its words.
    """

    id: int
    incident_id: int
    account: str
    text: str
    by: str
    at: datetime
    state: ReplyState | None = None
    follows: int | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    tried_at: datetime | None = None
    sent_at: datetime | None = None
    external_id: str | None = None
    url: str = ""
    error: str | None = None
    picture: Picture | None = None

    @property
    def is_proposed(self) -> bool:
        return self.state is None

    @property
    def is_coming(self) -> bool:
        """Whether it may still become public without anybody's doing."""
        return self.state in ON_ITS_WAY
