"""A backlog is told once; its digest precedes the cards and is edited; the cards follow their deadlines."""

from __future__ import annotations

import pytest

from bot.usecases.alerts import backlog
from bot.usecases.cases.claim import claim
from tests.support.bench import Bench
from tests.support.cast import ANNA
from tests.support.clock import TurnedClock
from tests.support.together import together

FLOOD = 75


@pytest.mark.sqlite_alone
def test_ordinary_hour_has_no_digest(bench: Bench) -> None:
    bench.flood(60)
    assert backlog.tick(bench.ctx) == 0


def test_digest_goes_ahead_of_every_waiting_card(bench: Bench, clock: TurnedClock) -> None:
    long_past = clock.at.replace(hour=3)
    bench.flood(FLOOD, posted_at=long_past)
    bench.deliver()
    assert backlog.tick(bench.ctx) == 1
    bench.deliver(turns=2)
    first_card, digest, second_card = bench.messages()
    assert "74 cards are still coming" in str(digest.blocks)
    assert "75 threads are unclaimed" in digest.text
    assert " · #1 · " in first_card.text
    assert " · #2 · " in second_card.text


@pytest.mark.sqlite_alone
def test_digest_offers_the_nearest_deadlines(bench: Bench, clock: TurnedClock) -> None:
    bench.flood(FLOOD)
    for minute in range(12):
        bench.flood(1, f"Al lang {minute}", posted_at=clock.at.replace(hour=15, minute=minute))
    claim(bench.ctx, ANNA, FLOOD + 1)
    backlog.tick(bench.ctx)
    bench.deliver()
    digest = bench.messages()[0].blocks or []
    offered = [block["accessory"] for block in digest if "accessory" in block]
    assert [button["value"] for button in offered] == [str(FLOOD + 2 + place) for place in range(10)]
    assert {button["action_id"] for button in offered} == {"claim"}
    assert "Al lang 1" in str(digest)
    assert "/webcare claim" in str(digest)
    assert [e["action_id"] for b in digest if b["type"] == "actions" for e in b["elements"]] == ["claim_next"]


@pytest.mark.sqlite_alone
def test_digest_is_edited_every_ten_seconds_at_most(bench: Bench) -> None:
    bench.flood(120)
    backlog.tick(bench.ctx)
    bench.deliver()
    for _ in range(15):
        bench.deliver(turns=2)
        backlog.tick(bench.ctx)
    bench.deliver()
    (digest,) = bench.said("in 10 min*")
    assert bench.updates(digest.ts) == 3
    assert "90 cards are still coming" in str(digest.blocks)
    assert len(bench.messages()) == 31


@pytest.mark.sqlite_alone
def test_digest_is_posted_again_while_it_lasts(bench: Bench) -> None:
    bench.flood(120)
    backlog.tick(bench.ctx)
    bench.deliver()
    bench.clock.turn(seconds=backlog.AGAIN_SECONDS)
    backlog.tick(bench.ctx)
    bench.deliver(turns=2)
    first, again = [message for message in bench.channel() if " · #" not in message.text]
    assert "see the newest message" in first.text
    assert "claim_next" in str(again.blocks)
    bench.deliver(turns=120)
    assert backlog.tick(bench.ctx) == 1
    bench.deliver()
    assert len(bench.said("Caught up* at")) == 1


@pytest.mark.sqlite_alone
def test_urgent_card_waits_for_no_other(bench: Bench, clock: TurnedClock) -> None:
    bench.flood(FLOOD)
    backlog.tick(bench.ctx)
    bench.deliver(turns=5)
    bench.flood(1, "Dit had al een uur geleden gemoeten", posted_at=clock.at.replace(hour=14))
    bench.deliver(turns=1)
    assert "Dit had al een uur geleden gemoeten" in bench.messages()[-1].text


@pytest.mark.sqlite_alone
def test_backlog_ends_near_zero_and_tells_its_size(bench: Bench) -> None:
    bench.flood(FLOOD)
    backlog.tick(bench.ctx)
    bench.deliver(turns=30)
    bench.flood(5)
    bench.deliver(turns=40)
    assert backlog.tick(bench.ctx) == 1, "ten wait, so it goes on"
    assert "10 cards are still coming" in _shown(bench)
    bench.deliver(turns=1)
    assert backlog.tick(bench.ctx) == 1
    assert "Caught up* at" in _shown(bench)
    assert "80 mentions in 1 min" in _shown(bench)
    assert backlog.tick(bench.ctx) == 0


@pytest.mark.sqlite_alone
def test_next_backlog_has_a_digest_of_its_own(bench: Bench, clock: TurnedClock) -> None:
    for _ in range(2):
        bench.flood(FLOOD)
        backlog.tick(bench.ctx)
        bench.deliver(turns=FLOOD + 1)
        backlog.tick(bench.ctx)
    bench.deliver()
    assert len(bench.said("Caught up* at")) == 2
    assert len(bench.said("#")) == 2 * FLOOD


def test_backlog_race_has_one_digest(bench: Bench, clock: TurnedClock) -> None:
    def ticks() -> int:
        return sum(together([lambda: backlog.tick(bench.ctx)] * 6))

    bench.flood(FLOOD)
    assert ticks() == 1
    clock.turn(seconds=10)
    assert ticks() == 1
    bench.deliver(turns=FLOOD)
    assert ticks() == 1
    assert ticks() == 0
    bench.deliver()
    assert len(bench.messages()) == FLOOD + 1


def test_restart_neither_repeats_nor_forgets_the_backlog(bench: Bench) -> None:
    bench.flood(FLOOD)
    backlog.tick(bench.ctx)
    bench.deliver(turns=5)
    again = Bench(bench.ctx, bench.sandbox, bench.clock)
    again.deliver(turns=FLOOD)
    assert backlog.tick(again.team.ctx) == 1
    again.deliver()
    assert len(bench.said("Caught up* at")) == 1
    assert len(bench.messages()) == FLOOD + 1


def _shown(bench: Bench) -> str:
    """Return the text of the only digest."""
    bench.deliver()
    (digest,) = [message for message in bench.messages() if " · #" not in message.text]
    return f"{digest.text} {digest.blocks}"
