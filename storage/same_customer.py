"""The other threads of a thread's customer, in SQL: whatever they are called, on whatever network."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, false, select

from bot.domain.cases.thread import State, Thread
from storage.newest import THREADS
from storage.tables import thread

MAX_REFRESHED = 20  # a customer with more has written so much that nobody reads them off a card

_OF = thread.alias("of")


def also_open_with(number: ColumnElement[int]) -> Select[tuple[int]]:
    """Build a SELECT of the numbers of the customer's other open threads at this thread's desk, up to 20.

    An erased thread has none: its customer is nobody.
    """
    this = select(_OF).where(_OF.c.id == number)
    return (
        select(thread.c.id)
        .where(
            thread.c.customer_id == this.with_only_columns(_OF.c.customer_id).scalar_subquery(),
            thread.c.desk == this.with_only_columns(_OF.c.desk).scalar_subquery(),
            thread.c.state == State.WAITING,
            thread.c.id != number,
        )
        .limit(MAX_REFRESHED)
    )


def also_open_with_any() -> Select[tuple[int]]:
    """Build the same for several threads: THREADS."""
    return (
        select(thread.c.id)
        .join(
            _OF, and_(_OF.c.customer_id == thread.c.customer_id, _OF.c.desk == thread.c.desk, _OF.c.id != thread.c.id)
        )
        .where(_OF.c.id.in_(THREADS), thread.c.state == State.WAITING)
    )


def is_another_of(this: Thread) -> ColumnElement[bool]:
    """Build the condition that a thread is another one of the same customer at the same desk.

    An erased thread has none: its customer is nobody.
    """
    if this.customer_id is None:
        return false()
    return and_(
        thread.c.customer_id == this.customer_id,
        thread.c.desk == this.desk,
        thread.c.id != this.id,
    )
