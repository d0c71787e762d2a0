"""Hostile input over Socket Mode: whatever a connection carries, it stays, and the next click on it works."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from copy import deepcopy
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.runtime.socket_mode import SocketMode
from bot.sandbox.slack.sockets import Sockets
from storage.cases import threads
from storage.cases.messages import place_of_card
from storage.engine import reading
from tests.support.clock import TurnedClock
from tests.support.faults import hostile
from tests.support.faults.invariants import violations
from tests.support.faults.world import World
from tests.support.process import eventually

HERE = "C0SUPPORT"
KINDS = st.sampled_from(["interactive", "slash_commands", "events_api"])
FRAMES: list[str | bytes] = [
    *("", "hello", "null", "[]", "{}", "7", '"type envelope_id payload"', '{"type": ["hello"]}', "[" * 100_000),
    b"\xff\xfe\x00",
]


class Connected:
    """A desk whose clicks come by Socket Mode, and what can be put on its connections."""

    def __init__(self, world: World) -> None:
        self.world, self._numbers = world, count()
        self.mode = SocketMode(world.desk.bolt, world.desk.client, "xapp-sandbox")
        self.mode.start()
        self.sockets: Sockets = world.sandbox.slack.delivery.sockets
        eventually(lambda: self.sockets.count == 2)

    def push(self, *frames: str | bytes) -> None:
        """Put these on every connection, and wait for nothing."""

        async def push() -> None:
            for socket in self.sockets._open.values():
                for frame in frames:
                    await (socket.send_bytes(frame) if isinstance(frame, bytes) else socket.send_str(frame))

        self.world.sandbox.slack._run(push())

    def works(self) -> None:
        """A click on each connection is answered and counts, and no connection had to be opened anew."""
        for _ in range(2):
            number = self.world.mention("and one more", f"more{next(self._numbers)}")
            self.world.settled()
            with reading(self.world.ctx.engine) as connection:
                place = place_of_card(connection, number)
            assert place is not None
            assert self.world.sandbox.slack.click("U0EMMA", *place, "claim").ok
            with reading(self.world.ctx.engine) as connection:
                thread = threads.get(connection, number)
            assert thread is not None
            assert thread.owner == "U0EMMA"
        assert len(self.mode._opened) == 2


@pytest.fixture(scope="module")
def connected(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Connected]:
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copyfile(sqlite_template, folder / "webcare.db")
    with World(folder, f"sqlite:///{folder}/webcare.db", TurnedClock()) as world:
        for number in (1, 2, 3):
            world.mention(f"question {number}", f"klant{number}")
        world.settled()
        connected = Connected(world)
        yield connected
        connected.mode.stop()


@st.composite
def envelopes(draw: st.DrawFn) -> dict[str, Any]:
    """What a connection carries, with parts missing or replaced by something else."""
    whole = {
        "envelope_id": "e1",
        "type": draw(KINDS),
        "payload": draw(hostile.payloads()),
        "accepts_response_payload": True,
        "retry_attempt": 0,
        "retry_reason": "",
    }
    damaged = deepcopy(whole)
    for _ in range(draw(st.integers(0, 2))):
        hostile.damage(draw, damaged)
    return damaged


def test_nonsense_costs_no_connection(connected: Connected) -> None:
    connected.push(*FRAMES)
    connected.works()


def test_damaged_envelopes_cost_no_connection_and_no_click(connected: Connected) -> None:
    @settings(max_examples=120, database=None, suppress_health_check=[HealthCheck.too_slow])
    @given(envelope=envelopes())
    def push(envelope: dict[str, Any]) -> None:
        connected.push(json.dumps(envelope))

    push()
    connected.works()
    connected.world.settled()
    assert violations(connected.world.sandbox, connected.world.ctx.engine) == []
