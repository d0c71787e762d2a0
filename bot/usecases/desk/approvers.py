"""Approvers: who is asked to look at what a colleague wrote."""

from __future__ import annotations

from bot.settings import Desk
from bot.usecases.desk import presence
from bot.usecases.desk.context import Context
from bot.views.desk.models import Asked
from storage.engine import Connection

MOST_ASKED = 3  # colleagues who are asked each in a direct message; any other approver can answer as well


def to_ask(connection: Connection, ctx: Context, desk: Desk, author: str) -> Asked:
    """Return who is asked to look at what `author` wrote: leads and approvers who hear it now, the leads first.

    Where nobody whom the config names does, it is said in the channel, to the user groups that may approve and to the
    leads.
    """
    named = dict.fromkeys((*desk.leads, *desk.mandate.approvers))
    groups = [id_ for id_ in named if id_.startswith("S")]
    people = [id_ for id_ in named if id_ != author and id_ not in groups]
    hearing = [id_ for id_ in people if presence.hears(connection, ctx, desk, id_)]
    if hearing:
        return Asked(tuple(hearing[:MOST_ASKED]))
    return Asked((*groups, *(id_ for id_ in people if id_ in desk.leads)), in_channel=True)
