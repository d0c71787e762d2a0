"""What rings was said while the desk was open; if Slack or the bot was away until it had closed, it waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.usecases.cases import claim, close, promises, snooze
from bot.usecases.reminders import late_list, nag
from storage.outbox.kinds import MessageKind, Trait
from tests.support.bench import Bench, restarted
from tests.support.cast import ANNA

CLOSING, NIGHT = datetime(2026, 11, 20, 16, tzinfo=UTC), datetime(2026, 11, 20, 22, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

RINGING = {
    MessageKind.NAG,
    MessageKind.NAG_ELSEWHERE,
    MessageKind.REMINDERS,
    MessageKind.LATE_LIST,
    MessageKind.RESOLUTION_NAG,
    MessageKind.ESCALATION_NAG,
    MessageKind.SNOOZE_OVER,
    MessageKind.PROMISE_NAG,
    MessageKind.SHIFT,
    MessageKind.ABSENCE,
    MessageKind.BANK_REVIEW,
    MessageKind.FOUND,
}


@pytest.fixture
def office(bench: Bench) -> Bench:
    """A desk with hours, and Anna's thread of which half an hour is left when it closes on Friday at 17:00."""
    office = restarted(bench, hours="Mo-Fr 09:00-17:00")
    office.clock.at = CLOSING - 31 * MINUTE
    claim.claim(office.ctx, ANNA, office.mention())
    office.deliver(turns=2)
    return office


def _warned(office: Bench) -> None:
    office.clock.at = CLOSING - 15 * MINUTE
    office.team.write(conversation="c9", posted_at=office.clock.at - 45 * MINUTE)
    assert nag.tick(office.ctx) == 1


def _late(office: Bench) -> None:
    office.team.write(conversation="c9", posted_at=office.clock.at - 70 * MINUTE)
    assert nag.tick(office.ctx) == 1
    assert late_list.tick(office.ctx) == 1


def _woken(office: Bench) -> None:
    snooze.snooze(office.ctx, ANNA, 1, CLOSING - 5 * MINUTE, "wacht op depot")
    office.clock.at = CLOSING - 5 * MINUTE
    assert snooze.tick(office.ctx) == 1


def _promised(office: Bench) -> None:
    office.team.arrive(office.team.answer(1, promised_for=CLOSING - 5 * MINUTE))
    office.clock.at = CLOSING - 5 * MINUTE
    assert promises.tick(office.ctx) == 1


def _rung(office: Bench) -> list[str]:
    """Return what has rung somebody: all that is under cards, and what the lead was told."""
    return [message.text for message in (*office.under_the_card(), *office.told())]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestSaidBeforeClosing:
    @pytest.mark.parametrize("said", [_warned, _late, _woken, _promised])
    def test_it_rings_nobody_at_night_and_once_on_monday(self, office: Bench, said: Callable[[Bench], None]) -> None:
        said(office)
        before = _rung(office)
        office.clock.at = NIGHT
        office.deliver(turns=5)
        assert _rung(office) == before
        office.clock.at = MONDAY
        office.deliver(turns=70)
        assert len(_rung(office)) > len(before)

    def test_what_was_done_meanwhile_is_not_said_any_more(self, office: Bench) -> None:
        office.clock.at = CLOSING - MINUTE
        office.team.write(conversation="c9", posted_at=office.clock.at - 50 * MINUTE)
        assert nag.tick(office.ctx) == 1
        before = _rung(office)
        office.clock.at = NIGHT
        office.deliver(turns=5)
        close.close(office.ctx, ANNA, 2, "spam")
        office.clock.at = MONDAY
        office.deliver(turns=70)
        assert _rung(office) == before

    def test_of_two_steps_that_could_not_be_said_the_last_is(self, office: Bench) -> None:
        office.clock.at = CLOSING - 16 * MINUTE
        office.team.write(conversation="c9", posted_at=office.clock.at - 45 * MINUTE)
        assert nag.tick(office.ctx) == 1
        office.clock.at = CLOSING
        assert nag.tick(office.ctx) == 1
        before = _rung(office)
        office.clock.at = MONDAY
        office.deliver(turns=70)
        assert [text[:1] for text in _rung(office)[len(before) :]] == ["⚠"]


def test_every_reminder_is_one_of_these() -> None:
    assert set(MessageKind.having(Trait.RINGS)) == RINGING
