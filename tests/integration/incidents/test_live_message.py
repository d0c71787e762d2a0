"""An incident has one message in the channel, which is edited and rings nobody."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from bot.domain.common.errors import RefusalCode, Refused
from bot.usecases.cases import close
from bot.usecases.cases.claim import claim
from bot.usecases.desk.context import Actor, Context
from bot.usecases.incidents import incident as usecase
from bot.usecases.incidents import line, members
from bot.usecases.privacy import erase
from bot.usecases.replies import work_through
from bot.usecases.replies.work_through import ToTell, next_one
from tests.support.bench import Bench
from tests.support.cast import ANNA, LARS, LEAD
from tests.support.together import race

LINE = "Door een kapotte bovenleiding rijden er tot ongeveer acht uur geen treinen rond Utrecht."


@pytest.fixture
def numbers(bench: Bench) -> list[int]:
    """Three customers ask about an outage, which a lead opens an incident for."""
    for handle in ("jan", "piet", "eva"):
        bench.sandbox.x.post(handle, "@acme Is er een storing bij Utrecht?")
    bench.fetch()
    usecase.open_(bench.ctx, LEAD, bench.ctx.settings.desks[0], "storing Utrecht")
    members.tick(bench.ctx)
    bench.finish()
    return [bench.thread(handle) for handle in ("jan", "piet", "eva")]


def message(bench: Bench) -> str:
    (shown,) = bench.said("storing Utrecht")
    return str(shown.blocks)


def answer(bench: Bench, number: int, words: str) -> None:
    bench.team.answer(number, words)
    bench.clock.turn(minutes=1)
    bench.finish()


def test_one_message_follows_what_happens_and_is_only_edited(bench: Bench, numbers: list[int]) -> None:
    posted = [each.ts for each in bench.channel()]
    assert "*3* customers · *0* answered · *3* unclaimed" in message(bench)
    answer(bench, numbers[0], "Hoi Jan, om acht uur rijdt er weer een trein naar huis.")
    members.tick(bench.ctx)
    mine = line.propose(bench.ctx, ANNA, 1, LINE)
    bench.finish()
    assert "*1* answered · *2* unclaimed" in message(bench)
    assert "Approve the line" in message(bench)
    line.approve(bench.ctx, LEAD, 1, mine.proposal)
    bench.finish()
    assert f"approved by <@{LEAD.id}>" in message(bench)
    assert [each.ts for each in bench.channel()] == posted
    (asked,) = bench.told()
    assert f"approved by <@{LEAD.id}>" in asked.text


def test_leads_are_asked_once_and_not_for_what_is_decided(bench: Bench, numbers: list[int]) -> None:
    first = line.propose(bench.ctx, ANNA, 1, LINE)
    bench.finish()
    (asked,) = bench.told()
    assert "incident_approve" in str(asked.blocks)
    line.propose(bench.ctx, ANNA, 1, f"{LINE} Tot later!")
    line.propose(bench.ctx, ANNA, 1, "")
    bench.finish()
    (asked,) = bench.told()
    assert "no longer waits" in asked.text
    line.propose(bench.ctx, LEAD, 1, LINE)
    bench.finish()
    assert len(bench.told()) == 1, first


@pytest.mark.postgres_once
@pytest.mark.parametrize("end", [usecase.solve, usecase.close])
def test_nobody_is_asked_any_more_about_a_line_that_went_with_its_incident(
    bench: Bench, numbers: list[int], end: Callable[[Context, Actor, int], object]
) -> None:
    line.propose(bench.ctx, ANNA, 1, LINE)
    bench.finish()
    end(bench.ctx, LEAD, 1)
    bench.finish()
    (asked,) = bench.told()
    assert "no longer waits" in asked.text


@pytest.mark.sqlite_alone
def test_figures_that_stay_edit_nothing(bench: Bench, numbers: list[int]) -> None:
    (shown,) = bench.said("storing Utrecht")
    bench.clock.turn(minutes=1)
    edits = bench.updates(shown.ts)
    for _ in range(3):
        bench.clock.turn(minutes=1)
        assert members.tick(bench.ctx) == 0
        bench.finish()
    assert bench.updates(shown.ts) == edits


def test_solved_incident_is_worked_through_until_everybody_is_told(bench: Bench, numbers: list[int]) -> None:
    jan, piet, eva = numbers
    answer(bench, jan, "Hoi Jan, om acht uur rijdt er weer een trein naar huis.")
    usecase.solve(bench.ctx, LEAD, 1)
    assert next_one(bench.ctx, ANNA, 1) == jan, "was told of the outage, not of its end"
    assert next_one(bench.ctx, LARS, 1) == piet, "Jan's thread is Anna's"
    answer(bench, jan, "Daar is je trein weer, Jan. Fijne avond!")
    assert work_through.to_tell(bench.ctx, jan) == ToTell(1, 2)
    members.tick(bench.ctx)
    bench.finish()
    assert "*1 of 3* have been told that it is solved." in message(bench)
    assert f"#{piet}" in message(bench)
    both = race([partial(next_one, bench.ctx, who, 1) for who in (ANNA, LARS)])
    assert both == [eva, piet]
    bench.team.answer(piet, "Goed nieuws Piet: het spoor is vrij.", by=LARS)
    bench.team.answer(eva, "Eva, je kunt weer instappen op spoor vier.")
    assert work_through.to_tell(bench.ctx, eva) == ToTell(1, 0)
    with pytest.raises(Refused) as refused:
        next_one(bench.ctx, ANNA, 1)
    assert refused.value.code is RefusalCode.TOLD_BY_COLLEAGUES
    bench.clock.turn(minutes=1)
    bench.finish()
    with pytest.raises(Refused) as told:
        next_one(bench.ctx, ANNA, 1)
    assert told.value.code is RefusalCode.ALL_TOLD
    usecase.close(bench.ctx, LEAD, 1)
    bench.finish()
    assert "Everybody who asked has been told." in message(bench)
    assert "Claim 5" not in message(bench)


@pytest.mark.postgres_once
@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda ctx, number: close.close(ctx, LARS, number, "spam"),
        lambda ctx, number: claim(ctx, LARS, number),
        lambda ctx, _: erase.erase(ctx, "jan"),
    ],
    ids=["closed", "taken", "erased"],
)
def test_next_one_passes_over_what_has_changed_meanwhile(
    bench: Bench, numbers: list[int], monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[Context, int], None]
) -> None:
    usecase.solve(bench.ctx, LEAD, 1)
    tried: list[int] = []

    def late(ctx: Context, actor: Actor, thread_id: int) -> None:
        tried.append(thread_id)
        if len(tried) == 1:
            meanwhile(ctx, thread_id)
        claim(ctx, actor, thread_id)

    monkeypatch.setattr(work_through, "claim", late)
    assert next_one(bench.ctx, ANNA, 1) == numbers[1]
    assert tried == numbers[:2]


@pytest.mark.sqlite_alone
def test_closed_incident_has_no_next_one(bench: Bench, numbers: list[int]) -> None:
    usecase.close(bench.ctx, LEAD, 1)
    with pytest.raises(Refused) as refused:
        next_one(bench.ctx, ANNA, 1)
    assert refused.value.code is RefusalCode.INCIDENT_CLOSED


def test_nobody_is_owed_an_answer_who_was_erased_or_closed(bench: Bench, numbers: list[int]) -> None:
    _, piet, eva = numbers
    usecase.solve(bench.ctx, LEAD, 1)
    erase.erase(bench.ctx, "jan")
    close.close(bench.ctx, ANNA, piet, "spam")
    members.tick(bench.ctx)
    bench.finish()
    assert "*0 of 3* have been told that it is solved. 1 was closed without an answer. Not told yet: " in message(bench)
    assert [f"#{number}" in message(bench).partition("Not told yet")[2].partition("}")[0] for number in numbers] == [
        False,
        False,
        True,
    ]
    assert next_one(bench.ctx, ANNA, 1) == eva
    answer(bench, eva, "Eva, je kunt weer instappen op spoor vier.")
    assert work_through.to_tell(bench.ctx, eva) == ToTell(1, 0)
    members.tick(bench.ctx)
    bench.finish()
    assert "Not told yet" not in message(bench)
    with pytest.raises(Refused) as refused:
        next_one(bench.ctx, ANNA, 1)
    assert refused.value.code is RefusalCode.ALL_TOLD


@pytest.mark.sqlite_alone
def test_deletions_edit_no_incidents_message(bench: Bench, numbers: list[int]) -> None:
    (shown,) = bench.said("storing Utrecht")
    usecase.close(bench.ctx, LEAD, 1)
    bench.finish()
    edits = bench.updates(shown.ts)
    erase.erase(bench.ctx, "jan")
    bench.finish()
    assert bench.updates(shown.ts) == edits


@pytest.mark.sqlite_alone
def test_nobody_is_said_to_have_been_told_where_nobody_asked(bench: Bench) -> None:
    usecase.open_(bench.ctx, LEAD, bench.ctx.settings.desks[0], "storing Utrecht")
    usecase.close(bench.ctx, LEAD, 1)
    bench.finish()
    assert "has been told" not in message(bench)


def test_close_says_who_was_not_told(bench: Bench, numbers: list[int]) -> None:
    usecase.close(bench.ctx, LEAD, 1)
    bench.finish()
    assert "Not told yet: " in message(bench)
    assert all(f"#{number}" in message(bench) for number in numbers)
