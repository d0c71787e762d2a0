"""A config that the tests of the settings vary."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.config import MINIMAL, write


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write(tmp_path, MINIMAL)
