"""What Slack tells by itself reaches the desk: who is away, who is not to be disturbed, who is in a user group."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from slack_bolt import BoltRequest

from bot.domain.cases.conversation import Agent
from bot.domain.desk.standing import Standing
from bot.runtime.app import App, build
from bot.settings import load
from bot.usecases.desk import agents
from storage.desk import agents as stored
from storage.engine import reading
from storage.tables import job_lock
from tests.support.bench import Bench
from tests.support.cast import ANNA
from tests.support.config import toml, write

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(bench: Bench, database_url: str) -> Iterator[App]:
    """The whole bot, to which Slack tells what changes; its roster is a user group."""
    path = write(bench.ctx.settings.config_path.parent, toml(desk='roster = "S0ONCALL"\n'))
    told = bench.sandbox.environment | {"WEBCARE_CONFIG": str(path), "DATABASE_URL": database_url}
    app = build(load(told))
    agents.keep(app.ctx, Agent(ANNA.id, "Anna Bakker", "nl-NL", Standing.MEMBER))

    def tell(event: dict[str, Any]) -> None:
        body = {"type": "event_callback", "team_id": "T0ACME", "event": event}
        assert app.bolt.dispatch(BoltRequest(body=body, mode="socket_mode")).status == 200

    bench.sandbox.slack.state.on_event = tell
    yield app
    app.close()


def known(desk: App) -> Agent:
    found = agents.known(desk.ctx, ANNA.id)
    assert found is not None
    return found.agent


def test_status_is_learnt(bench: Bench, desk: App) -> None:
    bench.sandbox.slack.set_status(ANNA.id, ":palm_tree:", 60)
    desk.close()
    assert known(desk).status_emoji == ":palm_tree:"


@pytest.mark.parametrize("minutes", [30, 0])
def test_do_not_disturb_is_learnt(bench: Bench, desk: App, minutes: float) -> None:
    bench.sandbox.slack.pause_notifications(ANNA.id, minutes)
    desk.close()
    with reading(desk.engine) as connection:
        resting = stored.resting(connection, [ANNA.id], bench.clock.at + timedelta(minutes=1))
    assert resting == ({ANNA.id} if minutes else set())


def test_changed_group_is_read_at_the_next_tick(bench: Bench, desk: App) -> None:
    bench.sandbox.slack.state.on_event({"type": "subteam_members_changed", "subteam_id": "S0ONCALL"})
    desk.close()
    with reading(desk.engine) as connection:
        names = connection.execute(job_lock.select()).all()
    assert [row.name for row in names if "roster" in row.name]
