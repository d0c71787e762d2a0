"""What colleagues read of who is on call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.desk.roster import OnCall, RosterError
from bot.platform.i18n import translator
from bot.views.desk import roster
from bot.views.desk.models import RosterNews, RosterState
from tests.support.samples import fine

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
EN, NL, SV = map(translator, ("en", "nl", "sv"))


def at(hours: int) -> datetime:
    return AT + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("on_call", "said"),
    [
        (OnCall(), "📟 On call: nobody"),
        (OnCall((), None, at(2), ("U0LARS",), at(2)), "📟 On call: nobody until 11:00, then <@U0LARS>"),
        (OnCall(("U0ANNA",), at(-1)), "📟 On call: <@U0ANNA>"),
        (OnCall(("U0ANNA", "U0EMMA"), at(-1), at(2)), "📟 On call: <@U0ANNA>, <@U0EMMA> until 11:00, then nobody"),
        (
            OnCall(("U0ANNA",), at(-1), at(2), ("U0LARS",), at(2)),
            "📟 On call: <@U0ANNA> until 11:00, then <@U0LARS>",
        ),
        (
            OnCall(("U0ANNA",), at(-1), at(2), ("U0LARS",), at(4)),
            "📟 On call: <@U0ANNA> until 11:00, then nobody until 13:00, then <@U0LARS>",
        ),
    ],
)
def test_line_says_who_until_when_and_who_then(on_call: OnCall, said: str) -> None:
    shown = roster.line(on_call, AT, EN)
    for hour in (11, 13):
        stamp = int(datetime(2026, 11, 20, hour, tzinfo=UTC).timestamp())
        shown = shown.replace(f"<!date^{stamp}^{{time}}|2026-11-20 {hour}:00 UTC>", f"{hour}:00")
    assert shown == said


def test_day_is_said_where_the_time_alone_could_be_misread() -> None:
    assert "{date_long_pretty}" in roster.line(OnCall(("U0ANNA",), AT, at(30)), AT, EN)


def test_desk_without_a_roster_says_what_to_set() -> None:
    for t in (EN, NL, SV):
        text = fine(roster.answer(RosterState("Support", AT), t))
        assert "`oncall.ics`" in text
        assert "`S0ONCALL`" in text


def test_roster_that_cannot_be_read_says_so_with_the_age_of_the_copy() -> None:
    state = RosterState("Support", AT, "feed", OnCall(("U0ANNA",)), at(-3), RosterError("http", "404"))
    context = fine(roster.answer(state, EN))
    assert "The roster cannot be read: Its server answers 404" in context
    assert "This is the copy of <!date^" in context


@pytest.mark.parametrize(
    "changes",
    [
        {"problem": RosterError("something new")},
        {"over_at": at(1)},
        {"unknown": tuple(f"<!channel> *{number}* {'x' * 500}" for number in range(50))},
    ],
)
def test_news_is_fine_whatever_it_holds(changes: dict[str, Any]) -> None:
    told: dict[str, Any] = {"desk": "<Support>", "at": AT, "problem": None, "since": at(-1), "over_at": None}
    news = RosterNews(**told | {"unknown": (), "copy_of": None} | changes)
    for t in (EN, NL, SV):
        said = fine(roster.news(news, t))
        assert "<!channel>" not in said
        assert len(said) < 6000
