"""The command takes back an agent's last reply that has not gone yet."""

from __future__ import annotations

import pytest

from bot.domain.common.errors import Refused
from bot.usecases.replies.reply import undo_last
from tests.support.bench import Bench
from tests.support.cast import ANNA, LARS
from tests.support.team import Team


def test_last_reply_is_taken_back_then_the_one_before(bench: Bench, team: Team) -> None:
    bench.flood(3)
    first, second = team.answer(1, "eerste"), team.answer(2, "tweede")
    team.answer(3, "van Lars", by=LARS)
    assert undo_last(team.ctx, ANNA).id == second.id
    assert undo_last(team.ctx, ANNA).id == first.id
    with pytest.raises(Refused, match="nothing_to_undo"):
        undo_last(team.ctx, ANNA)
    assert team.reply(3).state == "queued"


def test_number_says_which(bench: Bench, team: Team) -> None:
    bench.flood(2)
    first, second = team.answer(1), team.answer(2)
    assert undo_last(team.ctx, ANNA, 1).id == first.id
    assert team.reply(second.id).state == "queued"
    with pytest.raises(Refused, match="nothing_to_undo"):
        undo_last(team.ctx, ANNA, 1)
    with pytest.raises(Refused, match="nothing_to_undo"):
        undo_last(team.ctx, LARS, 2)
    with pytest.raises(Refused, match="unknown_thread"):
        undo_last(team.ctx, ANNA, 99)


def test_reply_that_has_gone_is_too_late(bench: Bench, team: Team) -> None:
    bench.flood(2)
    sent = team.answer(1)
    team.arrive(sent)
    with pytest.raises(Refused, match="too_late"):
        undo_last(team.ctx, ANNA, 1)
    with pytest.raises(Refused, match="nothing_to_undo"):
        undo_last(team.ctx, ANNA)
    earlier = team.answer(2)
    team.arrive(team.answer(1, "nog een"))
    assert undo_last(team.ctx, ANNA).id == earlier.id
