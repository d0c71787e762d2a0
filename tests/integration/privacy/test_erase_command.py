"""`webcare erase`, as an operator types it."""

from __future__ import annotations

from bot.usecases.replies import reply
from tests.support.bench import Bench, live, webcare
from tests.support.cast import ANNA


def test_erase_command_asks_first_and_reports(bench: Bench) -> None:
    live(bench)
    number = bench.thread("jan")
    asked = webcare(bench, "erase", "@jan", answer="n\n")
    assert asked.exit_code == 1
    assert f"#{number} on x:acme" in asked.output
    assert "Aborted" in asked.output
    assert bench.thread("jan") == number
    done = webcare(bench, "erase", "jan", "--yes")
    assert done.exit_code == 0, done.output
    assert done.output.splitlines() == [
        f"threads: 1 (#{number})",
        "messages: 2",
        "replies: 1",
        "Slack messages: 1, changed as soon as the desk runs",
    ]
    nobody = webcare(bench, "erase", "@jan", "--yes")
    assert (nobody.exit_code, nobody.output) == (1, "Error: nobody called @jan has written to this desk\n")


def test_erase_command_refuses_while_a_reply_is_under_way(bench: Bench) -> None:
    live(bench)
    bench.sandbox.faults.add("x", "POST /2/tweets", "drop_before")
    reply.submit(bench.ctx, ANNA, bench.thread("eva"), "dag Eva", seen=None, idempotency_key="r3")
    bench.clock.turn(minutes=1)
    bench.deliver()
    refused = webcare(bench, "erase", "@eva", "--yes")
    assert refused.exit_code == 1
    assert f"nothing was erased: a reply in #{bench.thread('eva')} is on its way" in refused.output
