"""An incident from the command, its message, a card, and the reply form."""

from __future__ import annotations

import pytest

from bot.sandbox.slack import Message
from tests.support.cast import ANNA, HERE, LARS, LEAD
from tests.support.office import Office, Start, words
from tests.support.process import eventually

LINE = "A broken overhead wire keeps all trains around Leeds from running until about eight."


@pytest.fixture(scope="module")
def office(start: Start) -> Office:
    return start()


def message(office: Office, text: str) -> Message:
    def look() -> Message | None:
        found = [each for each in office.slack.messages(HERE) if "Incident" in words(each) and text in words(each)]
        return found[0] if found else None

    found = eventually(look)
    assert found is not None
    return found


def test_outage_is_opened_claimed_agreed_answered_and_solved(office: Office) -> None:
    assert "Only a lead" in office.command(ANNA, "incident open \u201cpower Leeds\u201d")
    assert "is open" in office.command(LEAD, "incident open \u201cpower Leeds\u201d")
    asked = office.mention("power is gone in Leeds, what now")
    asked.shows("Incident 1: *power Leeds*")
    other = office.mention("is your power down")
    other.shows("Is this about incident 1")
    assert other.click(ANNA, "incident_join", f"{other.number}:1").ok
    other.shows("Incident 1: *power Leeds*")
    shown = message(office, "*2* customers")
    assert office.slack.click(LARS.id, HERE, shown.ts, "incident_claim", "1").ok
    asked.shows("<@U0LARS>")
    other.shows("<@U0LARS>")
    assert office.slack.click(ANNA.id, HERE, shown.ts, "incident_line", "1").ok
    assert office.slack.submit(ANNA.id, {"incident_text": LINE}).ok
    proposed = message(office, "Approve the line")
    assert office.slack.click(LEAD.id, HERE, shown.ts, "incident_approve").ok, proposed
    message(office, "approved by <@U0LEAD>")
    assert LINE in str(asked.draft(LARS))
    assert "personal" in str(office.slack.submit(LARS.id, {"text": LINE}))
    assert office.slack.submit(LARS.id, {"text": f"{LINE} There is a bus to your sister in York at nine."}).ok
    eventually(lambda: asked.replies)
    assert office.slack.click(ANNA.id, HERE, shown.ts, "incident_update", "1").ok
    assert office.slack.submit(ANNA.id, {"text": "No trains around Leeds until about eight."}).ok
    message(office, "waits for a second person")
    assert office.slack.click(LEAD.id, HERE, shown.ts, "update_approve").ok
    eventually(lambda: "No trains around Leeds until about eight." in [post.text for post in office.x.posts])
    assert office.slack.click(LEAD.id, HERE, shown.ts, "incident_solved", "1").ok
    message(office, "*0 of 2* have been told")
    assert office.slack.click(LARS.id, HERE, shown.ts, "incident_next", "1").ok
    assert f"#{asked.number}" in words(office.modal(LARS))
    assert office.slack.submit(LARS.id, {"text": "The wire is mended, have a good trip to York!"}).ok
    asked.told(LARS, "1 customer is still to be told")
    closed = office.command(LEAD, "händelse stäng")
    assert f"#{other.number}" in closed
    assert "power Leeds" in office.command(ANNA, "storing")
    assert "no open incident" in office.command(ANNA, "incident join 1 power").lower()
