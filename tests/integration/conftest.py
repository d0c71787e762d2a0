"""A desk with people, for the tests of what they do."""

from __future__ import annotations

import pytest

from bot.usecases.desk.context import Context
from tests.integration.team import Team


@pytest.fixture
def team(ctx: Context) -> Team:
    return Team(ctx)
