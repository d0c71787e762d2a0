"""Where messages go in Slack, and what keeps one from taking any."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

_MEMBER = re.compile("[UW][A-Z0-9]{2,}")


@dataclass(frozen=True, slots=True)
class DestinationFault:
    """Why a channel or member takes nothing, and since when. `code` is Slack's, such as "is_archived"."""

    destination: str
    code: str
    since: datetime


def is_member_id(name: str) -> bool:
    """Tell whether this can be the id of somebody in Slack, rather than a handle."""
    return _MEMBER.fullmatch(name) is not None


def is_member(destination: str) -> bool:
    """Tell whether a destination is somebody's direct messages."""
    return destination[:1] in ("U", "W", "D")
