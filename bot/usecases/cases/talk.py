"""Talk under a card: it never reaches the customer, and its author is told so the first time a day."""

from __future__ import annotations

from bot.domain.common.errors import Refused
from bot.usecases.cases.alive import alive
from bot.usecases.cases.transition import found
from bot.usecases.desk.context import Context
from storage.cases import messages
from storage.desk import agents
from storage.engine import transaction


def hint(ctx: Context, agent: str, channel: str, ts: str) -> int | None:
    """Return the thread under whose card the agent talks, if they are to be told today that the customer got nothing.

    An owner who talks there shows that they are on it. `ts` is Slack's name for the message that they talk under. The
    day is that of the thread's desk.
    """
    with transaction(ctx.engine) as connection:
        number = messages.thread_under(connection, channel, ts)
        if number is None:
            return None
        alive(connection, number, agent, ctx.clock.now())
        try:
            desk = ctx.settings.desk_if_any(found(connection, number).desk)
        except Refused:
            return None
        if desk is None:
            return None
        day = ctx.clock.now().astimezone(desk.timezone).date().isoformat()
        return number if agents.hint(connection, agent, day) else None
