"""Where a roster may be, and what is said about a wrong place without repeating an address."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings.values import RosterPlace
from tests.support.settings import problems, read

DESK = """
[[desk]]
name = "Support"
slack_channel = "C0SUPPORT"
roster = "{place}"
"""


@pytest.mark.parametrize(
    ("written", "kind", "shown"),
    [
        ("oncall.ics", "file", "oncall.ics"),
        ("/srv/Rosters/on call.ICS", "file", "/srv/Rosters/on call.ICS"),
        ("https://calendar.example.com/private-abc/basic.ics?x=1", "feed", "calendar.example.com"),
        ("http://127.0.0.1:8000/x", "feed", "127.0.0.1"),
        ("S0ONCALL", "group", "S0ONCALL"),
    ],
)
def test_place_is_a_file_a_feed_or_a_group(config: Path, written: str, kind: str, shown: str) -> None:
    place = read(config, DESK.format(place=written)).desks[0].roster
    assert isinstance(place, RosterPlace)
    assert (place.kind, str(place)) == (kind, shown)
    assert "private" not in repr(place)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("oncall", '"oncall" is not a roster'),
        ("oncall", 'did you mean "oncall.ics"?'),
        ("U0ANNA", "or a Slack user group"),
        ("", "is not a roster"),
        ("webcal://p.example.com/private-abc/x.ics", "did you mean https:// in place of webcal://?"),
        ("http://p.example.com/private-abc/x.ics", "did you mean https:// in place of http://?"),
        ("ftp://p.example.com/private-abc/x.ics", "the https address of one"),
        ("https:///private-abc/x.ics", "its address cannot be read"),
        ("https://p.example.com/private abc/x.ics", "its address cannot be read"),
    ],
)
def test_wrong_place_is_named_with_what_is_allowed_and_no_address(config: Path, written: str, said: str) -> None:
    (problem,) = problems(config, DESK.format(place=written))
    assert problem.startswith("webcare.toml: desk[1].roster: ")
    assert said in problem
    assert "private" not in problem
