"""Asks Slack which of the agents who are about to be reminded are not to be disturbed."""

from __future__ import annotations

import logging
from collections.abc import Callable

from slack_sdk import WebClient

from bot.platform import slack
from bot.platform.logs import Sparing
from bot.usecases.desk.context import Context
from bot.usecases.reminders import do_not_disturb

log = logging.getLogger(__name__)

AT_ONCE = 50  # members in one call
A_DAY = 86_400.0


def asking(ctx: Context, client: WebClient) -> Callable[[], None]:
    """Return the tick that asks. While Slack does not answer everybody can be rung; the log says so once a day."""
    troubles = Sparing(A_DAY)

    def tick() -> None:
        owners = do_not_disturb.to_ask(ctx)
        for first in range(0, len(owners), AT_ONCE):
            users = ",".join(owners[first : first + AT_ONCE])
            try:
                told = slack.call(client, "dnd.teamInfo", users=users)["users"]
            except slack.SlackError as error:
                troubles.warn(log, "Slack does not tell who is not to be disturbed; everybody is rung", str(error))
                return
            do_not_disturb.learn(ctx, told if isinstance(told, dict) else {})

    return tick
