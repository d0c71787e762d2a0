"""Reminders: at their instant, once per wait, and quiet as soon as they have nothing to say."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, update

from bot.domain.clock.targets import NagLevel
from bot.domain.reminders.reminders import INDIVIDUAL_LIMIT
from bot.networks.base import Sent
from bot.usecases.cases import close
from bot.usecases.reminders import nag
from bot.usecases.replies import reply, reply_outcome
from bot.views.reminders.models import Nag
from storage import outbox
from storage.engine import reading, transaction
from storage.reminders.messages import NagPayload
from storage.tables import thread, wait
from tests.support.cast import ANNA
from tests.support.clock import FRIDAY, TurnedClock
from tests.support.statements import statements
from tests.support.team import Team


def shown(team: Team, key: str) -> Nag:
    """Return what is shown of a reminder now."""
    with reading(team.ctx.engine) as connection:
        item = outbox.get(connection, key)
    assert item is not None
    return nag.reminder(team.ctx, item, NagPayload.from_json(item.payload))


def levels(team: Team, number: int) -> list[str]:
    return [str(event.data["level"]) for event in team.events(number) if event.kind == "nagged"]


def test_nag_warns_and_breaches_to_the_instant(team: Team, clock: TurnedClock) -> None:
    number = team.write()
    clock.turn(minutes=45, microseconds=-1)
    assert nag.tick(team.ctx) == 0
    clock.turn(microseconds=1)
    assert [nag.tick(team.ctx), nag.tick(team.ctx)] == [1, 0]
    assert team.thread(number).nag_level is NagLevel.WARNING
    clock.turn(minutes=15, microseconds=-1)
    assert nag.tick(team.ctx) == 0
    clock.turn(microseconds=1)
    assert [nag.tick(team.ctx), nag.tick(team.ctx)] == [1, 0]
    assert levels(team, number) == ["warning", "breach"]
    assert team.wanted("nag") == [f"nag:{number}:1:step1:", f"nag:{number}:1:step2:"]


def test_late_reminders_become_one_that_is_true_now(team: Team, clock: TurnedClock) -> None:
    number = team.write()
    clock.turn(hours=5)
    assert nag.tick(team.ctx) == 1
    assert levels(team, number) == ["breach"]
    assert len(team.wanted("nag")) == 1


def test_senseless_thread_stops_no_other_reminder(team: Team, clock: TurnedClock) -> None:
    odd, sound = team.write(conversation="c1"), team.write(conversation="c2")
    with transaction(team.ctx.engine) as connection:
        connection.execute(delete(wait).where(wait.c.thread_id == odd))
    clock.turn(hours=5)
    nag.tick(team.ctx)
    assert (levels(team, odd), levels(team, sound)) == ([], ["breach"])
    assert nag.tick(team.ctx) == 0


def test_thread_of_a_gone_desk_stops_no_other_reminder(team: Team, clock: TurnedClock) -> None:
    gone, sound = team.write(conversation="c1"), team.write(conversation="c2")
    with transaction(team.ctx.engine) as connection:
        connection.execute(update(thread).where(thread.c.id == gone).values(desk="Renamed since"))
    clock.turn(hours=5)
    assert nag.tick(team.ctx) == 1
    assert (levels(team, gone), levels(team, sound)) == ([], ["breach"])


def test_nag_race_of_four_reminds_once(team: Team, clock: TurnedClock) -> None:
    numbers = [team.write(conversation=f"c{each}") for each in range(INDIVIDUAL_LIMIT)]
    clock.turn(hours=5)
    with ThreadPoolExecutor(4) as pool:
        raised = sum(pool.map(lambda _: nag.tick(team.ctx), range(4)))
    assert raised == INDIVIDUAL_LIMIT
    assert [levels(team, number) for number in numbers] == [["breach"]] * INDIVIDUAL_LIMIT
    assert len(team.wanted("nag")) == INDIVIDUAL_LIMIT


def test_answer_silences_the_reminder(team: Team, clock: TurnedClock) -> None:
    answer = team.answer(team.write())
    reply_outcome.begin(team.ctx, answer.id)
    reply_outcome.arrived(team.ctx, answer.id, Sent("r1", "https://x.com/acme/status/9"))
    clock.turn(hours=5)
    assert nag.tick(team.ctx) == 0


@pytest.mark.parametrize("ending", ["undone", "refused", "unknown"])
def test_reminder_rests_during_a_reply_and_resumes(team: Team, clock: TurnedClock, ending: str) -> None:
    number = team.write()
    clock.turn(minutes=50)
    answer = team.answer(number)
    clock.turn(seconds=69)  # ten to undo, and a minute
    assert nag.tick(team.ctx) == 0
    if ending == "undone":
        reply.undo(team.ctx, ANNA, answer.id)
    else:
        reply_outcome.begin(team.ctx, answer.id)
        if ending == "refused":
            reply_outcome.refused(team.ctx, answer.id, "duplicate")
        else:
            reply_outcome.unknown(team.ctx, answer.id)
    assert nag.tick(team.ctx) == 1


def test_moved_wait_keeps_its_one_reminder(team: Team, clock: TurnedClock) -> None:
    number = team.write()
    clock.turn(minutes=30)
    team.write()
    clock.turn(minutes=40)
    nag.tick(team.ctx)
    team.delete("1")
    assert team.thread(number).next_nag_at is not None
    assert shown(team, *team.wanted("nag")).level is NagLevel.WARNING  # the customer waits until the later deadline
    clock.turn(minutes=20)
    nag.tick(team.ctx)
    assert levels(team, number) == ["breach", "breach"]
    assert len(team.wanted("nag")) == 1


def test_each_wait_has_a_reminder_of_its_own(team: Team, clock: TurnedClock) -> None:
    number = team.write()
    clock.turn(hours=1)
    nag.tick(team.ctx)
    close.close(team.ctx, ANNA, number, "spam")
    assert shown(team, *team.wanted("nag")).level is NagLevel.NOT_YET
    clock.turn(hours=1)
    team.write("Toch niet!")
    clock.turn(hours=1)
    nag.tick(team.ctx)
    assert len(team.wanted("nag")) == 2
    assert clock.at > FRIDAY


def test_many_reminders_cost_no_more_reads_than_few(team: Team, clock: TurnedClock) -> None:
    read = []
    for round_, count in enumerate((INDIVIDUAL_LIMIT + 1, 2 * INDIVIDUAL_LIMIT)):
        for each in range(count):
            team.write(conversation=f"{round_}-{each}")
        clock.turn(hours=1)
        with statements(team.ctx.engine) as ran:
            assert nag.tick(team.ctx) >= count
        read.append([statement for statement, _ in ran if statement.startswith("SELECT")])
    assert len(read[0]) == len(read[1]) <= 15
