"""What was set in Slack holds where the file says nothing."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from bot.domain.desk.setting import SettingChange
from bot.settings import Desk, overlay
from bot.settings.config import Config, NagConfig
from bot.settings.overlay import SETTABLE, Origin
from bot.settings.values import Unfit
from tests.support.config import MINIMAL

AT = datetime(2026, 11, 20, 15, 40, tzinfo=UTC)
TYPED = {
    "targets.first_response": ("30m", timedelta(minutes=30)),
    "targets.next_response": ("1d2h", timedelta(days=1, hours=2)),
    "targets.resolution": ("2d", timedelta(days=2)),
    "targets.escalation": ("45m", timedelta(minutes=45)),
    "hours": ("Mo-Fr 09:00-17:00", "Mo-Fr 09:00-17:00"),
    "holidays": (["NL", "SE:de_facto"], ("NL", "SE:de_facto")),
    "worked": (["2026-12-26"], (date(2026, 12, 26),)),
    "closed": (["2026-12-28"], (date(2026, 12, 28),)),
    "open": (["2026-12-06 10:00-16:00"], ("2026-12-06 10:00-16:00",)),
    "nags": (
        [{"at": "90%", "to": ["owner"]}, {"at": "every 30m", "to": ["leads", "C0PRESS"], "at_most": 3}],
        tuple(
            NagConfig.model_validate(step)
            for step in (
                {"at": "90%", "to": ["owner"]},
                {"at": "every 30m", "to": ["leads", "C0PRESS"], "at_most": 3},
            )
        ),
    ),
    "standup": ("08:30", time(8, 30)),
    "undo": ("30s", timedelta(seconds=30)),
    "signature": ("/{name}", "/{name}"),
    "reasons": (["Thanks", "Solved by phone"], ("Thanks", "Solved by phone")),
}


def desk(more: str = "") -> Desk:
    """The minimal desk with further lines in its own table."""
    return Config.model_validate(
        tomllib.loads(MINIMAL.replace('name = "Support"\n', f'name = "Support"\n{more}\n', 1))
    ).desk[0]


def change(key: str, value: Any, id_: int = 1) -> SettingChange:
    return SettingChange(id_, "Support", key, value, "U0LEAD", AT, 0, False)


def one(given: Desk, key: str, value: Any) -> overlay.Effective:
    return next(found for found in overlay.effective(given, {key: change(key, value)}) if found.key == key)


def value_of(given: Desk, key: str) -> Any:
    return getattr(given.targets, key.removeprefix("targets.")) if key.startswith("targets.") else getattr(given, key)


class TestWhoWins:
    @pytest.mark.parametrize("key", SETTABLE)
    def test_value_of_slack_holds_where_the_file_says_nothing(self, key: str) -> None:
        written, typed = TYPED[key]
        assert value_of(overlay.overlaid(desk(), {key: change(key, written)}), key) == typed
        assert (one(desk(), key, written).origin, one(desk(), key, written).as_written) == (Origin.SLACK, written)

    @pytest.mark.parametrize(
        ("key", "line"),
        [
            ("targets.first_response", 'targets.first_response = "20m"'),
            ("standup", 'standup = "09:00"'),  # the default, but the file says so
            ("hours", 'hours = "24/7"'),
            ("worked", "worked = []"),
        ],
    )
    def test_value_of_the_file_goes_before_slack(self, key: str, line: str) -> None:
        given = desk(line)
        found = one(given, key, TYPED[key][0])
        assert (found.origin, found.value) == (Origin.FILE, value_of(given, key))
        assert overlay.overlaid(given, {key: change(key, TYPED[key][0])}) == given

    def test_file_that_sets_one_target_leaves_the_others_to_slack(self) -> None:
        given = desk('targets.first_response = "20m"')
        both = {key: change(key, "5m") for key in ("targets.first_response", "targets.next_response")}
        targets = overlay.overlaid(given, both).targets
        assert (targets.first_response, targets.next_response) == (timedelta(minutes=20), timedelta(minutes=5))

    @pytest.mark.parametrize("key", SETTABLE)
    def test_default_holds_again_once_nothing_is_stored(self, key: str) -> None:
        assert overlay.overlaid(desk(), {key: change(key, None)}) == desk()
        assert one(desk(), key, None).origin is Origin.DEFAULT

    def test_what_cannot_be_read_is_left_out_and_said(self) -> None:
        found = one(desk(), "targets.first_response", {"by": "a newer version"})
        assert (found.origin, found.value) == (Origin.DEFAULT, timedelta(minutes=60))
        assert found.problem is not None
        assert overlay.overlaid(desk(), {found.key: change(found.key, 7)}) == desk()

    def test_what_this_version_does_not_know_is_named(self) -> None:
        known, newer = change("standup", "08:00"), change("targets.third_response", "5m", 2)
        assert overlay.unknown([known, newer]) == [newer]


class TestMeant:
    """A wrong value is told with the nearest right one."""

    @pytest.mark.parametrize(
        ("key", "value", "meant"),
        [
            ("targets.first_response", "30 min", "30m"),
            ("targets.first_response", "2 uur", "2h"),
            ("targets.next_response", "1 day 2 hours", "1d2h"),
            ("targets.escalation", "soon", None),
            ("undo", "1h", "10m"),
            ("hours", "ma-vr 9-17", "Mo-Fr 09:00-17:00"),
            ("hours", "always", None),
            ("holidays", ["NL", "DE-BYE"], "DE-BY"),
            ("holidays", ["SE:defacto"], "SE:de_facto"),
        ],
    )
    def test_nearest_right_value_is_known_by_itself(self, key: str, value: Any, meant: str | None) -> None:
        with pytest.raises(Unfit) as wrong:
            overlay.parsed(key, value)
        assert wrong.value.meant == meant
        if meant is not None and key != "undo":
            assert f'; did you mean "{meant}"?' in str(wrong.value)

    @pytest.mark.parametrize(("key", "value"), [("holidays", "NL"), ("name", "Sales"), ("closed", ["tomorrow"])])
    def test_anything_else_is_refused(self, key: str, value: Any) -> None:
        with pytest.raises(ValueError, match="is not a"):
            overlay.parsed(key, value)
