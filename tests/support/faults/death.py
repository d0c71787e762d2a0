"""The process dies at one step, in this process and on a turned clock, and is built anew from its database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.faults import points
from tests.support.faults.world import World


class Killed(BaseException):
    """Nothing after this ran."""


@contextmanager
def death_at(step: str, *, time: int = 1) -> Iterator[list[str]]:
    """The pass of this step with this number is the last thing that happens; the list then holds its name."""
    passed: list[str] = []
    left = time

    def pass_(name: str) -> None:
        nonlocal left
        left -= name == step
        if name == step and left == 0:
            passed.append(name)
            raise Killed(name)

    with points.installed(pass_):
        yield passed


def lively(world: World, seconds: float) -> None:
    """Let time pass; whoever dies in it is started again, and its colleague goes on."""
    try:
        world.work(seconds, step=10)
    except Killed:
        world.replace()
