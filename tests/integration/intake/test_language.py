"""The language of a thread follows what its customer writes."""

from __future__ import annotations

from tests.support.team import Team


def test_words_tell_the_language_and_short_ones_leave_it(team: Team) -> None:
    number = team.write("Mijn pakket is nog steeds niet bezorgd", language="en")
    assert team.thread(number).language == "nl"
    team.write("Hallo?", language="de")
    assert team.thread(number).language == "nl"
    team.write("Could somebody please tell me where my parcel is?", language="nl")
    assert team.thread(number).language == "en"


def test_network_tells_where_the_words_do_not(team: Team) -> None:
    assert team.thread(team.write("??", language="sv")).language == "sv"
