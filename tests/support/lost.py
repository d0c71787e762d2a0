"""Replies on their way to X, and replies whose outcome is unknown."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.cases.conversation import ReplyState
from tests.support.bench import Bench

UNDO = 10  # seconds
RECHECK = 60  # seconds, [delivery] network_recheck_after
SEND = "POST /2/tweets"
LOOK = "GET /2/users/:id/tweets"
NEVER = 1000 * RECHECK


def answered(bench: Bench, words: str = "Wij zoeken het uit") -> tuple[int, int]:
    """Answer a new mention; return the numbers of thread and reply. The time to undo has begun."""
    number = bench.mention()
    bench.settle()
    return number, bench.team.answer(number, words).id


def unknown(bench: Bench, shown_after: float) -> tuple[int, int]:
    """Send a reply that X shows too late to be found; return the numbers of thread and reply."""
    bench.sandbox.x.timeline_lag = timedelta(seconds=shown_after)
    bench.sandbox.faults.add("x", SEND, "drop_after")
    number, reply_id = answered(bench)
    bench.settle(seconds=UNDO)
    bench.settle(seconds=RECHECK)
    assert bench.team.reply(reply_id).state is ReplyState.UNKNOWN
    return number, reply_id


def wait(bench: Bench, times: int) -> None:
    for _ in range(times):
        bench.settle(seconds=RECHECK)
