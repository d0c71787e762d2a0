"""Alive: an owner does something about their thread that leaves no line in its timeline."""

from __future__ import annotations

from datetime import datetime

from storage import outbox
from storage.cases import threads
from storage.engine import Connection


def alive(connection: Connection, thread_id: int, agent: str, at: datetime) -> None:
    """Record it if the thread is this agent's; who was just asked whether they keep it has answered with it."""
    if threads.alive(connection, thread_id, agent, at):
        outbox.refresh(connection, thread_id, at=at)
