"""What holds for the whole house: every module has its layer, and every decision its number."""

from __future__ import annotations

import pkgutil
import re
import tomllib
from pathlib import Path

import bot
import tests

ROOT = Path(__file__).parents[2]


def test_every_module_of_the_house_has_its_layer() -> None:
    configured = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in configured if contract["type"] == "layers")
    placed = [module for layer in layers for module in layer.split(" | ")]
    house = [f"bot.{module.name}" for module in pkgutil.iter_modules(bot.__path__)]
    assert sorted(placed) == sorted([*house, "handlers", "storage"])


def test_tests_are_a_package_that_no_other_takes_the_place_of() -> None:
    """A library installs a top-level package of the same name."""
    assert tests.__file__ == str(ROOT / "tests" / "__init__.py")


def test_decisions_are_numbered_in_order() -> None:
    decisions = (ROOT / "bot" / "DECISIONS.md").read_text("utf-8")
    numbers = [int(number) for number in re.findall(r"^## (\d+)\.", decisions, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
