"""Wherever the process dies, what was begun is taken up, and nothing is done twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.usecases.desk.context import Actor
from bot.usecases.replies.reply import decide
from storage.engine import reading
from storage.tables import reply
from tests.support.clock import TurnedClock
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
    "bot.delivery.posting.put: after X send",
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


OF_A_REPLY = [step for step in STEPS if "reply_outcome" in step or "posting" in step]
LONG = "We have found your parcel, and it is on the van. " * 5 + "You can follow it on https://acme.nl/parcel?id=104857"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("step", OF_A_REPLY)
@pytest.mark.parametrize("time", [1, 2])
def test_reply_in_parts_goes_whole_and_no_part_twice(
    tmp_path: Path, database_url: str, clock: TurnedClock, step: str, time: int
) -> None:
    with World(tmp_path, database_url, clock, desk="parts = true\n") as world:
        customers = world.sandbox.x.post("klant", "@acme where is my parcel?")
        world.work(60, step=10)
        number = world.answer(1, LONG)
        with death_at(step, time=time) as passed:
            lively(world, 60)
        assert passed
        world.clock.turn(seconds=120)
        world.work(200, step=10)
        with reading(world.ctx.engine) as connection:
            state = connection.execute(select(reply.c.state)).scalar_one()
        if state == "unknown":  # it died before X was called, which nobody can know: an agent decides
            decide(world.ctx, Actor("U0ANNA", "button"), number, was_sent=False)
            world.work(200, step=10)
        world.settled()
        ours = [post for post in reversed(world.sandbox.x.posts) if post.author.handle == "acme"]
        assert [post.text.split()[1] for post in ours] == ["1/2", "2/2"]
        assert [post.in_reply_to for post in ours] == [customers.id, ours[0].id]
        assert world.errors == []
