"""Settings as a start reads them, and what it says about wrong ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, load


def read(config: Path, toml: str | None = None, **environ: str) -> Settings:
    """Load a config, with `toml` written into it first if given."""
    if toml is not None:
        config.write_text(toml, encoding="utf-8")
    return load({"WEBCARE_CONFIG": str(config), **environ})


def problems(config: Path, toml: str | None = None, **environ: str) -> list[str]:
    """Return what is said about a config and an environment that are wrong, a line each, without the folder."""
    return _said(config, lambda: read(config, toml, **environ))


def missing(config: Path, **environ: str) -> list[str]:
    """Return the same for a command that needs every key of every account."""
    return _said(config, lambda: read(config, **environ).require(networks=True))


def _said(config: Path, start: Callable[[], object]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        start()
    assert all("\n" not in problem for problem in caught.value.problems)
    return [problem.removeprefix(f"{config.parent}/") for problem in caught.value.problems]
