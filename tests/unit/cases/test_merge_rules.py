"""What becomes of two threads that are merged: whose clock, whose targets, and what may not be merged."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.cases.merge import merge
from bot.domain.cases.thread import Thread, receive
from bot.domain.clock.targets import NagLevel
from bot.domain.common.errors import RefusalCode, Refused
from tests.support.samples import AT, thread


def waiting(number: int, minutes: int = 0, **changes: Any) -> Thread:
    """A thread whose customer has waited since so many minutes after AT."""
    begun = thread(**{"id": number, "waiting_since": None, "due_at": None, "next_nag_at": None} | changes)
    return receive(begun, AT + timedelta(minutes=minutes))


class TestClock:
    def test_clock_that_runs_out_first_counts_with_its_targets(self) -> None:
        urgent, slow = waiting(6, 10, first_target=600), waiting(5, 0, first_target=7200)
        _, goes_on = merge(urgent, slow, None, AT)
        assert (goes_on.id, goes_on.due_at, goes_on.first_target) == (5, urgent.due_at, 600)
        _, goes_on = merge(slow, urgent, None, AT)
        assert (goes_on.id, goes_on.due_at, goes_on.first_target) == (6, urgent.due_at, 600)

    def test_who_was_warned_is_not_warned_again(self) -> None:
        warned = replace(waiting(5), nag_level=NagLevel.WARNING)
        _, goes_on = merge(warned, waiting(6, 30), None, AT)
        assert goes_on.nag_level is NagLevel.WARNING

    def test_request_for_help_goes_along(self) -> None:
        _, goes_on = merge(replace(waiting(5), escalated=True), waiting(6), None, AT)
        assert goes_on.escalated


@pytest.mark.parametrize(
    "other",
    [{"account": "x:acme_nl"}, {"desk": "Sales"}, {"customer_id": 8}],
    ids=["another account", "another desk", "another customer"],
)
def test_only_threads_of_one_customer_account_and_desk_are_merged(other: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        merge(waiting(6, **other), waiting(5), None, AT)
    assert refused.value.code is RefusalCode.NOT_ONE_CUSTOMER
