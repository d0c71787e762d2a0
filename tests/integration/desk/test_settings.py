"""What is set in Slack holds in every process, and each process knows it within one look."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.runtime import check, jobs
from bot.runtime.app import build
from bot.settings import Settings
from bot.settings.overlay import Origin
from bot.usecases.desk import not_before
from bot.usecases.desk import settings as usecase
from bot.usecases.desk.context import Context
from bot.usecases.intake import ingest, sweep
from storage.desk import settings as stored
from storage.engine import connect, transaction
from tests.support.cast import LEAD
from tests.support.clock import TurnedClock


def store(ctx: Context, key: str, value: Any, *, follows: int = 0, desk: str = "Support") -> int | None:
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        return stored.add(connection, desk, key, value, follows=follows, by=LEAD.id, at=at, applied=False)


@pytest.fixture
def other(ctx: Context, database_url: str, settings: Settings, clock: TurnedClock) -> Iterator[Context]:
    """The context of another process on the same database."""
    engine = connect(database_url)
    yield Context(engine, clock, settings, ctx.accounts, lambda: None)
    engine.dispose()


class TestProcesses:
    def test_other_process_follows_and_goes_back(self, ctx: Context, other: Context) -> None:
        first = store(ctx, "targets.escalation", "5m")
        assert first is not None
        assert other.settings.desks[0].targets.escalation == timedelta(minutes=60)
        assert (usecase.refresh(other), usecase.refresh(other)) == (True, False)
        assert other.settings.desks[0].targets.escalation == timedelta(minutes=5)
        store(ctx, "targets.escalation", None, follows=first)
        usecase.refresh(other)
        assert other.settings.desks[0] == other.written[0]

    @pytest.mark.postgres
    def test_change_that_is_committed_last_is_seen_though_its_number_is_lower(
        self, postgres_url: str, settings: Settings, clock: TurnedClock
    ) -> None:
        engine = connect(postgres_url)
        try:
            ctx = Context(engine, clock, settings, {}, lambda: None)
            with engine.begin() as slow:
                of_lead: dict[str, Any] = {"follows": 0, "by": LEAD.id, "at": clock.now(), "applied": False}
                first = stored.add(slow, "Support", "standup", "08:00", **of_lead)
                second = store(ctx, "signature", "/{name}")
                assert first is not None
                assert second is not None
                assert first < second
                assert usecase.refresh(ctx)
            assert usecase.refresh(ctx)
            assert f"{ctx.settings.desks[0].standup:%H:%M}" == "08:00"
        finally:
            engine.dispose()

    def test_of_two_changes_of_one_value_one_is_stored(self, ctx: Context, other: Context) -> None:
        assert store(ctx, "standup", "08:00") is not None
        assert store(other, "standup", "10:00") is None
        assert store(other, "signature", "/{name}") is not None, "another setting is no conflict"

    def test_process_looks_before_its_first_tick(self, ctx: Context) -> None:
        store(ctx, "standup", "08:00")
        jobs.follow_settings(ctx)
        assert f"{ctx.settings.desks[0].standup:%H:%M}" == "08:00"

    def test_poll_takes_what_holds_now(self, ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
        """The scheduler was built with the desk as it was at the start."""
        desk, account = ctx.settings.accounts()[0]
        store(ctx, "hours", "Mo-Fr 09:00-17:00")
        usecase.refresh(ctx)
        seen: list[Any] = []
        monkeypatch.setattr(ingest, "poll", lambda _ctx, desk, _account: seen.append(desk.hours))
        monkeypatch.setattr(sweep, "tick", lambda _ctx, desk, _account: seen.append(desk.hours))
        jobs._read(ctx, desk, account)
        jobs._sweep(ctx, desk, account)
        assert seen == ["Mo-Fr 09:00-17:00"] * 2


class TestCheck:
    def test_check_tells_what_holds_and_where_it_comes_from(
        self, database_url: str, settings: Settings, ctx: Context
    ) -> None:
        store(ctx, "standup", "08:00")
        store(ctx, "hours", "Mo-Fr 09:00-17:00")
        store(ctx, "targets.first_response", "5m")
        store(ctx, "targets.resolution", "2d")
        store(ctx, "undo", "7s")
        store(ctx, "targets.third_response", "5m")
        store(ctx, "standup", "08:00", desk="Gone")
        store(ctx, "signature", 7)
        with closing(build(replace(settings, database_url=database_url))) as app:
            said = [str(finding) for finding in check._settings(app)]
            assert "Mo-Fr 09:00-17:00" in str(next(check._hours(app)))
        by = "set in Slack by U0LEAD at 2026-11-20 15:40 UTC"
        of = 'settings of "Support":'
        for line in (
            f'ok   {of} targets.first_response = "1h" (webcare.toml)',
            f'ok   {of} targets.escalation = "1h" (default)',
            f'ok   {of} targets.resolution = "2d" ({by}): 48 opening hours: about 6 working days',
            f'ok   {of} standup = "08:00" ({by})',
            f'ok   {of} signature = "^{{initials}}" (default)',
            f"warn {of} targets.first_response {by} is not used: the file sets it, and goes first",
            f"warn {of} undo {by} is not used: the file sets it, and goes first",
            f"warn {of} signature {by} is not used: it cannot be read here, so the default holds",
            f"warn {of} targets.third_response {by} is not used: this version does not know it",
        ):
            assert line in said
        assert [line for line in said if "Gone" in line] == [
            'warn settings of "Gone": they are not used: the desk is not in the config; '
            "a renamed desk keeps them with its old name as key"
        ]


class TestWhatHolds:
    def test_renamed_desk_keeps_what_was_set_under_its_key(self, ctx: Context) -> None:
        store(ctx, "standup", "08:00")
        ctx.written = tuple(desk.model_copy(update={"name": "Care", "key": "Support"}) for desk in ctx.written)
        usecase.refresh(ctx)
        (desk,) = ctx.settings.desks
        assert (desk.name, f"{desk.standup:%H:%M}") == ("Care", "08:00")

    def test_file_goes_first_and_strays_are_known(self, ctx: Context) -> None:
        store(ctx, "targets.first_response", "5m")  # the tests' file sets it
        store(ctx, "standup", "08:00")
        store(ctx, "standup", "08:00", desk="Gone")
        usecase.refresh(ctx)
        assert ctx.settings.desks[0].targets.first_response == timedelta(minutes=60)
        ((of_desk,), strays) = usecase.effective(ctx, usecase.changes(ctx))
        origins = {one.key: one.origin for one in of_desk.settings}
        assert origins["targets.first_response"] is Origin.FILE
        assert (origins["standup"], origins["signature"]) == (Origin.SLACK, Origin.DEFAULT)
        assert [(stray.desk, stray.key) for stray in strays] == [("Gone", "standup")]

    @pytest.mark.parametrize("then", ["5s", None, "off"])
    def test_shorter_time_to_undo_hurries_no_reply_that_has_a_longer_one(self, ctx: Context, then: str | None) -> None:
        first = store(ctx, "undo", "2m")
        assert first is not None
        store(ctx, "undo", then, follows=first)
        usecase.refresh(ctx)
        assert not_before._longest(ctx).undo == timedelta(minutes=2)
