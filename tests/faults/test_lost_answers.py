"""The answer to a call was lost: what is there is found before anything is done again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.usecases.cases.release import release
from bot.usecases.desk.context import Actor
from bot.usecases.replies.reply import decide
from storage.engine import reading
from storage.tables import reply
from tests.support.faults.invariants import violations
from tests.support.faults.world import World

FAILURES = ["rate_limited", "error_500", "html_503", "drop_before"]


def test_lost_card_is_found_and_not_posted_again(world: World) -> None:
    world.sandbox.faults.add("slack", "chat.postMessage", "drop_after")
    world.mention("where is my parcel?", "klant")
    world.settled()
    assert violations(world.sandbox, world.ctx.engine) == []
    assert _calls(world, "chat.postMessage") == 1


@pytest.mark.postgres_once
@pytest.mark.parametrize("failure", FAILURES)
def test_failed_look_up_is_repeated_before_posting(world: World, failure: str) -> None:
    world.sandbox.faults.add("slack", "chat.postMessage", "drop_after")
    world.sandbox.faults.add("slack", "conversations.history", failure, times=2)
    world.mention("where is my parcel?", "klant")
    world.settled()
    assert violations(world.sandbox, world.ctx.engine) == []
    assert _calls(world, "chat.postMessage") == 1


@pytest.mark.sqlite_alone
def test_refused_look_up_leaves_it_unknown(world: World) -> None:
    world.sandbox.faults.add("slack", "chat.postMessage", "drop_after")
    world.mention("where is my parcel?", "klant")
    histories = {scope for scope in world.sandbox.slack.scopes if scope.endswith(":history")}
    world.sandbox.slack.scopes.difference_update(histories)
    world.work(40)
    world.sandbox.slack.scopes.update(histories)
    world.settled()
    assert violations(world.sandbox, world.ctx.engine) == []
    assert _calls(world, "chat.postMessage") == 1


@pytest.mark.sqlite_alone
def test_card_that_never_arrived_is_posted(world: World) -> None:
    world.sandbox.faults.add("slack", "chat.postMessage", "drop_before")
    world.mention("where is my parcel?", "klant")
    world.settled()
    assert violations(world.sandbox, world.ctx.engine) == []


def test_lost_reply_is_found_and_not_sent_again(world: World) -> None:
    thread = world.mention("where is my parcel?", "klant")
    world.settled()
    world.sandbox.faults.add("x", "POST /2/tweets", "drop_after")
    world.sandbox.faults.add("x", "GET /2/users/:id/tweets", "error_500")
    world.answer(thread, "On its way.")
    world.work(15)
    assert "checking" in str(world.sandbox.slack.messages("C0SUPPORT")[0].blocks).lower()
    world.settled()
    assert violations(world.sandbox, world.ctx.engine) == []
    assert _reply_states(world) == ["sent"]


@pytest.mark.sqlite_alone
def test_unfound_reply_is_a_persons_to_decide(world: World) -> None:
    thread = world.mention("where is my parcel?", "klant")
    world.settled()
    world.sandbox.faults.add("x", "POST /2/tweets", "drop_before")
    world.answer(thread, "On its way.")
    world.settled()
    assert violations(world.sandbox, world.ctx.engine) == []
    assert _reply_states(world) == ["unknown"]


def test_resend_on_a_released_thread_makes_an_owner(world: World) -> None:
    thread = world.mention("where is my parcel?", "klant")
    world.settled()
    world.sandbox.faults.add("x", "POST /2/tweets", "drop_before")
    number = world.answer(thread, "On its way.")
    world.settled()
    anna = Actor("U0ANNA", "button")
    release(world.ctx, anna, thread)
    decide(world.ctx, anna, number, was_sent=False)
    world.settled()
    assert violations(world.sandbox, world.ctx.engine) == []
    assert _reply_states(world) == ["sent"]


def _calls(world: World, method: str) -> int:
    """Count the calls that Slack carried out."""
    return sum(call.method == method and call.error is None for call in world.sandbox.slack.calls)


def _reply_states(world: World) -> list[str]:
    with reading(world.ctx.engine) as connection:
        return list(connection.execute(select(reply.c.state)).scalars())
