"""`webcare bank import` and `export`: all of a file or nothing, and out again as it went in."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from tests.support.bench import Bench, webcare

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ENTRIES = """# Knowledge bank: Support

## Waar is mijn pakket?
- language: nl
- valid until: 2027-01-31
- owner: U0ANNA

Morgen staat het voor je deur.

=niet uitvoeren

## Where is my parcel?
- language: en
- owner: U0LARS

It stands at your door tomorrow.
"""


def entries(bench: Bench) -> int:
    return int(bench.team.rows("SELECT count(*) AS n FROM bank_entry")[0]["n"])


def test_file_comes_out_as_it_went_in(bench: Bench, tmp_path: Path) -> None:
    file, table = tmp_path / "bank.md", tmp_path / "bank.csv"
    file.write_text(ENTRIES)
    assert webcare(bench, "bank", "import", str(file)).stdout == "Support: 2 new, 0 changed, 0 as they were\n"
    assert webcare(bench, "bank", "export").stdout == ENTRIES
    assert webcare(bench, "bank", "export", str(table)).exit_code == 0
    assert table.read_bytes().startswith(codecs.BOM_UTF8)
    assert webcare(bench, "bank", "import", str(table)).stdout == "Support: 0 new, 0 changed, 2 as they were\n"
    table.write_text(table.read_text().replace("tomorrow", "on monday"))
    assert webcare(bench, "bank", "import", str(table)).stdout == "Support: 0 new, 1 changed, 1 as they were\n"
    assert "on monday" in webcare(bench, "bank", "export", "--format", "csv").stdout
    assert entries(bench) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ENTRIES.replace("2027-01-31", "soon"), "bank.md, line 3: “soon” is no day"),
        (ENTRIES.replace("- owner: U0LARS", "- label: Tea"), "bank.md, line 12: “Tea” is no label of Support"),
        (ENTRIES.replace("It stands", "x" * 2001), "bank.md, line 12: the answer has"),
    ],
)
def test_file_with_a_mistake_changes_nothing(bench: Bench, tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "bank.md"
    file.write_text(text)
    done = webcare(bench, "bank", "import", str(file))
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert f"nothing was imported: {said}" in done.stderr
    assert entries(bench) == 0


def test_desk_that_nobody_has_is_named(bench: Bench, tmp_path: Path) -> None:
    done = webcare(bench, "bank", "export", "--desk", "Sales")
    assert done.exit_code == 2
    assert "there is no desk of that name; there are Support" in done.stderr
