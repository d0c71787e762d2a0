"""SIGKILL at each step at which something could get lost or be done twice, under load.

`python -m tests.simulations crashes` dies at every step that there is.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.faults.crashes import crash_everywhere

ESSENTIAL = {
    "bot.delivery.slack_messages._show: before chat.postMessage",
    "bot.delivery.slack_messages._show: after chat.postMessage",
    "bot.delivery.slack_messages._post: after commit",
    "bot.delivery.slack_messages._show: after chat.update",
    "bot.delivery.posting.put: before X send",
    "bot.delivery.posting.put: after X send",
    "bot.usecases.replies.reply_outcome.begin: after commit",
    "bot.usecases.replies.reply_outcome.arrived: before commit",
    "bot.usecases.replies.reply_outcome.arrived: after commit",
    "bot.usecases.intake.ingest.poll: after X fetch",
    "bot.usecases.intake.ingest._receive: after commit",
    "bot.usecases.replies.reply.submit: after commit",
    "bot.usecases.cases.claim.claim: before commit",
    "bot.usecases.reminders.nag.tick: before commit",
    "bot.usecases.reminders.nag.tick: after commit",
    "bot.usecases.reminders.late_list._begin: before commit",
    "bot.usecases.reminders.late_list._begin: after commit",
}
ON_SQLITE = (
    r"delivery\.slack_messages\._(show|post): |posting\.put: |reply_outcome\.(begin|arrived)|ingest\._?(poll|receive)"
    r"|reply\.submit|claim\.claim|nag\.tick|late_list\._begin"
)
ON_POSTGRESQL = {
    "bot.delivery.slack_messages._show: before chat.postMessage",
    "bot.delivery.slack_messages._show: after chat.postMessage",
    "bot.delivery.slack_messages._post: after commit",
    "bot.delivery.posting.put: before X send",
    "bot.delivery.posting.put: after X send",
    "bot.usecases.replies.reply_outcome.begin: after commit",
    "bot.usecases.replies.reply_outcome.arrived: before commit",
    "bot.usecases.replies.reply_outcome.arrived: after commit",
}
PATIENCE = 600  # seconds; a quiet machine needs two minutes

pytestmark = pytest.mark.long


def test_death_between_two_effects_loses_and_doubles_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/webcare.db"
    outcome = crash_everywhere(tmp_path, url, seconds=PATIENCE, only=ON_SQLITE, needed=ESSENTIAL)
    assert outcome.wrong == [], outcome.died_at
    assert ESSENTIAL - set(outcome.died_at) == set()
    assert len(outcome.died_at) == len(set(outcome.died_at))


@pytest.mark.postgres
def test_death_on_postgresql_loses_and_doubles_nothing(tmp_path: Path, postgres_url: str) -> None:
    only = (
        r"posting\.put|reply_outcome\.\w+: (before|after) commit"
        r"|_(show|post): (before|after) (chat|commit)|receive: before"
    )
    outcome = crash_everywhere(tmp_path, postgres_url, seconds=PATIENCE, only=only, needed=ON_POSTGRESQL)
    assert outcome.wrong == [], outcome.died_at
    assert ON_POSTGRESQL - set(outcome.died_at) == set()
