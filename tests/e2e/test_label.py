"""Labels from the card, the form, the command and the reply form."""

from __future__ import annotations

import pytest

from tests.support.cast import ANNA, EMMA, LARS
from tests.support.office import Office, Start, words
from tests.support.process import eventually

LABELS = '[[desk.labels]]\nname = "Storing"\n[[desk.labels]]\nname = "Lost parcel"\n'


@pytest.fixture(scope="module")
def office(start: Start) -> Office:
    return start(desk=LABELS)


def test_one_tap_on_the_card_sets_a_label_and_the_form_takes_it_off(office: Office) -> None:
    case = office.mention("where is my parcel")
    assert case.click(ANNA, "label", f"{case.number}:Lost parcel").ok
    case.shows("🏷️ Lost parcel")
    assert "Did you mean “Storing”" in office.command(LARS, f"label {case.number} stroing")
    assert "was labelled “Lost parcel” already" in office.command(LARS, f"label {case.number} lost parcel")
    assert f"#{case.number} is labelled “Storing”" in office.command(LARS, f"märk {case.number} storing")
    assert f"#{case.number}" in office.command(EMMA, "open storing")
    assert "no label of this desk" in office.command(EMMA, "open refunds")
    assert office.command(EMMA, f"labelen {case.number}") == ""
    assert office.slack.submit(EMMA.id, {"labels:0": ["Storing"]}).ok
    case.shows("🏷️ Storing")
    assert "no longer labelled" in office.command(EMMA, f"unlabel {case.number} storing")
    assert "was not labelled" in office.command(EMMA, f"unlabel {case.number} storing")
    assert "nothing" in office.command(EMMA, "open storing").lower()


def test_menu_of_a_labelled_card_opens_the_form(office: Office) -> None:
    case = office.mention("is it down again")
    office.command(ANNA, f"label {case.number} storing")
    case.shows("🏷️ Storing")
    assert case.click(ANNA, "label", f"{case.number}:").ok
    assert "Lost parcel" in words(office.modal(ANNA))


def test_label_that_is_chosen_in_the_reply_form_is_set_with_the_reply(office: Office) -> None:
    case = office.mention("nothing works here")
    assert case.click(LARS, "reply").ok
    assert office.slack.submit(LARS.id, {"text": "We are on it", "chosen_label": "Storing"}).ok
    case.shows("🏷️ Storing")
    eventually(lambda: case.replies)
