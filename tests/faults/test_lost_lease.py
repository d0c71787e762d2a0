"""A worker that was held up beyond its lease finds that another has done its work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.delivery.slack_messages import SlackMessageDeliverer
from bot.platform import slack
from bot.usecases.cases.claim import claim
from bot.usecases.cases.release import release
from storage import outbox
from storage.engine import reading
from tests.support.cast import ANNA
from tests.support.faults.death import death_at, lively
from tests.support.faults.invariants import violations
from tests.support.faults.world import World

MIDDLE_OF_A_SWEEP = [
    "bot.delivery.duplicates.find: after conversations.history",
    "bot.delivery.slack_messages._sweep: before chat.delete",
    "bot.delivery.slack_messages._sweep: after chat.delete",
    "bot.delivery.deliverer._postpone: before commit",
]


def test_worker_held_up_before_the_post_does_not_post(world: World) -> None:
    world.mention("where is my parcel?", "klant")
    late = SlackMessageDeliverer(world.ctx, world.desk.client)
    item = late.lease()
    assert item is not None
    world.clock.turn(seconds=SlackMessageDeliverer.lease_seconds + 1)
    world.settled()
    late.deliver(item)
    world.settled()
    assert _calls(world, "chat.postMessage") == 1
    assert violations(world.sandbox, world.ctx.engine) == []


def test_worker_held_up_while_posting_leaves_one_card(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _held_up(world, monkeypatch, world.settled)
    assert _calls(world, "chat.postMessage") == 2
    world.settled()
    assert violations(world.sandbox, world.ctx.engine) == []


def test_worker_held_up_with_an_edit_leaves_newer_words(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    number = world.mention("where is my parcel?", "klant")
    world.settled()
    claim(world.ctx, ANNA, number)

    def meanwhile() -> None:
        release(world.ctx, ANNA, number)
        world.settled()

    _deliver_late(world, monkeypatch, meanwhile)
    world.settled()
    assert violations(world.sandbox, world.ctx.engine) == []
    (card,) = world.sandbox.slack.messages("C0SUPPORT")
    assert ANNA.id not in str(card.blocks)


@pytest.mark.postgres_once
@pytest.mark.parametrize("step", MIDDLE_OF_A_SWEEP)
def test_death_during_a_sweep_leaves_the_known_card(world: World, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    _held_up(world, monkeypatch, world.settled)
    with reading(world.ctx.engine) as connection:
        card = outbox.get(connection, "card:1")
    assert card is not None
    with death_at(step) as passed:
        lively(world, 60)
    assert passed
    world.settled()
    assert [message.ts for message in world.sandbox.slack.messages("C0SUPPORT")] == [card.message_ts]
    assert violations(world.sandbox, world.ctx.engine) == []


def test_sweep_waits_until_it_is_known_which_one_stays(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.sandbox.faults.add("slack", "conversations.history", "rate_limited", retry_after=120)
    _held_up(world, monkeypatch, world.desk.delivery.settle)  # who comes after it cannot look it up
    world.settled()
    assert (_calls(world, "chat.postMessage"), _calls(world, "chat.delete")) == (1, 0)
    assert violations(world.sandbox, world.ctx.engine) == []


def _held_up(world: World, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], None]) -> None:
    """A card is on its way to Slack for longer than the lease, with this `meanwhile`, and arrives."""
    world.mention("where is my parcel?", "klant")
    _deliver_late(world, monkeypatch, meanwhile)


def _deliver_late(world: World, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], None]) -> None:
    late = SlackMessageDeliverer(world.ctx, world.desk.client)
    item = late.lease()
    assert item is not None
    call = slack.call

    def held_up(*arguments: Any, **more: Any) -> dict[str, Any]:
        monkeypatch.setattr(slack, "call", call)
        world.clock.turn(seconds=SlackMessageDeliverer.lease_seconds + 1)
        meanwhile()
        return call(*arguments, **more)

    monkeypatch.setattr(slack, "call", held_up)
    late.deliver(item)


def _calls(world: World, method: str) -> int:
    return sum(call.method == method and call.error is None for call in world.sandbox.slack.calls)
