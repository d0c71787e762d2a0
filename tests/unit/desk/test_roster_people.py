"""Whom an event means. Nobody is guessed: what is not certain is said."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.desk.roster import Duty
from bot.domain.desk.roster_people import addresses, ids, meant, names

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
AGENTS = {
    "U0ANNA": "dr. Anna Bakker | Acme",
    "U0LARS": "Lars Nilsson",
    "U0LARS2": "Lars Berg",
    "U0EVA": "Eva de Vries",
}
AT_ADDRESS = {"anna@acme.example": "U0ANNA", "boss@acme.example": "U0BOSS"}


def duty(summary: str = "", *attendees: str, organizer: str = "") -> Duty:
    return Duty(AT, AT, summary, attendees, organizer)


def whose(said: Duty) -> tuple[list[str], list[str]]:
    found = meant(said, AGENTS, AT_ADDRESS, names(AGENTS))
    return sorted(found.agents), list(found.unknown)


@pytest.mark.parametrize(
    ("said", "agents", "unknown"),
    [
        (duty("Dienst", "anna@acme.example"), ["U0ANNA"], []),
        (duty("On call: anna@acme.example"), ["U0ANNA"], []),
        (duty("Lars Nilsson", "anna@acme.example"), ["U0ANNA"], []),
        (duty("Dienst", "piet@acme.example"), [], ["piet@acme.example"]),
        (duty("Dienst", "boss@acme.example"), [], ["boss@acme.example"]),
        (duty("U0ANNA and <@U0EVA>"), ["U0ANNA", "U0EVA"], []),
        (duty("U0BOSS1"), [], ["U0BOSS1"]),
        (duty("Jour", organizer="anna@acme.example"), ["U0ANNA"], []),
        (duty("", organizer="anna@acme.example"), ["U0ANNA"], []),
        (duty("Piet Jansen", organizer="anna@acme.example"), [], ["Piet Jansen"]),
        (duty("Anna Bakker"), ["U0ANNA"], []),
        (duty("anna"), ["U0ANNA"], []),
        (duty("@anna"), ["U0ANNA"], []),
        (duty("Late shift Anna Bakker"), ["U0ANNA"], []),
        (duty("On Call - Anna Bakker - Primary"), ["U0ANNA"], []),
        (duty("Dienst: Anna & Eva (avond)"), ["U0ANNA", "U0EVA"], []),
        (duty("Anna en Piet"), ["U0ANNA"], ["Piet"]),
        (duty("Anna Visser"), [], ["Anna Visser"]),
        (duty("Late shift Anna"), [], ["Late shift Anna"]),
        (duty("Lars"), [], ["Lars"]),
        (duty("Lars Berg, Eva de Vries"), ["U0EVA", "U0LARS2"], []),
        (duty("Anna Bakkerman"), [], ["Anna Bakkerman"]),
        (duty("WEEKEND"), [], ["WEEKEND"]),
        (duty(""), [], ["?"]),
    ],
)
def test_event_means_whom_it_names(said: Duty, agents: list[str], unknown: list[str]) -> None:
    assert whose(said) == (agents, unknown)


def test_addresses_are_those_that_have_to_be_looked_up() -> None:
    assert addresses(duty("Jour a@x.example", "b@x.example", organizer="c@x.example")) == ("b@x.example", "a@x.example")
    assert addresses(duty("Piet", organizer="c@x.example")) == ()
    assert ids(duty("U0ANNA <@U0EVA|eva> U0ANNA UIT")) == ("U0ANNA", "U0EVA")


@pytest.mark.parametrize(
    "said",
    [
        "Vakantie Anna Bakker",
        "Anna Bakker vrij",
        "not Anna Bakker",
        "No on-call (Anna Bakker is sick)",
        "Anna Bakker - semester",
        "Anna Bakker ledig",
        "Anna Bakker sjuk",
        "Anna Bakker: ziek",
        "Anna Bakker off",
        "OUT: Anna Bakker",
        "Anna Bakker tjänstledig",
        "Ouderschapsverlof Anna Bakker",
        "Anna Bakker Urlaub",
        "VRIJ U0ANNA",
    ],
)
def test_word_of_absence_puts_nobody_on_call(said: str) -> None:
    assert whose(duty(said)) == ([], [])


@pytest.mark.parametrize("said", ["Out of hours: Anna Bakker", "Off-hours Anna Bakker", "Bank holiday - Anna Bakker"])
def test_shift_outside_of_office_hours_is_no_absence(said: str) -> None:
    assert whose(duty(said))[0] == ["U0ANNA"]


def test_name_like_a_word_of_absence_is_a_name() -> None:
    agents = {"U0EVA": "Eva de Vrij"}
    assert meant(duty("Eva de Vrij"), agents, {}, names(agents)).agents == {"U0EVA"}
    assert meant(duty("Eva de Vrij vrij"), agents, {}, names(agents)).agents == frozenset()
