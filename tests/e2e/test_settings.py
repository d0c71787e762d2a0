"""Settings in Slack: what holds, a form for each group, what a change does, and its undo."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.cast import ANNA, EMMA, LARS
from tests.support.office import Office, Start, words
from tests.support.process import eventually


@pytest.fixture(scope="module")
def office(start: Start) -> Office:
    """The file sets the targets of the first and the next answer, and the time to undo."""
    return start()


def shown(office: Office, user: Any = ANNA) -> str:
    return words(office.modal(user))


def pressed(office: Office, action: str, value: str | None = None, user: Any = ANNA) -> None:
    """Press a button of the topmost modal; `value` says how its value begins."""
    for block in office.modal(user)["blocks"]:
        for element in (block.get("accessory"), *block.get("elements", ())):
            if element and element.get("action_id") == action and str(element["value"]).startswith(value or ""):
                office.slack.act(user.id, action, value=element["value"])
                return
    raise AssertionError(f"there is no {action} {value}")


def group(office: Office, name: str, user: Any = ANNA) -> None:
    """Open the form of a group from the word."""
    assert office.command(user, "settings") == ""
    pressed(office, "settings_change", name, user)


def test_page_says_what_holds_and_what_the_file_sets(office: Office) -> None:
    assert office.command(ANNA, "instellingen") == ""
    said = shown(office)
    assert "First answer within: 1 hr · set in `webcare.toml`" in said
    assert "Answer to an escalation within: 1 hr\n" in said + "\n"
    assert "Opening hours: around the clock" in said


def test_home_has_a_button(office: Office) -> None:
    office.slack.home(ANNA.id)
    eventually(lambda: office.slack.home_view(ANNA.id))
    assert "Change settings" in words(office.slack.home_view(ANNA.id))


def test_change_is_previewed_saved_and_undone(office: Office) -> None:
    case = office.mention("who waits while the hours change")
    group(office, "hours")
    assert "Opening hours" in shown(office)
    assert office.slack.submit(ANNA.id, {}).errors, "nothing has been changed yet"
    assert office.slack.submit(ANNA.id, {"hours": "24/7; Dec 25 off"}).ok
    said = shown(office)
    assert "around the clock → `24/7; Dec 25 off`" in said
    assert "No thread becomes due sooner or later." in said
    pressed(office, "settings_back")
    eventually(lambda: "See the effect" in shown(office))
    assert "24/7; Dec 25 off" in str(office.modal(ANNA)), "what was typed is kept"
    assert office.slack.submit(ANNA.id, {}).ok
    assert office.slack.submit(ANNA.id, {}).ok
    assert "Saved" in shown(office)
    eventually(lambda: "24/7; Dec 25 off" in words(office.slack.views(ANNA.id)[0]))
    assert f"<@{ANNA.id}>" in words(office.slack.views(ANNA.id)[0])
    pressed(office, "settings_undo")
    eventually(lambda: "Undone" in shown(office))
    eventually(lambda: "Opening hours: around the clock" in words(office.slack.views(ANNA.id)[0]))
    assert case.cards


@pytest.mark.parametrize(
    ("name", "typed", "field", "says"),
    [
        ("hours", {"hours": "ma-vr 9-17"}, "hours", "Did you mean Mo-Fr 09:00-17:00?"),
        ("hours", {"hours": "Mo-Fr 09:00-17:30; PH off"}, "hours", "Leave PH out"),
        ("hours", {"open": "2026-12-06"}, "open", "“2026-12-06” is not a day with its hours."),
        ("holidays", {"holidays": "NL, DE-BYE"}, "holidays", "No holidays are known for “DE-BYE”."),
        ("holidays", {"holidays": "SE:defacto"}, "holidays", "Did you mean SE:de_facto?"),
        ("holidays", {"closed": "tomorrow"}, "closed", "“tomorrow” is not a date."),
        ("targets", {"targets.escalation": "30 min"}, "targets.escalation", "Did you mean 30m?"),
        ("targets", {"targets.escalation": "<!channel> & co"}, "targets.escalation", "Nobody outside Slack"),
        ("nags", {"nags": "75%: owner\n100: leads"}, "nags", "“100: leads” is not a step."),
        ("nags", {"nags": "75%: boss"}, "nags", "“75%: boss” is not a step."),
        ("nags", {"nags": "when late"}, "nags", "“when late” is not a step."),
        ("day", {"signature": "^{nickname}"}, "signature", "no placeholder but {initials} and {name}"),
    ],
)
def test_wrong_value_is_told_under_its_field(
    office: Office, name: str, typed: dict[str, str], field: str, says: str
) -> None:
    group(office, name)
    refused = office.slack.submit(ANNA.id, typed)
    assert refused.errors is not None
    assert says in refused.errors[field]


def test_unticked_holiday_is_a_working_day(office: Office) -> None:
    group(office, "holidays", LARS)
    assert office.slack.submit(LARS.id, {"holidays": "NL"}).ok
    asked = office.modal(LARS)
    ticks = [block for block in asked["blocks"] if block.get("block_id", "").startswith("worked")]
    days = [option["value"] for block in ticks for option in block["element"]["options"]]
    assert len(days) >= 8
    assert all(len(block["element"]["options"]) <= 10 for block in ticks)
    kept = {f"worked{at}": days[10 * at : 10 * at + 10] for at in range(len(ticks))}
    kept["worked0"] = days[1:10]
    assert office.slack.submit(LARS.id, kept).ok
    assert "Holidays on which you work: — → " in shown(office, LARS)
    assert office.slack.submit(LARS.id, {}).ok
    assert "Saved" in shown(office, LARS)
    pressed(office, "settings_undo", user=LARS)
    eventually(lambda: "Undone" in shown(office, LARS))


def test_desk_that_would_never_open_is_told_under_the_field(office: Office) -> None:
    group(office, "hours", LARS)
    assert office.slack.submit(LARS.id, {"hours": "Dec 25 09:00-17:00"}).ok
    assert office.slack.submit(LARS.id, {}).ok
    group(office, "holidays", LARS)
    assert office.slack.submit(LARS.id, {"holidays": "NL"}).ok
    refused = office.slack.submit(LARS.id, {})
    assert refused.errors is not None
    assert "the desk never opens" in refused.errors["holidays"]
    group(office, "hours", LARS)
    assert office.slack.submit(LARS.id, {"hours": ""}).ok
    assert office.slack.submit(LARS.id, {}).ok


def test_desk_that_a_colleague_s_change_would_close_for_ever_is_told_and_nothing_is_lost(office: Office) -> None:
    group(office, "hours", ANNA)
    assert office.slack.submit(ANNA.id, {"hours": "Dec 25 09:00-17:00"}).ok
    group(office, "holidays", LARS)
    assert office.slack.submit(LARS.id, {"holidays": "NL"}).ok  # the holidays with their ticks
    assert office.slack.submit(LARS.id, {}).ok  # what it does
    assert office.slack.submit(LARS.id, {}).ok
    assert "Saved" in shown(office, LARS)
    assert office.slack.submit(ANNA.id, {}).ok
    assert "the desk would never open" in shown(office, ANNA)
    assert "Dec 25 09:00-17:00" in str(office.modal(ANNA)), "what was typed is kept"


def test_second_of_two_colleagues_sees_what_the_first_one_saved(office: Office) -> None:
    for who in (ANNA, LARS):
        group(office, "day", who)
    for who, signature in ((ANNA, "/{name}"), (LARS, "-{initials}")):
        assert office.slack.submit(who.id, {"signature": signature}).ok
    assert office.slack.submit(ANNA.id, {}).ok
    assert office.slack.submit(LARS.id, {}).ok
    said = shown(office, LARS)
    assert f"Not saved: <@{ANNA.id}> changed this" in said
    assert "-{initials}" in str(office.modal(LARS)), "what was typed is kept"
    assert office.slack.submit(LARS.id, {}).ok
    assert "`/{name}` → `-{initials}`" in shown(office, LARS)
    assert office.slack.submit(LARS.id, {}).ok
    assert "Saved" in shown(office, LARS)
    assert "settings" not in office.command(EMMA, "xyzzy"), "the channel hears nothing of it"
