"""A network that takes no replies for long is no progress: nags and breach come, and everybody hears why."""

from __future__ import annotations

import pytest

from bot.domain.cases.conversation import ReplyState
from bot.domain.clock.targets import NagLevel
from bot.usecases.intake import feed_health
from bot.usecases.reminders import late_list, nag
from tests.support.bench import Bench, restarted
from tests.support.cast import HERE, LEAD
from tests.support.lost import SEND, UNDO, answered

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CAP = "our X account has reached its spending cap"


def pass_by(bench: Bench, minutes: int) -> None:
    """Let time pass as a running desk would."""
    for _ in range(minutes // 5):
        bench.settle(minutes=5)
        nag.tick(bench.ctx)
        late_list.tick(bench.ctx)
        feed_health.tick(bench.ctx)
        bench.settle(seconds=1)


def break_for_good(bench: Bench, how: str) -> None:
    if how in ("usage_cap", "spend_cap"):
        bench.sandbox.x.troubles[SEND] = how
    elif how == "rate_limited":
        bench.sandbox.x.limits[SEND] = 0
    else:
        bench.sandbox.faults.add("x", SEND, how, times=500)


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("usage_cap", CAP),
        ("spend_cap", CAP),
        ("rate_limited", "X takes no more posts from us for now (rate limit)"),
    ],
)
def test_reply_that_is_never_taken_is_nagged_about_with_the_cause(bench: Bench, how: str, why: str) -> None:
    bench = restarted(bench, leads=(LEAD.id,))
    break_for_good(bench, how)
    number, reply_id = answered(bench)
    bench.settle(seconds=UNDO)
    assert why in str(bench.channel()[0].blocks), "the card says it at once"
    assert bench.ephemerals("U0ANNA") == []
    bench.settle(seconds=61)
    assert [why in each for each in bench.ephemerals("U0ANNA")] == [True], "its author hears after the grace"
    pass_by(bench, 65)
    thread = bench.team.thread(number)
    assert (thread.nag_level, bench.team.reply(reply_id).state) == (NagLevel.BREACH, ReplyState.QUEUED)
    (nagged,) = [each for each in bench.under_the_card() if "is *late*" in each.text]
    assert why in nagged.text
    late = [str(each.blocks) for each in bench.told() if "late at Support" in each.text]
    assert [why in each for each in late] == [True]
    assert any("No reply has gone out on X (@acme)" in each.text for each in bench.channel())
    assert len(bench.ephemerals("U0ANNA")) == 1, "once is enough"
    bench.sandbox.x.troubles.clear()
    bench.sandbox.x.limits.clear()
    pass_by(bench, 20)
    assert bench.team.reply(reply_id).state is ReplyState.SENT
    assert any("go out on X (@acme) again" in each.text for each in bench.channel())


class TestGrace:
    def test_reply_in_hand_rests_the_nags_for_a_minute_only(self, bench: Bench) -> None:
        bench.sandbox.x.troubles[SEND] = "usage_cap"
        number = bench.mention()
        bench.clock.turn(minutes=44, seconds=50)
        reply = bench.team.answer(number)
        bench.settle(seconds=UNDO + 59)
        assert nag.tick(bench.ctx) == 0
        bench.clock.turn(seconds=1)
        assert nag.tick(bench.ctx) == 1
        assert bench.team.thread(number).pending_reply_id == reply.id

    def test_lost_answer_on_an_unreachable_network_is_nagged_about(self, bench: Bench) -> None:
        bench.sandbox.faults.add("x", SEND, "drop_after")
        number, reply_id = answered(bench)
        bench.settle(seconds=UNDO)
        bench.sandbox.faults.add("x", "*", "error_500", times=500)
        pass_by(bench, 65)
        assert bench.team.reply(reply_id).state is ReplyState.VERIFYING
        assert bench.team.thread(number).nag_level is NagLevel.BREACH
        assert "X cannot be reached" in str(bench.channel()[0].blocks)

    def test_replies_behind_the_first_one_hear_it_too(self, bench: Bench) -> None:
        bench.sandbox.x.troubles[SEND] = "usage_cap"
        numbers = [bench.mention(by=handle) for handle in ("jan", "piet")]
        bench.deliver()
        for number in numbers:
            bench.team.answer(number)
        bench.settle(seconds=UNDO)
        bench.settle(seconds=5)
        assert [CAP in str(card.blocks) for card in bench.channel()] == [True, True]


class TestAccountFaults:
    @pytest.mark.parametrize(
        ("trouble", "words"),
        [
            ("locked", "has locked our account"),
            ("app_suspended", "suspended the desk's app"),
        ],
    )
    def test_fault_of_the_account_is_told_as_one_and_alarms_the_desk(
        self, bench: Bench, trouble: str, words: str
    ) -> None:
        bench = restarted(bench, leads=(LEAD.id,))
        bench.sandbox.x.troubles[SEND] = trouble
        number, _ = answered(bench)
        bench.settle(seconds=UNDO)
        feed_health.tick(bench.ctx)
        bench.settle(seconds=2)
        assert words in bench.ephemerals("U0ANNA")[0]
        assert bench.team.thread(number).reply_blocked_reason is None
        for told in (bench.messages(HERE), bench.told()):
            assert any("No reply has gone out" in each.text and words in each.text for each in told)

    def test_fault_of_one_post_alarms_nobody(self, bench: Bench) -> None:
        answered(bench)
        bench.sandbox.x.delete(bench.sandbox.x.posts[0].id)
        bench.settle(seconds=UNDO)
        assert feed_health.tick(bench.ctx) == 0
