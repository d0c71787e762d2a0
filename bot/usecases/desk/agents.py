"""What Slack says about agents, asked once a day and stored."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.cases.conversation import Agent
from bot.domain.common.plain import visible
from bot.domain.common.typed import unescaped
from bot.domain.desk.standing import Standing
from bot.usecases.desk.context import Context, Workspace
from storage.desk import agents
from storage.engine import reading, transaction

FRESH = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Known:
    """An agent as Slack described them; from `until` on, Slack is to be asked again."""

    agent: Agent
    until: datetime


def known(ctx: Context, agent_id: str) -> Known | None:
    """Return the agent as stored, however old that is; None if unknown."""
    with reading(ctx.engine) as connection:
        stored = agents.fetched(connection, agent_id)
    return Known(stored[0], stored[1] + FRESH) if stored else None


def keep(ctx: Context, agent: Agent) -> Known:
    """Store what Slack has just told about an agent."""
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        agents.keep(connection, agent, at)
    return Known(agent, at + FRESH)


def described(agent_id: str, told: Mapping[str, Any], workspace: Workspace) -> Agent:
    """Read what Slack tells of a user; `told` is the "user" of its answer to users.info."""
    name, locale = _name(told) or agent_id, told.get("locale") or "en-US"
    return Agent(agent_id, name, locale, _standing(told, workspace), *_status(told))


def _name(user: Mapping[str, Any]) -> str:
    """Return the first of their names that shows anything. Slack stores names as it stores text, escaped."""
    profile = user.get("profile") or {}
    names = (profile.get("real_name"), user.get("real_name"), profile.get("display_name"), user.get("name"))
    return next(filter(None, (visible(unescaped(name or "")) for name in names)), "")


def _status(user: Mapping[str, Any]) -> tuple[str, datetime | None]:
    """Read the emoji of a user's status, and when it ends. An end that cannot be read is none."""
    profile = user.get("profile") or {}
    emoji, ends = str(profile.get("status_emoji") or ""), None
    with suppress(TypeError, ValueError, OverflowError, OSError):
        stamp = float(profile.get("status_expiration") or 0)
        ends = datetime.fromtimestamp(stamp, UTC) if emoji and stamp > 0 else None
    return emoji, ends


def _standing(user: Mapping[str, Any], workspace: Workspace) -> Standing:
    """Read what somebody is here. In an organisation of several workspaces, its members are at home in each."""
    enterprise = (user.get("enterprise_user") or {}).get("enterprise_id")
    if user.get("deleted"):
        return Standing.DEACTIVATED
    if user.get("is_bot") or user.get("id") == "USLACKBOT":
        return Standing.BOT
    if user.get("is_stranger") or not (workspace.is_home(user.get("team_id")) or workspace.is_home(enterprise or "")):
        return Standing.STRANGER
    return Standing.GUEST if user.get("is_restricted") or user.get("is_ultra_restricted") else Standing.MEMBER
