"""A public update: what our accounts tell everybody about an incident. A second person approves it before it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.cases.conversation import ON_ITS_WAY, ReplyState
from bot.domain.cases.picture import Picture


@dataclass(frozen=True, slots=True)
class PublicUpdate:
    """One post of one account. `state` is None until a second person has approved it, then as a reply's.

    `follows` is the earlier update of the incident that it is posted under. Nothing of ours is ever deleted: what
    turns out to be wrong is corrected by the next one. `picture` is shown with its words. One that `edits`
    another is no post of its own: the other's post gets its words.
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
    edits: int | None = None

    @property
    def is_proposed(self) -> bool:
        return self.state is None

    @property
    def is_coming(self) -> bool:
        """Whether it may still become public without anybody's doing."""
        return self.state in ON_ITS_WAY


def standing(updates: Sequence[PublicUpdate]) -> list[PublicUpdate]:
    """Return those whose words no later edit has replaced."""
    replaced = {update.edits for update in updates if update.state is ReplyState.SENT}
    return [update for update in updates if update.id not in replaced]


def may_be_edited(update: PublicUpdate, updates: Sequence[PublicUpdate]) -> bool:
    """Tell whether an update is public and no edit that was approved, of these `updates`, replaces its words."""
    edited = {one.edits for one in updates if one.state not in (None, ReplyState.REJECTED)}
    return update.state is ReplyState.SENT and update.external_id is not None and update.id not in edited
