"""A surge is said once, its digest goes ahead of the cards and is edited, and the cards keep to their deadlines."""

from __future__ import annotations

from dataclasses import replace

from bot.usecases.alerts import backlog
from bot.usecases.cases.claim import claim
from tests.conftest import TurnedClock
from tests.support.busy import Channel, at_once
from tests.support.team import ANNA, Team

FLOOD = 75


def test_an_ordinary_hour_is_no_surge(channel: Channel) -> None:
    channel.flood(60)
    assert backlog.tick(channel.team.ctx) == 0


def test_the_digest_goes_ahead_of_every_card_that_waits(channel: Channel, clock: TurnedClock) -> None:
    long_past = clock.at.replace(hour=3)
    channel.flood(FLOOD, posted_at=long_past)
    channel.deliver()
    assert backlog.tick(channel.team.ctx) == 1
    channel.deliver(turns=2)
    first_card, digest, second_card = channel.messages()
    assert "Busy:* 74 mentions are waiting" in digest.text
    assert "75 threads are unclaimed" in digest.text
    assert first_card.text.startswith("#1 ")
    assert second_card.text.startswith("#2 ")


def test_the_digest_offers_the_nearest_deadlines_whoever_has_more_followers(
    channel: Channel, clock: TurnedClock
) -> None:
    channel.flood(FLOOD)
    for minute in range(12):
        channel.flood(1, f"Al lang {minute}", posted_at=clock.at.replace(hour=15, minute=minute))
    claim(channel.team.ctx, ANNA, FLOOD + 1)
    backlog.tick(channel.team.ctx)
    channel.deliver()
    digest = channel.messages()[0].blocks or []
    offered = [block["accessory"] for block in digest if "accessory" in block]
    assert [button["value"] for button in offered] == [str(FLOOD + 2 + place) for place in range(10)]
    assert {button["action_id"] for button in offered} == {"claim"}
    assert "Al lang 1" in str(digest)
    assert "/webcare claim" in str(digest)
    assert [e["action_id"] for b in digest if b["type"] == "actions" for e in b["elements"]] == ["claim_next"]


def test_the_digest_is_edited_at_most_every_ten_seconds_and_never_repeated(channel: Channel) -> None:
    channel.flood(120)
    backlog.tick(channel.team.ctx)
    channel.deliver()
    for _ in range(15):
        channel.deliver(turns=2)
        backlog.tick(channel.team.ctx)
    channel.deliver()
    (digest,) = channel.said("Busy:*")
    assert channel.updates(digest.ts) == 3
    assert "90 mentions are waiting" in digest.text
    assert len(channel.messages()) == 31


def test_an_urgent_card_waits_for_none_that_is_less_urgent(channel: Channel, clock: TurnedClock) -> None:
    channel.flood(FLOOD)
    backlog.tick(channel.team.ctx)
    channel.deliver(turns=5)
    channel.flood(1, "Dit had al een uur geleden gemoeten", posted_at=clock.at.replace(hour=14))
    channel.deliver(turns=1)
    assert "Dit had al een uur geleden gemoeten" in channel.messages()[-1].text


def test_it_ends_when_almost_nothing_waits_and_says_how_much_there_was(channel: Channel) -> None:
    channel.flood(FLOOD)
    backlog.tick(channel.team.ctx)
    channel.deliver(turns=30)
    channel.flood(5)
    channel.deliver(turns=40)
    assert backlog.tick(channel.team.ctx) == 1, "ten wait, so it goes on"
    assert "10 mentions are waiting" in _shown(channel)
    channel.deliver(turns=1)
    assert backlog.tick(channel.team.ctx) == 1
    assert "Caught up* at" in _shown(channel)
    assert "80 mentions in 1 min" in _shown(channel)
    assert backlog.tick(channel.team.ctx) == 0


def test_the_next_surge_has_a_digest_of_its_own(channel: Channel, clock: TurnedClock) -> None:
    for _ in range(2):
        channel.flood(FLOOD)
        backlog.tick(channel.team.ctx)
        channel.deliver(turns=FLOOD + 1)
        backlog.tick(channel.team.ctx)
    channel.deliver()
    assert len(channel.said("Caught up* at")) == 2
    assert len(channel.said("#")) == 2 * FLOOD


def test_of_several_processes_one_begins_shows_and_ends_it(channel: Channel, clock: TurnedClock) -> None:
    def ticks() -> int:
        return sum(at_once(lambda: backlog.tick(channel.team.ctx)))

    channel.flood(FLOOD)
    assert ticks() == 1
    clock.turn(seconds=10)
    assert ticks() == 1
    channel.deliver(turns=FLOOD)
    assert ticks() == 1
    assert ticks() == 0
    channel.deliver()
    assert len(channel.messages()) == FLOOD + 1


def test_a_restart_in_the_middle_neither_repeats_nor_forgets_it(channel: Channel) -> None:
    channel.flood(FLOOD)
    backlog.tick(channel.team.ctx)
    channel.deliver(turns=5)
    again = Channel(Team(replace(channel.team.ctx)), channel.clock, channel.sandbox)
    again.deliver(turns=FLOOD)
    assert backlog.tick(again.team.ctx) == 1
    again.deliver()
    assert len(channel.said("Caught up* at")) == 1
    assert len(channel.messages()) == FLOOD + 1


def _shown(channel: Channel) -> str:
    """What the one digest says now."""
    channel.deliver()
    (digest,) = [message for message in channel.messages() if not message.text.startswith("#")]
    return digest.text
