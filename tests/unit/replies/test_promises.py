"""`--by` in a typed reply: what is the promise, and what the customer reads."""

from __future__ import annotations

import pytest

from bot.domain.replies.promises import Option, option


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("--by 17:00 We look into it", Option("17:00 We look into it", None)),
        ("\u2014by 17:00 We look into it", Option("17:00 We look into it", None)),
        ("--uiterlijk morgen Wij zoeken", Option("morgen Wij zoeken", None)),
        ("--senast=17:00 Vi kollar", Option("17:00 Vi kollar", None)),
        ('--by "monday 12:00" We\nlook', Option("monday 12:00", "We\nlook")),
        ("--by \u201cmonday 12:00\u201d We look", Option("monday 12:00", "We look")),
        ("We look into it --by 17:00", Option("17:00", "We look into it")),
        ('We look --by "monday 12:00"', Option("monday 12:00", "We look")),
        ("We looked \u2013by 17:00", None),
        ("Uw pakket komt aan \u2014voor vrijdag 17:00", None),
        ("We come back by 17:00", None),
        ("We looked \u2013 by the way, hello", None),
        ("--bye and thanks", None),
    ],
)
def test_option_is_told_from_the_words(typed: str, meant: Option | None) -> None:
    assert option(typed) == meant
