"""Was this helpful?: when a customer may be asked, and how a link to our page is signed."""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

VALID = timedelta(days=14)
SELDOM = timedelta(days=30)
"""A customer is asked at most once in this time, whichever account or network they use."""

SCORES = range(1, 6)
MOST_WORDS = 500
MOST_CHANGES = 20
_TOKEN = re.compile(r"([1-9][0-9]{0,17})\.([A-Za-z0-9_-]{22})")


@dataclass(frozen=True, slots=True)
class Rating:
    """One question to a customer. `score` is 1 to 5, None until they said it; `changes` counts how often they did."""

    id: int
    thread_id: int
    at: datetime
    expires_at: datetime
    language: str
    score: int | None = None
    words: str = ""
    changes: int = 0

    def takes_score(self, at: datetime) -> bool:
        """Tell whether the link still works."""
        return at < self.expires_at and self.changes < MOST_CHANGES


def token(rating_id: int, secret: str) -> str:
    """Return what a link ends with: the question's number and its signature."""
    return f"{rating_id}.{_signature(rating_id, secret)}"


def signed_for(token_: str, secret: str) -> int | None:
    """Return the number of the question that a link is about; None if the link is not ours."""
    found = _TOKEN.fullmatch(token_)
    if found is None or not hmac.compare_digest(found[2], _signature(int(found[1]), secret)):
        return None
    return int(found[1])


def _signature(rating_id: int, secret: str) -> str:
    digest = hmac.digest(secret.encode(), f"webcare rating {rating_id}".encode(), "sha256")
    return urlsafe_b64encode(digest[:16]).decode().rstrip("=")
