"""A silent owner: one who has claimed a thread and done nothing about it since."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.cases.conversation import ON_ITS_WAY, ReplyState
from bot.domain.cases.thread import Thread
from storage.cases import events
from storage.engine import Connection
from storage.replies import replies


def silent(connection: Connection, threads: Iterable[Thread]) -> set[int]:
    """Return the numbers of those of these threads of whose owner nothing was heard since they became it.

    A line in the timeline, talk under the card and an opened reply form are heard. While a reply is on its way or
    undecided nobody counts as silent, whoever wrote it.
    """
    owners = {
        thread.id: (thread.owner, thread.owner_since)
        for thread in threads
        if thread.owner is not None
        and thread.owner_since is not None
        and (thread.alive_at is None or thread.alive_at < thread.owner_since)
    }
    if not owners:
        return set()
    open_ = {
        number
        for number, latest in replies.latest(connection, owners).items()
        if latest.newest is not None and latest.newest.state in (*ON_ITS_WAY, ReplyState.UNKNOWN)
    }
    return set(owners) - open_ - events.acted(connection, owners)
