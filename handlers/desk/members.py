"""Who is in each of a few sets of people that Slack keeps: asked every five minutes in the background."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from handlers.lookups import Lookups

FRESH_SECONDS = 300
RECENT_SECONDS = 10


class Members:
    """The members of the named sets. While Slack cannot be asked, the last known members count.

    `ask` calls Slack's `method` for one set's id and returns its members; it may raise SlackError.
    """

    def __init__(self, method: str, sets: frozenset[str], ask: Callable[[str], frozenset[str]]) -> None:
        self.sets = sets
        self._ask_slack = ask
        self._members: dict[str, frozenset[str]] = {}
        self._read_at: dict[str, float] = {}
        self._lookups = Lookups(method, self._ask)

    def of(self, user: str) -> tuple[frozenset[str], frozenset[str]]:
        """Return the sets that the user is in, and the sets that Slack has never told us about.

        Waits briefly for the latter only.
        """
        self.refresh()
        self._lookups.wait(*(self.sets - self._members.keys()))
        known = self._members.copy()
        return frozenset(name for name, members in known.items() if user in members), self.sets - known.keys()

    def of_newcomer(self, user: str) -> tuple[frozenset[str], frozenset[str]]:
        """Return the same, but ask Slack once more before saying that the user is in none of them."""
        found, unread = self.of(user)
        if found or unread:
            return found, unread
        self.refresh(RECENT_SECONDS)
        self._lookups.wait(*self.sets)
        return self.of(user)

    def refresh(self, after: float = FRESH_SECONDS) -> None:
        """Start asking Slack about every set that was not read in the last `after` seconds; wait for nothing."""
        due = monotonic() - after
        self._lookups.start(*(name for name in self.sets if self._read_at.get(name, due) <= due))

    def stop(self) -> None:
        self._lookups.stop()

    def _ask(self, name: str) -> None:
        self._members[name] = self._ask_slack(name)
        self._read_at[name] = monotonic()
