"""Product feedback: when it is due, what it may quote, and what fits into a message."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.domain.clock.calendar import AROUND_THE_CLOCK, Calendar
from bot.domain.reports.feedback import Author, Improvement, Quote, gives_away, week_bounds, week_due, without_handles
from bot.platform.i18n import translator
from bot.views.common.budget import BUDGET, size
from bot.views.reports import feedback
from bot.views.reports.models import Feedback, Heard
from tests.support.samples import AT, HOSTILE, fine

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
WEEK = date(2026, 11, 16)


class TestWhen:
    def test_week_is_due_at_the_first_opening_days_standup(self) -> None:
        at = datetime(2026, 11, 25, 12, tzinfo=UTC)
        assert week_due(AROUND_THE_CLOCK, at, AMSTERDAM, time(9)) == (WEEK, datetime(2026, 11, 23, 8, tzinfo=UTC))

    def test_monday_without_opening_hours_leaves_it_to_tuesday(self) -> None:
        at = datetime(2026, 11, 25, 12, tzinfo=UTC)
        assert week_due(Calendar("Tu-Fr 09:00-17:00", "Europe/Amsterdam"), at, AMSTERDAM, time(9))[1] == datetime(
            2026, 11, 24, 8, tzinfo=UTC
        )

    def test_week_of_the_autumn_change_has_an_hour_more(self) -> None:
        start, end = (each.astimezone(UTC) for each in week_bounds(date(2026, 10, 19), AMSTERDAM))
        assert (end - start).total_seconds() == (7 * 24 + 1) * 3600


class TestWhatMayBeQuoted:
    @pytest.mark.parametrize(
        ("said", "shown"),
        [
            ("@acme @acme_service waar blijft het?", "waar blijft het?"),
            ("Zie @Jan_de-Vries en @kees.bsky.social.", "Zie @… en @…."),
            ("Gestuurd door @eva@mastodon.nl gisteren", "Gestuurd door @… gisteren"),
            ("Mail naar help@acme.nl", "Mail naar help@acme.nl"),
        ],
    )
    def test_handles_are_left_out_and_addresses_stay(self, said: str, shown: str) -> None:
        assert without_handles(said) == shown

    @pytest.mark.parametrize(
        ("line", "away"),
        [
            ("Parcels now show where they are", False),
            ("We said sorry to @eva", True),
            ("We said sorry to eva_jansen", True),
            ("Thanks to Eva  Jansen we know", True),
            ("Bestellen kan nu ook zonder account", False),
            ("Zij schreef: DE BUS KWAM, weer niet opdagen", True),
            ("De bus kwam weer", False),
        ],
    )
    def test_public_line_gives_no_customer_away(self, line: str, away: bool) -> None:
        eva = Author("eva_jansen", "Eva Jansen", "@acme de bus kwam weer niet opdagen")
        assert gives_away(line, [eva]) is away

    @pytest.mark.parametrize("handle", ["jan.bsky.social", "jan-de-boer", "jan@mastodon.example"])
    def test_handle_with_signs_in_it_is_one(self, handle: str) -> None:
        assert gives_away(f"Dat hebben we voor {handle} gedaan", [Author(handle, "", "hoi")])
        assert not gives_away("Dat hebben we voor Jan gedaan", [Author(handle, "", "hoi")])

    def test_name_of_one_word_may_be_a_word(self) -> None:
        assert not gives_away("De bezorging is sneller", [Author("x12", "Bezorging", "hoi")])


class TestShown:
    @pytest.mark.parametrize("language", ["en", "nl", "sv"])
    def test_fullest_week_fits_a_message(self, language: str) -> None:
        done = Improvement("x", WEEK, "&" * 300, "U0ANNA", AT)
        quotes = tuple(Quote("&" * 600, f"https://x.com/{'k' * 50}/status/{number}") for number in range(3))
        heard = tuple(Heard(f"{number} {'&' * 50}", 1000, 900, quotes, done) for number in range(10))
        others = {f"label {'&' * 40} {number}": 1 for number in range(89)}
        message = feedback.feedback(Feedback("Support", "&" * 60, WEEK, heard, others), translator(language))
        assert size(message.blocks) < BUDGET
        fine(message)

    def test_customers_words_have_no_effect(self) -> None:
        heard = Heard("*App*", 1, 0, (Quote(HOSTILE, "https://x.com/a/status/1"),))
        shown = fine(feedback.feedback(Feedback("Support", "Support", WEEK, (heard,), {}), translator("en")))
        assert "<!channel" not in shown

    def test_public_list_is_markdown_without_mark_up_of_others(self) -> None:
        done = Improvement("App", WEEK, "<script>*now*</script> [a](b)", "U0ANNA", AT)
        shown = feedback.public("Acme", [("App_1", 12, [done]), ("Price", 1, [])], translator("en"))
        assert shown == (
            "# You said, we did: Acme\n\n## App\\_1\n\nYou said it 12 times.\n\n"
            "- We did: \\<script\\>\\*now\\*\\</script\\> \\[a\\](b) (Monday, 16 November 2026)\n\n"
            "## Price\n\nYou said it 1 time.\n"
        )
