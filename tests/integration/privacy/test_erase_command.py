"""`webcare erase`, as an operator types it."""

from __future__ import annotations

from bot.usecases.replies import reply
from tests.support.house import ANNA, House, live, webcare


def test_the_command_that_erases_asks_first_and_reports(house: House) -> None:
    live(house)
    number = house.thread("jan")
    asked = webcare(house, "erase", "@jan", answer="n\n")
    assert asked.exit_code == 1
    assert f"#{number} on x:acme" in asked.output
    assert "Aborted" in asked.output
    assert house.thread("jan") == number
    done = webcare(house, "erase", "jan", "--yes")
    assert done.exit_code == 0, done.output
    assert done.output.splitlines() == [
        f"threads: 1 (#{number})",
        "messages: 2",
        "replies: 1",
        "Slack messages: 1, changed as soon as the desk runs",
    ]
    nobody = webcare(house, "erase", "@jan", "--yes")
    assert (nobody.exit_code, nobody.output) == (1, "Error: nobody called @jan has written to this desk\n")


def test_the_command_erases_nothing_while_a_reply_is_at_the_network(house: House) -> None:
    live(house)
    house.sandbox.faults.add("x", "POST /2/tweets", "drop_before")
    reply.submit(house.ctx, ANNA, house.thread("eva"), "dag Eva", seen=None, idempotency_key="r3")
    house.clock.turn(minutes=1)
    house.deliver()
    refused = webcare(house, "erase", "@eva", "--yes")
    assert refused.exit_code == 1
    assert f"nothing was erased: a reply in #{house.thread('eva')} is on its way" in refused.output
