"""The settings' windows: every setting has its place, and Slack takes all of them in every language."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.clock import ladder
from bot.domain.desk.setting import SettingChange
from bot.platform.i18n import LANGUAGES, translator
from bot.sandbox.slack.blockkit import view_problems
from bot.settings import overlay
from bot.settings.config import Desk, NagConfig
from bot.settings.overlay import SETTABLE, Origin
from bot.views.desk import settings as view
from bot.views.desk.models import DoneChange, Effect, SettingsPage

AT = datetime(2026, 11, 20, 15, 40, tzinfo=UTC)
EN = translator("en")
LONG = {"hours": "Mo-Fr 09:00-17:00; " * 21, "holidays": ["SE:de_facto", "DE-BY", "AT-1"], "signature": "👩‍🚀" * 25}


def change(key: str, value: Any, id_: int = 1) -> SettingChange:
    return SettingChange(id_, "Support", key, value, "U0LEAD", AT, 0, applied=True)


def page(changes: dict[str, Any] | None = None, **of_file: Any) -> SettingsPage:
    desk = Desk.model_validate({"name": "Support", "slack_channel": "C0SUPPORT", **of_file})
    own = {key: change(key, value, number) for number, (key, value) in enumerate((changes or {}).items(), 1)}
    done = tuple(DoneChange(one, None, may_be_undone=True) for one in own.values())
    others = (("Sales", "Sales"),)
    return SettingsPage(
        "Support",
        "Support",
        "UTC",
        overlay.effective(desk, own),
        done[:5],
        others,
        date(2026, 11, 20),
        AT,
        desk.calendar(AT),
        ladder.steps("", 0.75),
    )


def test_form_of_the_reminders_shows_the_usual_steps_as_they_are_typed() -> None:
    shown = str(view.form(page(), "nags", {}, EN)["blocks"])
    usual = ("75%: owner", "100%: owner, leads", "every 50%: owner, leads x 5")
    assert all(f"`{step}`" in shown for step in usual)
    typed = [NagConfig.model_validate(step).step for step in view.split("nags", "\n".join(usual))]
    assert tuple(typed) == ladder.steps("", 0.75)


def test_every_setting_is_in_one_group_with_its_words() -> None:
    grouped = [key for group in view.GROUPS.values() for key in group.keys]
    assert sorted(grouped) == sorted(SETTABLE)
    assert view.LABELS.keys() == set(SETTABLE)
    assert view._UNFIT.keys() == set(SETTABLE) - {"worked", "standup"}, "those two are chosen, not typed"


@pytest.mark.parametrize(
    ("key", "optional"),
    [("targets.first_response", False), ("standup", False), ("undo", False), ("targets.resolution", True)],
)
def test_only_what_may_be_empty_is_optional(key: str, optional: bool) -> None:
    group = next(name for name, group in view.GROUPS.items() if key in group.keys)
    (field,) = (block for block in view.form(page(), group, {}, EN)["blocks"] if block.get("block_id") == key)
    assert field["optional"] is optional


OFFICE = "Mo-Fr 09:00-17:00"


@pytest.mark.parametrize(
    ("hours", "key", "length", "means"),
    [
        (OFFICE, "targets.resolution", "2d", "48 opening hours: about 6 working days"),
        (OFFICE, "targets.first_response", "1d", "24 opening hours: about 3 working days"),
        ("Mo-Sa 08:00-20:00", "targets.next_response", "1d12h", "36 opening hours: about 3 working days"),
        ("Mo-Fr 22:00-02:00", "targets.escalation", "1d", "24 opening hours: about 7 working days"),
        (OFFICE, "targets.resolution", "16h", None),
        (None, "targets.resolution", "2d", None),
        ("24/7", "targets.resolution", "2d", None),
    ],
)
def test_target_of_days_says_what_it_comes_to(hours: str | None, key: str, length: str, means: str | None) -> None:
    of_file: dict[str, Any] = {"hours": hours} if hours else {}
    found = page({key: length}, **of_file)
    looked = view.preview(page(**of_file), {key: length}, None, {}, EN)
    for shown in (view.page(found, EN), looked):
        assert (f"({means})" in str(shown)) == (means is not None)
        assert ("working day" in str(shown)) == (means is not None)
    said = str(view.form(found, "targets", {}, EN))
    assert ("1d is 24 hours" in said) == (hours not in (None, "24/7"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("group", view.GROUPS)
def test_slack_takes_every_window(group: str, language: str) -> None:
    t = translator(language)
    found = page({"holidays": ["SE:de_facto"], "closed": ["2026-12-28"], "standup": "08:00", "targets.third": 7})
    values = {key: LONG.get(key, found.of(key).as_written) for key in view.GROUPS[group].keys}
    metadata = {"desk": "Support", "group": group, "seen": {}, "of": []}
    for shown in (
        view.page(found, t),
        view.form(found, group, {}, t, notice="again"),
        view.form(found, group, values, t),
        view.preview(found, values, Effect(9, 3, 2, 1, 1, 2), metadata, t),
        view.saved("Support", found.changes, t),
        view.saved("Support", found.changes, t, undone=True),
    ):
        assert view_problems(shown) == []


def test_what_the_file_sets_has_no_field_and_a_whole_group_no_button() -> None:
    targets = {"first_response": "20m", "next_response": "1h", "resolution": "2d", "escalation": "1h"}
    found = page(targets=targets, signature="-{name}")
    assert found.of("signature").origin is Origin.FILE
    buttons = [block["accessory"]["value"] for block in view.page(found, EN)["blocks"] if "accessory" in block]
    assert buttons == ["hours Support", "holidays Support", "nags Support", "day Support", "reasons Support"]
    form = view.form(found, "day", {}, EN)
    assert [block["block_id"] for block in form["blocks"] if block["type"] == "input"] == ["standup", "undo"]
    assert "*Signature*: `-{name}` · set in `webcare.toml`, change it there" in str(form)


@pytest.mark.parametrize(
    ("effect", "says"),
    [
        (Effect(14, 12, 0, 3, 0, 0), "12 threads become due sooner, 3 are late at once"),
        (Effect(1, 1, 0, 0, 0, 0), "1 thread becomes due sooner"),
        (Effect(3, 0, 1, 0, 1, 1), "1 thread becomes due later\n1 keeps its hours: the new ones would count past time "
        "differently\n1 is late already and stays so"),
        (Effect(2, 0, 0, 0, 0, 0), "No thread becomes due sooner or later."),
        (Effect(0, 0, 0, 0, 0, 0), "Nobody is waiting now."),
    ],
)  # fmt: skip
def test_effect_is_said_in_lines(effect: Effect, says: str) -> None:
    assert view.says(effect, EN) == says


def test_tick_is_offered_only_where_somebody_is_moved() -> None:
    def asks(effect: Effect | None) -> bool:
        return "'applied'" in str(view.preview(page(), {"undo": "5s"}, effect, {}, EN))

    assert asks(Effect(1, 1, 0, 0, 0, 0))
    assert not asks(Effect(1, 0, 0, 0, 1, 0))
    assert not asks(None)


def test_holidays_of_the_next_twelve_months_are_offered() -> None:
    days = view.offered(page(), ["NL"], "nl")
    assert min(days) == date(2026, 12, 25)
    assert max(days) < date(2026, 11, 20) + timedelta(days=365)
    assert days[date(2026, 12, 26)] == "Tweede kerstdag"


def test_ladder_is_typed_and_shown_a_step_a_line() -> None:
    steps = [{"at": "75%", "to": ["owner"]}, {"at": "every 50%", "to": ["owner", "leads"], "at_most": 3}]
    text = "75%: owner\nevery 50%: owner, leads x 3"
    assert view.split("nags", f" {text.replace(', ', ' ')}\n\n") == steps
    form = view.form(page(), "nags", {"nags": steps}, EN)
    (field,) = (block for block in form["blocks"] if block["type"] == "input")
    assert field["element"]["initial_value"] == text
    assert view_problems(form) == []
