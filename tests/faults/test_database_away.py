"""The database has no time just when Slack or X has answered: what they said is kept until it can be written down."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bot import slack
from bot.networks.x import XNetwork
from bot.usecases.claim import claim
from storage.engine import connect
from storage.tables import outbox, reply
from tests.faults.invariants import violations
from tests.faults.world import World
from tests.integration.team import ANNA


@pytest.fixture
def held_after(
    world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[object, str], None]]:
    """Somebody else holds what delivery writes from the next answer to this call until delivery has noticed."""
    engine = connect(database_url)
    other = engine.connect()

    class Release(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            other.rollback()

    def hold(where: object, name: str) -> None:
        call = getattr(where, name)

        def and_hold(*arguments: Any, **more: Any) -> Any:
            monkeypatch.setattr(where, name, call)
            answer = call(*arguments, **more)
            for table in (outbox, reply):
                other.execute(table.update().values(id=table.c.id))
            return answer

        monkeypatch.setattr(where, name, and_hold)

    with _handling("bot.delivery.courier", Release()):
        yield hold
    other.close()
    engine.dispose()


def test_a_card_that_slack_took_is_known_as_soon_as_the_database_has_time(
    world: World, held_after: Callable[[object, str], None]
) -> None:
    held_after(slack, "call")
    thread = world.mention("where is my parcel?", "klant")
    world.desk.delivery.settle()
    claim(world.ctx, ANNA, thread)
    world.desk.delivery.settle()
    (card,) = world.sandbox.slack.messages("C0SUPPORT")
    assert ANNA.id in str(card.blocks)
    assert world.left() == []
    assert violations(world.sandbox, world.ctx.engine) == []


def test_an_edit_that_slack_took_is_known_as_soon_as_the_database_has_time(
    world: World, held_after: Callable[[object, str], None]
) -> None:
    thread = world.mention("where is my parcel?", "klant")
    world.settled()
    claim(world.ctx, ANNA, thread)
    held_after(slack, "call")
    world.desk.delivery.settle()
    assert world.left() == []
    assert violations(world.sandbox, world.ctx.engine) == []


def test_a_reply_that_x_took_is_never_in_doubt(world: World, held_after: Callable[[object, str], None]) -> None:
    thread = world.mention("where is my parcel?", "klant")
    world.settled()
    world.answer(thread, "On its way.")
    held_after(XNetwork, "send")
    world.work(15)
    (card,) = world.sandbox.slack.messages("C0SUPPORT")
    assert "Answered" in str(card.blocks)
    assert not [call for call in world.sandbox.x.calls if call.path.endswith("/tweets") and call.method == "GET"]
    assert violations(world.sandbox, world.ctx.engine) == []


@contextmanager
def _handling(name: str, handler: logging.Handler) -> Iterator[None]:
    logger = logging.getLogger(name)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
