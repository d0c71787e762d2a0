"""A spike is told to the leads once, with the words that stand out, and again only after it was over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.usecases.alerts import volume_spike
from tests.support.bench import Bench
from tests.support.clock import TurnedClock
from tests.support.team import Team
from tests.support.together import together


@pytest.fixture
def bench_with_a_past(bench: Bench, clock: TurnedClock) -> Bench:
    """Four weeks in which this hour brought 6 mentions, about parcels."""
    for week in range(1, 5):
        bench.flood(6, "Waar blijft mijn pakket?", posted_at=clock.at - timedelta(weeks=week, minutes=30))
    bench.flood(1, posted_at=clock.at - timedelta(weeks=5))
    return bench


def test_spike_is_told_to_the_leads_with_its_words(bench_with_a_past: Bench, clock: TurnedClock) -> None:
    bench = bench_with_a_past
    bench.flood(14, "Is er een datalek?")
    bench.flood(10, "@acme waar blijft mijn pakket, https://t.co/pakket")
    assert volume_spike.tick(bench.ctx) == 1
    bench.deliver()
    (told,) = bench.told()
    assert "*Support* got 24 mentions in the hour before" in told.text
    assert "Normal for that hour: 6." in told.text
    assert "*datalek* (14)" in str(told.blocks)
    assert "pakket" not in str(told.blocks)
    assert "https://x.com/klant/status/26|#26" in str(told.blocks)


def test_examples_lead_to_their_cards_in_slack(bench_with_a_past: Bench) -> None:
    bench = bench_with_a_past
    bench.ctx.workspace.url = "https://acme.slack.com/"
    bench.flood(20, "Is er een datalek?")
    bench.deliver(60)
    assert volume_spike.tick(bench.ctx) == 1
    bench.deliver()
    (told,) = bench.told()
    assert "/archives/C0SUPPORT/p" in str(told.blocks)
    assert "https://x.com" not in str(told.blocks)


@pytest.mark.parametrize(("mentions", "spike"), [(19, 0), (20, 1)])
def test_spike_takes_three_times_normal_and_at_least_20(bench_with_a_past: Bench, mentions: int, spike: int) -> None:
    bench_with_a_past.flood(mentions)
    assert volume_spike.tick(bench_with_a_past.ctx) == spike


def test_always_busy_hour_is_no_spike(bench: Bench, clock: TurnedClock) -> None:
    for week in range(5):
        bench.flood(30, posted_at=clock.at - timedelta(weeks=week))
    assert volume_spike.tick(bench.ctx) == 0


def test_normal_is_the_mean_hour_in_the_first_week(bench: Bench, clock: TurnedClock) -> None:
    for hour in range(1, 27):
        bench.flood(7, posted_at=clock.at - timedelta(hours=hour))
    bench.flood(20)
    assert volume_spike.tick(bench.ctx) == 0, "7 in an hour are normal"
    bench.flood(1)
    assert volume_spike.tick(bench.ctx) == 1


@pytest.mark.parametrize(("hours", "spike"), [(24, 0), (25, 1)])
def test_new_desk_knows_no_normal_yet(bench: Bench, clock: TurnedClock, hours: int, spike: int) -> None:
    bench.flood(1, posted_at=clock.at - timedelta(hours=hours))
    bench.flood(40)
    assert volume_spike.tick(bench.ctx) == spike


def test_old_posts_fetched_now_are_no_spike(bench_with_a_past: Bench, clock: TurnedClock) -> None:
    bench_with_a_past.flood(40, posted_at=clock.at - timedelta(hours=2))
    assert volume_spike.tick(bench_with_a_past.ctx) == 0


def test_spike_is_told_once_until_an_hour_of_calm(bench_with_a_past: Bench, clock: TurnedClock) -> None:
    bench = bench_with_a_past

    def minutes(number: int) -> int:
        raised = 0
        for _ in range(number // 5):
            clock.turn(minutes=5)
            raised += volume_spike.tick(bench.ctx)
        return raised

    bench.flood(40)
    assert volume_spike.tick(bench.ctx) == 1
    assert minutes(90) == 0, "calm for half an hour"
    bench.flood(40)
    assert minutes(90) == 0, "not calm for an hour on end, so the same spike goes on"
    assert minutes(30) == 0
    bench.flood(40)
    assert minutes(5) == 1
    bench.deliver(turns=1)
    assert len(bench.told()) == 2


def test_spike_race_is_raised_by_one_process(bench_with_a_past: Bench) -> None:
    bench_with_a_past.flood(40)
    assert sum(together([lambda: volume_spike.tick(bench_with_a_past.ctx)] * 6)) == 1
    bench_with_a_past.deliver()
    assert len(bench_with_a_past.told()) == 1


def test_every_lead_is_told_and_nobody_without_leads(bench_with_a_past: Bench) -> None:
    team = bench_with_a_past.team
    bench_with_a_past.flood(40)

    def led_by(*leads: str) -> Team:
        desk = team.ctx.settings.desks[0].model_copy(update={"leads": leads})
        return Team(replace(team.ctx, settings=replace(team.ctx.settings, desks=(desk,))))

    assert volume_spike.tick(led_by().ctx) == 0
    assert volume_spike.tick(led_by("U0LEAD", "U0EMMA").ctx) == 1
    assert team.wanted("volume_spike") == ["volume_spike:1:U0LEAD", "volume_spike:1:U0EMMA"]


def test_spike_keeps_no_word_of_a_customer(bench_with_a_past: Bench) -> None:
    team = bench_with_a_past.team
    bench_with_a_past.flood(40, "Datalek bij Zuurkool")
    volume_spike.tick(team.ctx)
    assert (
        "zuurkool" not in str([*team.rows("SELECT * FROM volume_spike"), *team.rows("SELECT * FROM outbox")]).casefold()
    )
