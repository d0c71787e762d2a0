"""The database has no time just when Slack or X has answered: what they said is kept until it can be written down."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Table, select

from bot.networks.x.client import XAccount
from bot.platform import slack
from bot.usecases.cases.claim import claim
from bot.usecases.desk.context import Context
from bot.usecases.intake import ingest
from storage.engine import connect, reading
from storage.tables import feed, outbox, post, reply, thread
from tests.support.cast import ANNA
from tests.support.faults.invariants import violations
from tests.support.faults.world import World


@pytest.fixture
def held_after(world: World, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Somebody else holds these tables' rows from the next answer to this call until that was noticed."""
    engine = connect(database_url)
    other = engine.connect()

    class Release(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            other.rollback()

    def hold(where: object, name: str, *tables: Table) -> None:
        call = getattr(where, name)

        def and_hold(*arguments: Any, **more: Any) -> Any:
            monkeypatch.setattr(where, name, call)
            try:
                return call(*arguments, **more)
            finally:
                for table in tables:
                    key = next(iter(table.primary_key))
                    other.execute(table.update().values({key: key}))

        monkeypatch.setattr(where, name, and_hold)

    with _handling("storage.engine", Release()):
        yield hold
    other.close()
    engine.dispose()


def test_card_that_slack_took_is_recorded_late(world: World, held_after: Callable[..., None]) -> None:
    held_after(slack, "call", outbox)
    thread = world.mention("where is my parcel?", "klant")
    world.desk.delivery.settle()
    claim(world.ctx, ANNA, thread)
    world.desk.delivery.settle()
    (card,) = world.sandbox.slack.messages("C0SUPPORT")
    assert ANNA.id in str(card.blocks)
    assert world.left() == []
    assert violations(world.sandbox, world.ctx.engine) == []


def test_edit_that_slack_took_is_recorded_late(world: World, held_after: Callable[..., None]) -> None:
    thread = world.mention("where is my parcel?", "klant")
    world.settled()
    claim(world.ctx, ANNA, thread)
    held_after(slack, "call", outbox)
    world.desk.delivery.settle()
    assert world.left() == []
    assert violations(world.sandbox, world.ctx.engine) == []


def test_reply_that_x_took_is_never_in_doubt(world: World, held_after: Callable[..., None]) -> None:
    thread = world.mention("where is my parcel?", "klant")
    world.settled()
    world.answer(thread, "On its way.")
    held_after(XAccount, "send", outbox, reply)
    world.work(15)
    (card,) = world.sandbox.slack.messages("C0SUPPORT")
    assert "Answered" in str(card.blocks)
    on_posts = [call.method for call in world.sandbox.x.calls if call.path.endswith("/tweets")]
    assert on_posts.index("POST") == len(on_posts) - 1, "sent once, and never looked for"
    assert violations(world.sandbox, world.ctx.engine) == []


@pytest.mark.parametrize(("where", "name", "held"), [(XAccount, "fetch", thread), (ingest, "receive", feed)])
def test_mentions_that_x_showed_are_stored_late(
    world: World, held_after: Callable[..., None], where: object, name: str, held: Table
) -> None:
    posted = hello(world)
    held_after(where, name, held)
    assert poll(world.ctx) == 3
    with reading(world.ctx.engine) as connection:
        assert connection.execute(select(feed.c.cursor, feed.c.leased_until)).one() == (
            posted[-1],
            world.clock.now() + timedelta(seconds=45),
        )


def test_partly_stored_mentions_are_all_stored_once(
    world: World, held_after: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    posted = hello(world)
    batches = SimpleNamespace(stored=lambda: None)
    monkeypatch.setattr(ingest, "BATCH", 1)
    held_after(batches, "stored", thread)
    assert poll(replace(world.ctx, wake=batches.stored)) == 3
    with reading(world.ctx.engine) as connection:
        stored = connection.execute(select(post.c.external_id).order_by(post.c.id)).scalars().all()
    assert stored[1:] == posted


def test_failure_of_x_is_recorded_late(world: World, held_after: Callable[..., None]) -> None:
    hello(world)
    world.sandbox.x.faults.add("x", "GET /2/users/:id/mentions", "error_500")
    held_after(XAccount, "fetch", feed)
    assert poll(world.ctx) == 0
    with reading(world.ctx.engine) as connection:
        assert connection.execute(select(feed.c.failing_since)).scalar_one() == world.clock.now()


def hello(world: World) -> list[str]:
    """A customer who has a thread asks after it three times, and it is time to fetch that."""
    world.mention("where is my parcel?", "klant")
    world.settled()
    x = world.sandbox.x
    (first,) = x.posts
    world.clock.turn(seconds=50)
    return [x.post("klant", f"@acme hello? {number}", in_reply_to=first.id).id for number in range(3)]


def poll(ctx: Context) -> int:
    return ingest.poll(ctx, *ctx.settings.accounts()[0])


@contextmanager
def _handling(name: str, handler: logging.Handler) -> Iterator[None]:
    logger = logging.getLogger(name)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
