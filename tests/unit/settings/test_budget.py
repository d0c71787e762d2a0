"""The month's budget as webcare.toml says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.config import MINIMAL
from tests.support.settings import problems, read


@pytest.mark.parametrize("dollars", [50, 0.5])
def test_budget_is_in_dollars(config: Path, dollars: float) -> None:
    assert read(config, f"[budget]\nmonth = {dollars}\n{MINIMAL}").budget == dollars
    assert read(config, MINIMAL).budget is None


@pytest.mark.parametrize("amount", ["0", "-5", '"50"', "true"])
def test_what_is_no_amount_says_so(config: Path, amount: str) -> None:
    (problem,) = problems(config, f"[budget]\nmonth = {amount}\n{MINIMAL}")
    assert "budget.month" in problem
    assert "is not an amount of dollars (for example 50)" in problem
