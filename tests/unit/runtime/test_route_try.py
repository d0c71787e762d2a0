"""`webcare route try` says which desk would answer, and why."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.runtime.cli import main
from tests.support import config

RULES = """\
[[route]]
desk = "Sales"
language = "nl"
words = ["prijs", "offerte"]
[[route]]
desk = "Night"
hour = "17:00-24:00"
[[route]]
desk = "Sales"
kind = "private"
"""


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["Kunnen jullie mij een offerte sturen?"], 0, 'desk "Sales" (route[1]: language=nl words=offerte)'),
        (["Offerte", "--language", "nl"], 0, 'desk "Sales" (route[1]: language=nl words=offerte)'),
        (["My parcel?", "--at", "2026-11-20 12:00:00"], 0, 'desk "Support" (no rule holds)'),
        (["My parcel?", "--at", "2026-11-20 18:00:00"], 0, 'desk "Night" (route[2]: hour=17:00-24:00)'),
        (["My parcel?", "--at", "2026-11-20 12:00:00", "--private"], 0, 'desk "Sales" (route[3]: kind=private)'),
        (["My parcel?", "--account", "ACME", "--at", "2026-11-20 12:00:00"], 0, 'desk "Support" (no rule holds)'),
        (["My parcel?", "--account", "other"], 1, "Error: other is none of the accounts x:acme"),
    ],
)
def test_desk_and_rule_are_said(tmp_path: Path, arguments: list[str], status: int, said: str) -> None:
    desks = config.MINIMAL + config.desk_toml("Sales", "C0SALES") + config.desk_toml("Night", "C0NIGHT")
    path = config.write(tmp_path, desks + RULES)
    done = CliRunner().invoke(main, ["route", "try", *arguments], env={"WEBCARE_CONFIG": str(path)})
    assert (done.exit_code, done.output.strip()) == (status, said)
