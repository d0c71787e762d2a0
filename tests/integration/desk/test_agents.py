"""What Slack says about the people who act here, as it becomes ours."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.desk.standing import Standing
from bot.platform import slack
from bot.sandbox.server import Sandbox
from bot.usecases.desk.context import Context
from handlers.deps import HandlerDeps
from handlers.desk.agents import Agents
from tests.support.cast import EMMA, HERE
from tests.support.office import PATIENT


@pytest.mark.parametrize(
    ("stored", "name"),
    [("Bo &amp; Co", "Bo & Co"), ("A &lt;3 B", "A <3 B"), ("&amp;amp;", "&amp;"), ("\u3164", "emma"), (" ", "emma")],
)
def test_name_is_read_as_slack_escapes_it(ctx: Context, stored: str, name: str) -> None:
    with Sandbox(rate_limits=False, timing=PATIENT) as sandbox:
        users = sandbox.slack.state.users
        users[EMMA.id] = replace(users[EMMA.id], real_name=stored)
        agents = Agents(ctx, slack.client(sandbox.environment["SLACK_BOT_TOKEN"], sandbox.slack_api_url))
        agents.learn(EMMA.id)
        met = agents.remembered(EMMA.id)
        agents.stop()
    assert met is not None
    assert met.name == name


@pytest.mark.parametrize(
    ("told", "payload", "standing"),
    [
        ({}, {"user": {"id": EMMA.id, "team_id": "T0ACME"}}, Standing.MEMBER),
        ({}, {"user": {"id": EMMA.id, "team_id": "T0PARTNER"}}, Standing.STRANGER),
        ({}, {"user_id": EMMA.id, "team_id": "T0PARTNER"}, Standing.STRANGER),
        ({"team": "T0PARTNER"}, {"user_id": EMMA.id, "team_id": "T0ACME"}, Standing.STRANGER),
        ({"guest": True}, {"user_id": EMMA.id, "team_id": "T0ACME"}, Standing.GUEST),
    ],
)
def test_strangers_and_guests_are_known_by_payload_or_profile(
    ctx: Context, told: dict[str, Any], payload: dict[str, Any], standing: Standing
) -> None:
    with Sandbox(rate_limits=False, timing=PATIENT) as sandbox:
        users = sandbox.slack.state.users
        users[EMMA.id] = replace(users[EMMA.id], **told)
        deps = HandlerDeps(ctx, slack.client(sandbox.environment["SLACK_BOT_TOKEN"], sandbox.slack_api_url))
        deps.prepare()
        deps.meet(EMMA.id)
        actor = deps.actor(payload | {"channel": {"id": HERE}}, "button")
        deps.stop()
    assert actor.standing is standing
