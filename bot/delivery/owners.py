"""Asks Slack who an owner is now: somebody who has left clicks no more, so nothing else would tell."""

from __future__ import annotations

import logging

from slack_sdk import WebClient

from bot.platform import slack
from bot.usecases.desk import agents
from bot.usecases.desk.context import Context
from storage.cases import threads
from storage.engine import reading

log = logging.getLogger(__name__)


def look(ctx: Context, client: WebClient, thread_id: int) -> None:
    """Store what Slack says of the thread's owner. While it cannot say, what it last said counts."""
    with reading(ctx.engine) as connection:
        thread = threads.get(connection, thread_id)
    if thread is None or thread.owner is None:
        return
    try:
        told = slack.call(client, "users.info", user=thread.owner, include_locale=True)["user"]
    except slack.SlackError as error:
        log.warning("an owner's profile could not be read", extra={"fields": {"error": str(error)}})
        return
    agents.keep(ctx, agents.described(thread.owner, told, ctx.workspace))
