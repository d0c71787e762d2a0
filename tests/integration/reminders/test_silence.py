"""A silent owner: who claimed and did nothing is asked at the warning, and loses the thread at the breach."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.cases.conversation import Agent
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.desk.standing import Standing
from bot.settings.config import NagConfig
from bot.usecases.cases import claim, escalate, handover, talk
from bot.usecases.cases.release import release
from bot.usecases.desk import agents
from bot.usecases.reminders import nag
from bot.usecases.replies import drafts, reply
from tests.support.bench import Bench, restarted
from tests.support.cast import ANNA, HERE, LARS, PRESS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def claimed(bench: Bench) -> Bench:
    """Anna has just claimed thread 1, which is due in an hour."""
    agents.keep(bench.ctx, Agent(ANNA.id, "Anna Bakker", "nl-NL", Standing.MEMBER))
    bench.mention()
    bench.settle()
    claim.claim(bench.ctx, ANNA, 1)
    return bench


@pytest.fixture
def asked(claimed: Bench) -> Bench:
    """Nothing was heard of her by the warning."""
    pass_by(claimed, 46)
    return claimed


def pass_by(bench: Bench, minutes: float) -> None:
    bench.settle(minutes=minutes)
    while nag.tick(bench.ctx):
        pass
    for _ in range(3):
        bench.settle(seconds=1)


def buttons(bench: Bench) -> list[str]:
    (last,) = [message for message in bench.under_the_card() if "action_id" in str(message.blocks)]
    return [element["action_id"] for element in (last.blocks or [])[-1]["elements"]]


def owner(bench: Bench) -> str | None:
    assert bench.team.owner_told(1) == bench.team.thread(1).owner
    return bench.team.thread(1).owner


def test_warning_asks_to_keep_it_or_let_go(asked: Bench) -> None:
    (reminder,) = asked.said("are you still on")
    assert f"<@{ANNA.id}>" in reminder.text
    assert buttons(asked) == ["reply", "keep", "release"]
    assert owner(asked) == ANNA.id


def test_no_answer_by_the_breach_gives_it_back_and_tells_both(asked: Bench) -> None:
    pass_by(asked, 15)
    assert owner(asked) is None
    (breach,) = asked.said("⚠️")
    assert breach.broadcast
    assert "*Anna Bakker* was not heard of: #1 is the team's again." in breach.text
    assert f"<@{ANNA.id}>" not in breach.text
    assert buttons(asked) == ["claim"]
    (told,) = asked.direct(ANNA.id)
    assert "weer van het team" in told.text
    assert asked.team.kinds(1).count("let_go") == 1
    pass_by(asked, 120)
    assert asked.team.kinds(1).count("let_go") == 1
    assert len(asked.said("nobody has claimed it")) == 1, "why is said once"
    claim.claim(asked.ctx, ANNA, 1)
    assert owner(asked) == ANNA.id


LADDERS: dict[str, list[dict[str, object]]] = {
    "leads alone": [{"at": "75%", "to": ["owner"]}, {"at": "100%", "to": ["leads"]}],
    "nobody": [{"at": "75%", "to": ["owner"]}],
    "channel before": [{"at": "50%", "to": ["owner"]}, {"at": "75%", "to": ["channel"]}],
    "another channel": [{"at": "75%", "to": ["owner"]}, {"at": "100%", "to": [PRESS]}],
    "on call": [{"at": "75%", "to": ["owner"]}, {"at": "100%", "to": ["oncall"]}],
}


@pytest.mark.parametrize("steps", LADDERS.values(), ids=LADDERS)
def test_team_hears_why_it_has_it_again_whomever_the_step_speaks_to(
    bench: Bench, steps: list[dict[str, object]]
) -> None:
    desk = restarted(bench, nags=tuple(NagConfig.model_validate(step) for step in steps))
    agents.keep(desk.ctx, Agent(ANNA.id, "Anna Bakker", "nl-NL", Standing.MEMBER))
    desk.mention()
    desk.settle()
    claim.claim(desk.ctx, ANNA, 1)
    for minutes in (31, 15, 15):
        pass_by(desk, minutes)
    assert owner(desk) is None
    (why,) = desk.said("was not heard of")
    assert (why.broadcast, why.channel) == (True, HERE)
    assert buttons(desk) == ["claim"]


def test_many_at_once_say_of_each_why_it_is_there(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    agents.keep(bench.ctx, Agent(ANNA.id, "Anna Bakker", "nl-NL", Standing.MEMBER))
    bench.flood(3, posted_at=bench.clock.at)
    bench.deliver(turns=3)
    claim.claim(bench.ctx, ANNA, 1)
    pass_by(bench, 46)
    monkeypatch.setattr("bot.usecases.reminders.reminders.INDIVIDUAL_LIMIT", 2)
    pass_by(bench, 15)
    pass_by(bench, 6)
    (late,) = [message for message in bench.channel() if "Nobody has claimed 3 threads" in message.text]
    lines = [line for line in str(late.blocks).split("\\n") if "#" in line]
    assert ["Anna Bakker was not heard of" in line for line in lines] == [True, False, False]


def _undone(bench: Bench) -> None:
    reply.undo(bench.ctx, ANNA, bench.team.answer(1).id)


SIGNS: dict[str, Callable[[Bench], object]] = {
    "keep": lambda bench: nag.keep(bench.ctx, ANNA, 1),
    "ten more minutes": lambda bench: nag.more_time(bench.ctx, ANNA, 1),
    "form opened": lambda bench: drafts.opened(bench.ctx, ANNA.id, 1, "V1"),
    "draft typed": lambda bench: drafts.keep(bench.ctx, ANNA.id, 1, "Wij", bench.clock.now()),
    "talk under the card": lambda bench: talk.hint(bench.ctx, ANNA.id, HERE, bench.channel()[0].ts),
    "escalated": lambda bench: escalate.escalate(bench.ctx, ANNA, 1, None, "Persvraag"),
    "reply undone": _undone,
}


@pytest.mark.parametrize("sign", SIGNS.values(), ids=SIGNS)
def test_sign_of_life_before_the_warning_leaves_it_theirs(claimed: Bench, sign: Callable[[Bench], object]) -> None:
    pass_by(claimed, 20)
    sign(claimed)
    pass_by(claimed, 26)
    assert claimed.said("are you still on") == []
    pass_by(claimed, 30)
    assert owner(claimed) == ANNA.id


@pytest.mark.parametrize("sign", SIGNS.values(), ids=SIGNS)
def test_sign_of_life_after_the_question_leaves_it_theirs(asked: Bench, sign: Callable[[Bench], object]) -> None:
    sign(asked)
    asked.settle(seconds=2)
    assert "'keep'" not in str([message.blocks for message in asked.under_the_card()])
    pass_by(asked, 30)
    assert owner(asked) == ANNA.id
    assert asked.said("⚠️")[-1].text.startswith(f"⚠️ <@{ANNA.id}>")


def test_what_was_done_before_the_claim_or_by_others_is_no_sign(bench: Bench) -> None:
    bench.mention()
    bench.settle()
    escalate.escalate(bench.ctx, ANNA, 1, None, "Persvraag")
    claim.claim(bench.ctx, LARS, 1)
    release(bench.ctx, LARS, 1)
    bench.clock.turn(seconds=5)
    claim.claim(bench.ctx, ANNA, 1)
    escalate.escalate(bench.ctx, LARS, 1, None, "Wie weet dit?")
    talk.hint(bench.ctx, LARS.id, HERE, bench.channel()[0].ts)
    drafts.opened(bench.ctx, LARS.id, 1, "V1")
    pass_by(bench, 46)
    assert len(bench.said("are you still on")) == 1


@pytest.mark.parametrize("state", ["on its way", "undecided"])
def test_reply_that_is_not_settled_keeps_the_owner(asked: Bench, state: str) -> None:
    handover.hand_over(asked.ctx, ANNA, 1, LARS)
    asked.clock.turn(seconds=1)
    answer = asked.team.answer(1, by=LARS)
    handover.hand_over(asked.ctx, LARS, 1, ANNA)
    if state == "undecided":
        asked.team.lose(answer)
    pass_by(asked, 30)
    assert owner(asked) == ANNA.id


def test_new_owner_is_not_asked_when_they_are_told_anew(asked: Bench) -> None:
    handover.hand_over(asked.ctx, ANNA, 1, LARS)
    pass_by(asked, 0)
    assert "please answer" in asked.said(f"<@{LARS.id}>")[-1].text
    pass_by(asked, 15)
    assert owner(asked) == LARS.id


def test_outage_over_the_warning_takes_nothing(claimed: Bench) -> None:
    pass_by(claimed, 90)
    assert owner(claimed) == ANNA.id


class TestSlackAway:
    """The question counts once it stands in Slack, before the deadline."""

    def test_owner_whom_slack_could_not_ask_keeps_it_and_is_rung(self, claimed: Bench) -> None:
        raise_unheard(claimed, 46, 15)
        pass_by(claimed, 5)
        assert claimed.said("are you still on") == claimed.said("was not heard of") == []
        assert claimed.said("⚠️")[-1].text.startswith(f"⚠️ <@{ANNA.id}>")
        pass_by(claimed, 120)
        assert owner(claimed) == ANNA.id

    @pytest.mark.parametrize("minutes", [1, 12])
    def test_question_that_came_late_but_in_time_counts(self, claimed: Bench, minutes: int) -> None:
        raise_unheard(claimed, 46)
        pass_by(claimed, minutes)
        assert len(claimed.said("are you still on")) == 1
        pass_by(claimed, 14)
        assert owner(claimed) is None

    def test_what_comes_after_the_deadline_asks_nothing(self, bench: Bench) -> None:
        steps = [{"at": "75%", "to": ["owner"]}, {"at": "100%", "to": ["leads"]}, {"at": "150%", "to": ["leads"]}]
        desk = restarted(bench, nags=tuple(NagConfig.model_validate(step) for step in steps))
        agents.keep(desk.ctx, Agent(ANNA.id, "Anna Bakker", "nl-NL", Standing.MEMBER))
        desk.mention()
        desk.settle()
        claim.claim(desk.ctx, ANNA, 1)
        raise_unheard(desk, 46, 15)
        pass_by(desk, 31)
        assert desk.said("are you still on") == desk.said("was not heard of") == []
        assert owner(desk) == ANNA.id

    def test_posting_whose_answer_was_lost_asks_all_the_same(self, claimed: Bench) -> None:
        raise_unheard(claimed, 46)
        claimed.sandbox.faults.add("slack", "chat.postMessage", "drop_after")
        claimed.settle()
        pass_by(claimed, 2)
        assert len(claimed.said("are you still on")) == 1
        pass_by(claimed, 14)
        assert owner(claimed) is None


def raise_unheard(bench: Bench, *pauses: float) -> None:
    """Let the reminders fall due after each pause while Slack is away."""
    for minutes in pauses:
        bench.clock.turn(minutes=minutes)
        while nag.tick(bench.ctx):
            pass


def test_only_the_owner_keeps_it(asked: Bench) -> None:
    with pytest.raises(Refused) as refused:
        nag.keep(asked.ctx, LARS, 1)
    assert refused.value.code is RefusalCode.NOT_YOURS


def test_next_wait_asks_anew(asked: Bench) -> None:
    nag.keep(asked.ctx, ANNA, 1)
    asked.team.arrive(asked.team.answer(1))
    asked.settle(minutes=5)
    asked.mention("@acme En nu?")
    assert asked.team.thread(1).nag_asked is None
