"""Wherever the process dies, what was begun is taken up, and nothing is done twice."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage.engine import reading
from storage.tables import reply
from tests.support.faults.death import death_at, lively
from tests.support.faults.invariants import violations
from tests.support.faults.world import World

STEPS = [
    "bot.usecases.intake.ingest.poll: after X fetch",
    "bot.usecases.intake.ingest._receive: before commit",
    "bot.usecases.intake.ingest._receive: after commit",
    "bot.delivery.slack_messages._post: after commit",
    "bot.delivery.slack_messages._show: before chat.postMessage",
    "bot.delivery.slack_messages._show: after chat.postMessage",
    "bot.usecases.replies.reply_outcome.begin: before commit",
    "bot.usecases.replies.reply_outcome.begin: after commit",
    "bot.delivery.posting._send: after X send",
    "bot.usecases.replies.reply_outcome.arrived: before commit",
    "bot.usecases.replies.reply_outcome.arrived: after commit",
]


@pytest.mark.parametrize("step", STEPS)
def test_begun_work_is_resumed_and_nothing_done_twice(world: World, step: str) -> None:
    first = world.sandbox.x.post("klant", "@acme where is my parcel?")
    with death_at(step) as passed:
        lively(world, 60)
        if step not in passed:
            world.answer(1, "On its way.")
            lively(world, 60)
    assert passed
    world.sandbox.x.post("klant", "@acme and my other one?", in_reply_to=first.id)
    world.clock.turn(seconds=120)
    world.work(120, step=10)
    world.settled()
    assert violations(world.sandbox, world.ctx.engine) == []
    with reading(world.ctx.engine) as connection:
        states = set(connection.execute(select(reply.c.state)).scalars())
    assert states <= {"sent", "unknown"}
