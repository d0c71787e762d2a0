"""A silent owner: one who has claimed a thread and done nothing about it since."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.cases.conversation import ON_ITS_WAY, EventKind, ReplyState
from bot.domain.cases.thread import Thread
from storage.cases import events
from storage.engine import Connection
from storage.replies import replies


def silent(connection: Connection, threads: Iterable[Thread]) -> set[int]:
    """Return the numbers of those of these threads of whose owner nothing was heard since they became it.

    A line in the timeline, talk under the card and an opened reply form are heard. While a reply is on its way,
    undecided or awaits approval nobody counts as silent, whoever wrote it.
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
        if latest.newest is not None and latest.newest.state in (*ON_ITS_WAY, ReplyState.UNKNOWN, ReplyState.AWAITING)
    }
    return set(owners) - open_ - events.acted(connection, owners)


def lost_by(connection: Connection, thread_ids: Iterable[int]) -> dict[int, str]:
    """Return who has just lost each thread by being silent, by its number, if no reminder has come since.

    The reminder that comes with the loss says so, and no later one.
    """
    lost = events.latest(connection, thread_ids, EventKind.LET_GO)
    reminded = events.latest(connection, lost, EventKind.NAGGED) if lost else {}
    return {
        number: str(line.data["owner"])
        for number, line in lost.items()
        if number not in reminded or reminded[number].at <= line.at
    }
