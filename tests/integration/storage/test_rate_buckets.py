"""When delivery looks again: at the instant at which a channel may be posted in."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from storage.engine import reading, transaction
from storage.outbox import rate_buckets
from tests.support.clock import FRIDAY


def test_next_opening_is_the_first_closed_bucket_to_open(engine: Engine) -> None:
    soon, later = FRIDAY + timedelta(seconds=1), FRIDAY + timedelta(seconds=9)
    with transaction(engine) as connection:
        rate_buckets.close(connection, "C0PRESS", later)
        rate_buckets.close(connection, "C0SUPPORT", soon)
    with reading(engine) as connection:
        assert rate_buckets.next_opening(connection, FRIDAY) == soon
        assert rate_buckets.next_opening(connection, soon) == later
        assert rate_buckets.next_opening(connection, later) is None
