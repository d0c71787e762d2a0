"""The demo's yesterday is played to its end, whatever language its people use."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.runtime.demo import CONFIG, ROSTER, TARGETS
from bot.runtime.demo.yesterday import POSTS, Stage
from bot.sandbox.customers.script import Language
from bot.sandbox.server import Sandbox
from bot.settings import load
from tests.support import config
from tests.support.clock import TurnedClock

EVENING = datetime(2026, 11, 20, 15, 40, tzinfo=UTC)


@pytest.mark.parametrize("language", [None, "sv"])
def test_yesterdays_customers_all_have_their_answer(tmp_path: Path, language: Language | None) -> None:
    stage = Stage(TurnedClock(EVENING))
    path = config.write(tmp_path, CONFIG.format(language=language or "en", labels=""))
    path.with_name("oncall.ics").write_text(ROSTER, encoding="utf-8")
    targets = {key: f"{seconds}s" for key, seconds in TARGETS.items()}
    with Sandbox(now=stage.now, language=language) as sandbox:
        settings = load(sandbox.environment | {"WEBCARE_CONFIG": str(path)})
        stage.play_yesterday(sandbox, settings, targets)
    with create_engine(settings.database_url).connect() as connection:
        states = set(connection.execute(text("SELECT state FROM thread")).scalars())
        sent = connection.execute(text("SELECT count(*) FROM reply WHERE state = 'sent'")).scalar_one()
    assert states <= {"answered", "closed"}
    assert sent > POSTS / 2  # who writes twice in a row gets one answer
    assert stage.now() == EVENING
