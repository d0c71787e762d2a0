"""The bot with shorter leases, so that whoever takes over from the dead need not wait: `python -m
tests.support.faults.hurried web|worker`. Each is still longer than the work that it covers."""

from __future__ import annotations

import os
import sys

from bot.delivery import slack_messages
from bot.delivery.replies import ReplyDeliverer
from bot.delivery.slack_messages import SlackMessageDeliverer
from bot.platform import logs
from bot.runtime import process
from bot.settings import load
from bot.usecases.intake import ingest, recheck

SlackMessageDeliverer.lease_seconds = 2
slack_messages.PACE_SECONDS = 0.02  # the sandbox's limits are off
ReplyDeliverer.lease_seconds = 3
ingest.FETCH_SECONDS = recheck.ANSWER_SECONDS = 1

KINDS = {"run": process.run, "web": process.web, "worker": process.worker}

if __name__ == "__main__":
    settings = load(os.environ)
    logs.setup("INFO", settings.secrets())
    KINDS[sys.argv[1]](settings)
