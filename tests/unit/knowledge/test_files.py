"""The knowledge bank as a file: read as it was written, and refused with the line that is wrong."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.common.clean import clean
from bot.domain.knowledge import files
from bot.domain.knowledge.files import Row, UnreadableFile, from_csv, from_markdown, to_csv, to_markdown
from bot.domain.knowledge.words import in_one_line

HOSTILE = (
    "=1+1", "+31", "-5", "@SUM(A1)", "'tis", "'=x", "''", "# h", "## q", "\\", "- owner: U0EVE", "a;b,\"c\"\n\n d",
)  # fmt: skip
ROWS = [
    Row(0, "Waar is mijn pakket?", "Hoi!\n\nMorgen. # niet\n- label: X", "nl", "Levering", date(2027, 1, 31), "U0ANNA"),
    *(Row(0, f"{text}?", text, owner="U0LARS") for text in (in_one_line(each) for each in HOSTILE)),
    *(Row(0, f"Wat {number}", text) for number, text in enumerate(HOSTILE)),
]

words = st.text(min_size=1, max_size=60).filter(lambda text: bool(clean(text)))


def unnumbered(rows: list[Row]) -> list[Row]:
    return [replace(row, line=0) for row in rows]


def markdown(rows: list[Row]) -> str:
    return to_markdown(rows, "Knowledge bank: Support")


@pytest.mark.parametrize(("write", "read"), [(to_csv, from_csv), (markdown, from_markdown)])
class TestRoundTrip:
    def test_what_was_written_is_read(
        self, write: Callable[[list[Row]], str], read: Callable[[str], list[Row]]
    ) -> None:
        written = write(ROWS)
        assert unnumbered(read(written)) == ROWS
        assert write(read(written)) == written

    @given(question=words, answer=words)
    def test_any_words_survive(
        self, write: Callable[[list[Row]], str], read: Callable[[str], list[Row]], question: str, answer: str
    ) -> None:
        rows = [Row(0, in_one_line(clean(question)), clean(answer))]
        if rows[0].question:
            assert unnumbered(read(write(rows))) == rows


def test_line_of_a_megabyte_is_read_at_once() -> None:
    wide = " " * 1_000_000
    (row,) = from_markdown(f"## Vraag\r\n- label: a{wide}b \r\nMorgen\r\n-{wide}\x00\r\n")
    assert (row.label, row.answer) == ("a b", "Morgen\n-")


class TestCsv:
    def test_no_cell_begins_a_formula(self) -> None:
        cells = [cell for line in csv.reader(io.StringIO(to_csv(ROWS))) for cell in line]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]

    @pytest.mark.parametrize("text", ["Answer;Question\na;q\n", "question,answer\nq,a\n\n", "question\tanswer\r\nq\ta"])
    def test_spreadsheets_own_ways_are_read(self, text: str) -> None:
        assert unnumbered(from_csv(text)) == [Row(0, "q", "a")]


@pytest.mark.parametrize(
    ("read", "text", "line", "why"),
    [
        (from_csv, "question,answer\nq,a\n,a\n", 3, "the question is missing"),
        (from_csv, 'question,answer\n"q\nq",a\nq2,\n', 4, "the answer is missing"),
        (from_csv, "question,answer\nq,a\nQ,b\n", 3, "the question of line 2 is here again"),
        (from_csv, "question,answer,valid_until\nq,a,31-01-2027\n", 2, "is no day"),
        (from_csv, "question,answer,owner\nq,a,Anna\n", 2, "is no owner"),
        (from_csv, "question,answer,language\nq,a,Dutch!\n", 2, "is no language"),
        (from_csv, "question,reply\nq,a\n", 1, "is no column"),
        (from_csv, "question\nq\n", 1, "there is no column “answer”"),
        (from_csv, "question,answer\nq,a,b\n", 2, "it has 3 cells"),
        (from_csv, 'question,answer\nq,"a\n', 2, "this is no CSV"),
        (from_csv, f"question,answer\nq,{'a' * 2001}\n", 2, "2001 characters"),
        (from_csv, "", 1, "there is no column"),
        (from_markdown, "# Bank\n\nHello\n", 3, "begins with its question"),
        (from_markdown, "## q\n\na\n## r\n", 4, "the answer is missing"),
        (from_markdown, "## q\n- valid until: soon\n\na\n", 1, "is no day"),
    ],
)
def test_mistake_is_named_with_its_line(read: Callable[[str], list[Row]], text: str, line: int, why: str) -> None:
    with pytest.raises(UnreadableFile) as wrong:
        read(text)
    assert (wrong.value.line, why in wrong.value.why) == (line, True), str(wrong.value)


def test_other_encoding_is_named_with_its_line() -> None:
    with pytest.raises(UnreadableFile, match="line 2: this is not UTF-8"):
        files.decoded("question,answer\nCrème,a".encode("latin-1"))
