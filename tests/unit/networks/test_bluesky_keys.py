"""Record keys that come of what is stored, and cursors that lose nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.networks.bluesky.mark import OVERLAP, Mark, mark
from bot.networks.bluesky.tid import made_for, time_of
from tests.support.canned_bluesky import NOW


class TestRecordKey:
    def test_same_name_and_time_give_the_same_key(self) -> None:
        key = made_for("reply-7", NOW)
        assert key == made_for("reply-7", NOW)
        assert re.fullmatch("[234567a-j][234567a-z]{12}", key)
        assert len({key, made_for("reply-8", NOW), made_for("reply-7", NOW + timedelta(seconds=1))}) == 3

    def test_key_holds_its_time_to_the_millisecond(self) -> None:
        held = time_of(made_for("reply-7", NOW.replace(microsecond=123_999)))
        assert held is not None
        assert held.replace(microsecond=held.microsecond // 1000 * 1000) == NOW.replace(microsecond=123_000)

    def test_keys_sort_by_time(self) -> None:
        keys = [made_for(f"reply-{number}", NOW + timedelta(milliseconds=number)) for number in range(200)]
        assert keys == sorted(keys)

    @pytest.mark.parametrize("key", ["", "self", "3mpp2x2k2k22", "3mpp2x2k2k2281", "zzzzzzzzzzzzz", "\ud800" * 13])
    def test_other_keys_hold_no_time(self, key: str) -> None:
        assert time_of(key) is None

    def test_known_key_is_read(self) -> None:
        assert time_of("2222222222222") == datetime(1970, 1, 1, tzinfo=UTC)


class TestMark:
    def test_cursor_survives_being_stored(self) -> None:
        made = mark([(NOW, "a"), (NOW - timedelta(minutes=1), "b")], None, NOW)
        read = Mark.read(str(made))
        assert read == made
        assert read is not None
        assert (read.has("a"), read.has("b"), read.has("c")) == (True, True, False)

    def test_only_what_may_still_have_neighbours_is_kept(self) -> None:
        made = mark([(NOW, "a"), (NOW - OVERLAP - timedelta(seconds=1), "old")], None, NOW)
        assert made is not None
        assert not made.has("old")

    def test_time_to_come_does_not_move_it_there(self) -> None:
        made = mark([(NOW + timedelta(days=900), "a"), (NOW, "b")], None, NOW)
        assert made is not None
        assert (made.at, made.has("a"), made.has("b")) == (NOW, True, True)

    def test_mark_never_goes_back(self) -> None:
        before = mark([(NOW, "a")], None, NOW)
        after = mark([(NOW - timedelta(minutes=5), "b")], before, NOW)
        assert after is not None
        assert after.at == NOW
        assert mark([], before, NOW) == before

    @pytest.mark.parametrize(
        "cursor",
        [
            None,
            "",
            "17",
            "{}",
            "[]",
            '{"at": 7}',
            '{"at": "2026-11-20T15:40"}',
            '{"at": "9999-01-01T00:00Z"}',
            "[" * 100_000,
        ],
    )
    def test_other_cursors_are_none(self, cursor: str | None) -> None:
        assert Mark.read(cursor) is None
