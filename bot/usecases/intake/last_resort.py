"""Last resort: what customers say about it as their posts come in, and that it may hurry us."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.cases.retarget import retarget_all
from bot.domain.cases.thread import Thread
from bot.domain.clock.target_rules import criteria
from bot.domain.clock.targets import ResponseTargets
from bot.domain.customers.last_resort import signals
from bot.settings import Desk
from storage.clock import waits
from storage.engine import Connection


def said(desk: Desk, text: str) -> str:
    """Return the signals in a post as they are stored with it. What lacks words is refused when it is stored."""
    return " ".join(signals(text or "", desk.last_resort.own))


def hurry(connection: Connection, thread: Thread, targets: ResponseTargets, at: datetime) -> Thread:
    """Let what these targets have for a last resort hold from now on for a customer who waits already.

    Nobody is late before that, and no target becomes longer.
    """
    own = waits.open_ones(connection, thread.id)
    after, moved = retarget_all(thread, own, lambda each: _shorter(each.targets, targets), at)
    waits.move(connection, moved)
    return after


def _shorter(now: ResponseTargets, targets: ResponseTargets) -> ResponseTargets:
    if _is_for_it(targets.first_rule) and targets.first_response < now.first_response:
        now = replace(now, first_response=targets.first_response, first_rule=targets.first_rule)
    if _is_for_it(targets.next_rule) and targets.next_response < now.next_response:
        now = replace(now, next_response=targets.next_response, next_rule=targets.next_rule)
    return now


def _is_for_it(rule: str | None) -> bool:
    return "signal" in criteria(rule or "")
