"""An entry of the knowledge bank: a question that customers ask, the answer that worked, and until when it is right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

REVIEW_AFTER = timedelta(days=180)  # since somebody last said that it is right
LONGEST_QUESTION = 300  # characters
LONGEST_ANSWER = 2_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A question and its answer. `question` is empty once the customer in whose words it stood was erased.

    `language` is a code such as "nl", None if it could not be told. `valid_until` is the last day on which it is right.
    `reviewed_at` is when somebody last said that it is right.
    """

    id: int
    desk: str
    question: str
    answer: str
    language: str | None
    label: str | None
    valid_until: date | None
    owner: str
    created_at: datetime
    reviewed_at: datetime
    withdrawn_at: datetime | None = None

    def has_run_out(self, today: date) -> bool:
        """Tell whether its last day is over; then nobody is offered it."""
        return self.valid_until is not None and self.valid_until < today

    def is_to_be_reviewed(self, at: datetime, until: date) -> bool:
        """Tell whether its owner should read it: it runs out before `until`, lost its question, or is long unread."""
        return self.has_run_out(until) or not self.question or self.reviewed_at <= at - REVIEW_AFTER
