"""What is late at a desk, as its leads see it, and when that is shown anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.cases.conversation import ReplyState
from bot.domain.clock.calendar import AROUND_THE_CLOCK
from bot.domain.reminders import late_list as rules
from bot.domain.reminders.late_list import LateList
from bot.platform.i18n import LANGUAGES, translator
from bot.views.cases.models import Card, Overview
from bot.views.reminders.late_list import late_list
from tests.support.samples import AT, card, fine, owned, post, pressable, reply, thread

EN = translator("en")
GOING_ON = LateList(3, "Support", "U0LEAD", AT - timedelta(minutes=9), AT, "digest", None)
MINUTE = timedelta(minutes=1)


def late(minutes: int, **changes: Any) -> Any:
    """A thread whose answer was due so long ago."""
    due_at = AT - timedelta(minutes=minutes)
    return thread(waiting_since=due_at - timedelta(hours=1), due_at=due_at, **changes)


def now(*cases: Card, total: int | None = None) -> Overview:
    return Overview("Support", cases, len(cases) if total is None else total, AT)


class TestWhatIsShown:
    def test_five_that_are_late_longest_have_what_a_lead_can_do(self) -> None:
        cases = [card(thread=late(40 - number, id=number)) for number in range(1, 6)]
        shown = late_list(GOING_ON, now(*cases, total=17), "/webcare", EN)
        said = fine(shown)
        assert shown.text == "🔴 17 threads are late at Support"
        assert "🔴 *39 min late*" in said
        assert "and 12 more · `/webcare open`" in said
        assert pressable(shown) == ["claim", "hand_over"] * 5
        assert said.count("Reassign") == 5

    @pytest.mark.parametrize(
        ("owner", "buttons"),
        [(None, ["claim", "hand_over"]), ("U0LEAD", ["reply", "hand_over"]), ("U0ANNA", ["hand_over"])],
    )
    def test_buttons_are_those_that_work(self, owner: str | None, buttons: list[str]) -> None:
        of = late(12, owner=owner, owner_since=AT if owner else None)
        assert pressable(late_list(GOING_ON, now(card(thread=of)), "/webcare", EN)) == buttons

    def test_reply_that_hangs_says_why_and_how_late_it_is(self) -> None:
        hangs = reply(ReplyState.QUEUED, error="spending_cap")
        held = owned(pending_reply_id=7, due_at=AT - timedelta(minutes=12))
        cases = [card(thread=replace(held, id=number), reply=hangs) for number in (1, 2)]
        said = fine(late_list(GOING_ON, now(*cases), "/webcare", EN))
        assert "12 min late" in said
        assert "spending cap" in said

    def test_end_names_nobody_and_offers_nothing(self) -> None:
        shown = late_list(replace(GOING_ON, ended_at=AT), now(), "/webcare", EN)
        assert shown.text.startswith("✅ Nothing is late at Support any more")
        assert pressable(shown) == []

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("words", ["&" * 300, "👩‍👩‍👧‍👦" * 50, "<!channel> *b* :tada:", "\n" * 300 + "x"])
    def test_longest_names_fit_and_every_button_is_there(self, language: str, words: str) -> None:
        far = "https://" + "a" * 80 + ".enterprise.slack.com/archives/C0SUPPORT0000/p1763653860000200"
        cases = [
            card(
                thread=late(9 * 24 * 60, id=10**9 + number, customer_name=words),
                posts=(post(text=words),),
                permalink=far,
            )
            for number in range(5)
        ]
        shown = late_list(GOING_ON, replace(now(*cases, total=12_500), desk=words), "/webcare", translator(language))
        said = fine(shown)
        assert all(f"#{10**9 + number}" in said for number in range(5))
        assert pressable(shown) == ["claim", "hand_over"] * 5


class TestPace:
    @pytest.mark.parametrize(("after", "may"), [(-3600, True), (-1, True), (0, False), (59, False), (60, True)])
    def test_edit_comes_once_a_pause_and_a_wrong_clock_holds_none(self, after: int, may: bool) -> None:
        assert rules.may_be_shown(GOING_ON, AT + timedelta(seconds=after), MINUTE) is may

    @pytest.mark.parametrize(
        ("late_since", "after", "aged"),
        [(4, 0.5, False), (4, 1, True), (31, 8, False), (31, 9, True), (300, 50, False), (300, 60, True)],
    )
    def test_time_is_shown_anew_at_the_steps_of_a_card(self, late_since: int, after: float, aged: bool) -> None:
        due = [(AROUND_THE_CLOCK, AT - timedelta(minutes=late_since))]
        assert rules.has_aged(GOING_ON, due, AT + timedelta(minutes=after)) is aged
