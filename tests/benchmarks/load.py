"""Work for a desk's delivery: cards to be posted and cards to be edited."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, func, select, update

from storage.engine import reading, transaction
from storage.outbox import UPDATES
from storage.tables import outbox


class Load:
    """The cards of the desk's `cards` newest threads, of whose numbers even ones are posted and odd ones edited.

    `message_ts` is a message that is in Slack: every card is taken to be that one, so that it can be edited.
    """

    def __init__(self, engine: Engine, cards: int, message_ts: str) -> None:
        self._engine = engine
        with transaction(engine) as connection:
            connection.execute(update(outbox).values(message_ts=message_ts))
            newest = connection.execute(select(func.max(outbox.c.thread_id))).scalar_one()
        self._cards = outbox.c.thread_id > newest - cards
        self._message_ts = message_ts

    def begin(self) -> None:
        """State it all; what delivery has done since the last time is forgotten."""
        new = {"message_ts": None, "rate_bucket": outbox.c.destination}
        there = {"message_ts": self._message_ts, "rate_bucket": UPDATES}
        self._state(outbox.c.thread_id % 2 == 0, new)
        self._state(outbox.c.thread_id % 2 == 1, there)

    def end(self) -> int:
        """Take back what was not done: how many edits were left of it."""
        left = outbox.c.generation > outbox.c.delivered_generation
        with reading(self._engine) as connection:
            edits = select(func.count()).where(left, outbox.c.message_ts.isnot(None))
            number: int = connection.execute(edits).scalar_one()
        with transaction(self._engine) as connection:
            connection.execute(update(outbox).where(left).values(delivered_generation=outbox.c.generation))
        return number

    def _state(self, which: ColumnElement[bool], values: dict[str, Any]) -> None:
        now = datetime.now(UTC)
        common = {
            "generation": outbox.c.generation + 1,
            "content_hash": None,
            "order_by": now,
            "available_at": now,
            "leased_until": None,
            "post_started_at": None,
        }
        with transaction(self._engine) as connection:
            connection.execute(update(outbox).where(self._cards, which).values(common | values))
