"""What somebody is to the workspace in which they act."""

from __future__ import annotations

from enum import StrEnum


class Standing(StrEnum):
    """The values are stored, but for UNKNOWN, so they never change."""

    MEMBER = "member"
    GUEST = "guest"  # sees only some channels
    STRANGER = "stranger"  # a member of another organisation, in a channel that both share
    BOT = "bot"
    DEACTIVATED = "deactivated"
    UNKNOWN = "unknown"  # Slack has not told yet


OUTSIDERS = frozenset({Standing.GUEST, Standing.STRANGER})
"""They have only the roles for which the config names them."""
