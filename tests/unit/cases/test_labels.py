"""Which label is offered first."""

from __future__ import annotations

import pytest

from bot.domain.cases.labels import likely_first, nearest

NAMES = ("Compliment", "Delivery", "Outage")
EARLIER = (
    ("Delivery", "@acme waar blijft mijn pakket, wanneer wordt het bezorgd"),
    ("Delivery", "@acme my parcel has not been delivered"),
    ("Delivery", "@acme hallo team, komt het vandaag"),
    ("Compliment", "@acme hallo team, vandaag alles goed"),
    ("Outage", "@acme internet ligt eruit in Utrecht, wanneer is het opgelost"),
    ("Compliment", "@acme wat een fijne hulp, wanneer is het zover"),
)


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("mijn PAKKET is nog niet bezorgd", "Delivery"),
        ("Internet weg in utrecht?", "Outage"),
        ("parcel not delivered", "Delivery"),
        ("wanneer", "Compliment"),
        ("hallo team, vandaag geen internet in utrecht", "Outage"),
        ("", "Compliment"),
        ("🙏", "Compliment"),
    ],
)
def test_label_whose_earlier_posts_share_most_is_first_and_common_words_say_nothing(words: str, first: str) -> None:
    offered = likely_first(words, NAMES, EARLIER)
    assert (offered[0], sorted(offered)) == (first, sorted(NAMES))


@pytest.mark.parametrize(("typed", "near"), [("outtage", "Outage"), ("delivry", "Delivery"), ("zzz", None)])
def test_nearest_name_is_found_or_none(typed: str, near: str | None) -> None:
    assert nearest(typed, NAMES) == near
