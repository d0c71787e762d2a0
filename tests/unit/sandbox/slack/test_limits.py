"""Rate limits, triggers and response addresses, on a clock that the test turns; faults and changes."""

from __future__ import annotations

import asyncio

import pytest

from bot.sandbox.changes import Changes
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.slack.errors import RateLimited, SlackError
from bot.sandbox.slack.rates import Rates
from bot.sandbox.slack.tickets import ResponseAddresses, Triggers


class Clock:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def test_channel_takes_one_message_a_second() -> None:
    clock = Clock()
    rates = Rates(clock)
    rates.post("C1")
    rates.post("C2")
    with pytest.raises(RateLimited) as refusal:
        rates.post("C1")
    assert refusal.value.retry_after == 1
    clock.at += 0.9
    with pytest.raises(RateLimited):
        rates.post("C1")
    clock.at += 0.1
    rates.post("C1")


def test_quiet_time_saves_up_no_more_than_the_burst() -> None:
    clock = Clock()
    rates = Rates(clock, post_burst=2)
    clock.at += 100
    rates.post("C1")
    rates.post("C1")
    with pytest.raises(RateLimited):
        rates.post("C1")


def test_tier_counts_calls_of_the_last_minute() -> None:
    clock = Clock()
    rates = Rates(clock)
    for _ in range(20):
        rates.call("users.list", 2)
    clock.at += 20
    with pytest.raises(RateLimited) as refusal:
        rates.call("users.list", 2)
    assert refusal.value.retry_after == 40
    rates.call("conversations.list", 2)
    clock.at += 40
    rates.call("users.list", 2)


def test_limits_can_be_switched_off() -> None:
    rates = Rates(Clock(), enabled=False)
    for _ in range(200):
        rates.post("C1")
        rates.call("users.list", 2)


def test_trigger_opens_once_within_three_seconds() -> None:
    clock = Clock()
    triggers = Triggers(clock, 3)
    used, old = triggers.issue("U0ANNA"), triggers.issue("U0ANNA")
    assert triggers.check(used) == "U0ANNA"
    triggers.spend(used)
    clock.at += 3.001
    for trigger_id, code in ((used, "exchanged_trigger_id"), (old, "expired_trigger_id"), ("x", "invalid_trigger_id")):
        with pytest.raises(SlackError, match=code):
            triggers.check(trigger_id)


def test_response_address_works_five_times_in_half_an_hour() -> None:
    clock = Clock()
    addresses = ResponseAddresses(clock, 1800)
    key, old = addresses.issue("C1", "U0ANNA"), addresses.issue("C1", "U0ANNA")
    for _ in range(5):
        addresses.use(key)
    with pytest.raises(SlackError, match="used_url"):
        addresses.use(key)
    clock.at += 1800.5
    with pytest.raises(SlackError, match="expired_url"):
        addresses.use(old)


def test_faults_are_used_in_order_by_their_calls_only() -> None:
    faults = Faults()
    faults.add("slack", "chat.postMessage", "rate_limited", times=2, retry_after=7)
    faults.add("slack", "*", "html_503")
    assert faults.take("x", "chat.postMessage") is None
    assert [faults.take("slack", "chat.postMessage") for _ in range(2)] == [Fault("rate_limited", retry_after=7)] * 2
    assert faults.take("slack", "users.info") == Fault("html_503")
    assert faults.take("slack", "users.info") is None
    faults.add("x", "*", "error_500")
    faults.clear()
    assert faults.take("x", "GET /2/tweets") is None


@pytest.mark.parametrize(("target", "kind"), [("mail", "error_500"), ("slack", "eror_500")])
def test_unknown_fault_is_refused(target: str, kind: str) -> None:
    with pytest.raises(ValueError, match="must be one of"):
        Faults().add(target, "*", kind)


def test_watcher_hears_of_each_kind_once() -> None:
    async def watch() -> list[str]:
        changes = Changes()
        async with changes.subscribe() as kinds:
            for kind in ("slack", "slack", "x"):
                changes.publish(kind)
            return [await anext(kinds), await anext(kinds)]

    assert asyncio.run(watch()) == ["slack", "x"]
