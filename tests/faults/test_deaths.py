"""The process dies at one step, in this process and on a turned clock, and is built anew from its database."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage.engine import reading
from storage.tables import reply
from tests.faults import points
from tests.faults.invariants import violations
from tests.faults.world import World

STEPS = [
    "bot.usecases.ingest.poll: after X fetch",
    "bot.usecases.ingest.receive: before commit",
    "bot.usecases.ingest.receive: after commit",
    "bot.delivery.posts._post: after commit",
    "bot.delivery.posts._post: before chat.postMessage",
    "bot.delivery.posts._post: after chat.postMessage",
    "bot.usecases.send.begin: before commit",
    "bot.usecases.send.begin: after commit",
    "bot.delivery.sends._send: after X send",
    "bot.usecases.send.arrived: before commit",
    "bot.usecases.send.arrived: after commit",
]


class Killed(BaseException):
    """Nothing after this ran."""


@pytest.mark.parametrize("step", STEPS)
def test_what_was_begun_is_taken_up_and_nothing_is_done_twice(world: World, step: str) -> None:
    passed: list[str] = []

    def pass_(name: str) -> None:
        if name == step and not passed:
            passed.append(name)
            raise Killed(name)

    first = world.sandbox.x.post("klant", "@acme where is my parcel?")
    with points.installed(pass_):
        _lively(world, 60)
        if step not in passed:
            world.answer(1, "On its way.")
            _lively(world, 60)
    assert passed
    world.sandbox.x.post("klant", "@acme and my other one?", in_reply_to=first.id)
    world.clock.turn(seconds=120)
    world.work(120, step=10)
    world.settled()
    assert violations(world.sandbox, world.ctx.engine) == []
    with reading(world.ctx.engine) as connection:
        states = set(connection.execute(select(reply.c.state)).scalars())
    assert states <= {"sent", "unknown"}


def _lively(world: World, seconds: float) -> None:
    try:
        world.work(seconds, step=10)
    except Killed:
        world.stop()
        world.start()
