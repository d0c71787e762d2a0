"""Requests for a second pair of eyes: whose they are to settle."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.cases.conversation import Escalation


def settled_by(requests: Iterable[Escalation], taker: str, channel: str | None) -> list[Escalation]:
    """Return the open requests that are settled when `taker` takes the thread over from `channel`.

    A team's request is settled from that team's channel, whoever else takes the thread over. Leads are asked together,
    so one of them settles it for all.
    """
    open_ = [request for request in requests if request.taken_by is None]
    asked = {request.target for request in open_ if request.of_a_lead}
    return [request for request in open_ if request.channel == channel or (request.of_a_lead and taker in asked)]
