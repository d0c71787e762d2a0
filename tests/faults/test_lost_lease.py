"""A worker that was held up for longer than its lease finds that another one has done its work."""

from __future__ import annotations

from typing import Any

import pytest

from bot import slack
from bot.delivery.posts import Posts
from tests.faults.invariants import violations
from tests.faults.world import World


def test_who_was_held_up_before_the_post_does_not_post(world: World) -> None:
    world.mention("where is my parcel?", "klant")
    late = Posts(world.ctx, world.desk.client)
    item = late.lease()
    assert item is not None
    world.clock.turn(seconds=Posts.lease_seconds + 1)
    world.settled()
    late.deliver(item)
    world.settled()
    assert _posted(world) == 1
    assert violations(world.sandbox, world.ctx.engine) == []


def test_who_was_held_up_on_the_way_to_slack_posts_twice_and_one_is_removed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.mention("where is my parcel?", "klant")
    late = Posts(world.ctx, world.desk.client)
    item = late.lease()
    assert item is not None
    call = slack.call

    def held_up(*arguments: Any, **more: Any) -> dict[str, Any]:
        monkeypatch.setattr(slack, "call", call)
        world.clock.turn(seconds=Posts.lease_seconds + 1)
        world.settled()
        return call(*arguments, **more)

    monkeypatch.setattr(slack, "call", held_up)
    late.deliver(item)
    assert _posted(world) == 2
    world.settled()
    assert violations(world.sandbox, world.ctx.engine) == []


def _posted(world: World) -> int:
    return sum(call.method == "chat.postMessage" for call in world.sandbox.slack.calls)
