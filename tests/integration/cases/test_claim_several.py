"""Several threads are claimed at once; each that is not got says why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.common.errors import Refused
from bot.platform.i18n import translator
from bot.usecases.cases import queries
from bot.usecases.cases.claim import claim, claim_several
from bot.usecases.cases.close import close
from bot.views.cases.command_results import claimed
from tests.support.bench import Bench
from tests.support.cast import ANNA, HERE, LARS
from tests.support.samples import AT, fine, pressable
from tests.support.team import Team


def test_each_is_got_or_says_why(bench: Bench, team: Team) -> None:
    bench.flood(5)
    claim(team.ctx, LARS, 2)
    claim(team.ctx, ANNA, 3)
    close(team.ctx, LARS, 4, "spam")
    answers = claim_several(team.ctx, ANNA, (5, 1, 2, 3, 4, 99))
    assert {number: str(refusal and refusal.code) for number, refusal in answers.items()} == {
        5: "None", 1: "None", 2: "taken", 3: "yours", 4: "closed", 99: "unknown_thread",
    }  # fmt: skip
    assert [team.thread(number).owner for number in range(1, 6)] == ["U0ANNA", "U0LARS", "U0ANNA", None, "U0ANNA"]
    text = fine(claimed(answers, "", AT, translator("en")))
    for words in ("#5, #1 are yours", "<@U0LARS> claimed #2", "#3 is already yours", "#4 is closed: spam", "no #99"):
        assert words in text


@pytest.mark.parametrize(("numbers", "buttons"), [((1,), ["reply"]), ((1, 99), ["reply"]), ((1, 2), [])])
def test_single_one_can_be_answered_from_the_answer(
    bench: Bench, team: Team, numbers: tuple[int, ...], buttons: list[str]
) -> None:
    bench.flood(2)
    answers = claim_several(team.ctx, ANNA, numbers)
    got = [queries.card(team.ctx, number) for number, refusal in answers.items() if refusal is None]
    assert pressable(claimed(answers, "", AT, translator("en"), got)) == buttons


def test_repeat_of_the_command_claims_nothing_more(bench: Bench, team: Team) -> None:
    bench.flood(3)
    typed = replace(ANNA, via="command", idempotency_key="the same line")
    claim_several(team.ctx, typed, (1, 2))
    with pytest.raises(Refused, match="repeated"):
        claim_several(team.ctx, typed, (3,))
    assert team.thread(3).owner is None


def test_thread_of_another_desk_is_not_got(bench: Bench, team: Team) -> None:
    bench.flood(2)
    (desk,) = team.ctx.settings.desks
    other = desk.model_copy(update={"name": "Other", "slack_channel": "C0OTHER", "escalate_to": ()})
    ctx = replace(team.ctx, settings=replace(team.ctx.settings, desks=(desk, other)))
    answers = claim_several(ctx, replace(ANNA, channel="C0OTHER"), (1, 2))
    assert [refusal and refusal.code for refusal in answers.values()] == ["unknown_thread", "unknown_thread"]
    assert claim_several(ctx, replace(ANNA, channel=HERE), (1,)) == {1: None}


def test_answer_about_many_stays_within_slacks_limits(bench: Bench, team: Team) -> None:
    bench.flood(20)
    for number in range(1, 21):
        close(team.ctx, LARS, number, "&" * 3000)
    message = claimed(claim_several(team.ctx, ANNA, range(1, 21)), "&" * 3000, AT, translator("en"))
    fine(message)
    assert len(str(message.blocks)) < 10_000
