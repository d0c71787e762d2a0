"""Entries of the knowledge bank as files: Markdown to read and write by hand, CSV for spreadsheets.

What is written is read again exactly. A spreadsheet runs nothing of it: see `_cell`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bot.domain.common.clean import clean
from bot.domain.knowledge.entry import LONGEST_ANSWER, LONGEST_QUESTION
from bot.domain.knowledge.words import in_one_line

COLUMNS = ("question", "answer", "language", "label", "valid_until", "owner")

_FIELD = re.compile(r"- *(language|label|valid[ _]until|owner) *:(.*)", re.IGNORECASE)
_ESCAPED = re.compile(rf"[#\\]|{_FIELD.pattern}$", re.IGNORECASE)  # what a line of an answer may not begin with
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_MEMBER = re.compile(r"[UW][A-Z0-9]{2,}")
_FORMULA = tuple("=+-@\t\r'")


class UnreadableFile(Exception):
    """A file that cannot be read; nothing of it counts. `line` is where, from 1."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")
        self.line, self.why = line, why


@dataclass(frozen=True, slots=True)
class Row:
    """An entry in a file, and the line in which it begins. `language`, `label` and `owner` may be empty."""

    line: int
    question: str
    answer: str
    language: str = ""
    label: str = ""
    valid_until: date | None = None
    owner: str = ""


def decoded(content: bytes) -> str:
    """Return the text of a file. Raises UnreadableFile unless it is UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(line, "this is not UTF-8; save the file with that encoding") from None


def to_csv(rows: Iterable[Row]) -> str:
    """Write entries as CSV."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(value) for value in _values(row).values()])
    return text.getvalue()


def from_csv(text: str) -> list[Row]:
    """Read entries from CSV, whose first line names the columns in any order. Raises UnreadableFile."""
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    names: list[str] = []
    rows: list[Row] = []
    for line, cells in _lines(reader):
        if not names:
            names = _named(cells)
        elif any(cell.strip() for cell in cells):
            if len(cells) > len(names):
                raise UnreadableFile(line, f"it has {len(cells)} cells, and the first line names {len(names)}")
            rows.append(_row(line, {name: _uncell(cell) for name, cell in zip(names, cells, strict=False)}))
    if not names:
        _named(())
    return _without_twins(rows)


def to_markdown(rows: Iterable[Row], title: str) -> str:
    """Write entries as Markdown."""
    parts = [f"# {in_one_line(title)}\n"]
    for row in rows:
        values = {name.replace("_", " "): value for name, value in _values(row).items() if value}
        about = [f"- {name}: {value}" for name, value in values.items() if name not in ("question", "answer")]
        answer = ["\\" + line if _ESCAPED.match(line) else line for line in row.answer.split("\n")]
        parts.append("\n".join([f"## {row.question}", *about, "", *answer, ""]))
    return "\n".join(parts)


def from_markdown(text: str) -> list[Row]:
    """Read entries from Markdown: a heading of the second level is a question. Raises UnreadableFile."""
    rows: list[Row] = []
    begun = 0
    fields: dict[str, str] = {}
    answer: list[str] = []

    def end() -> None:
        if begun:
            rows.append(_row(begun, fields | {"answer": "\n".join(answer)}))

    for number, line in enumerate(re.split(r"\r\n?|\n", text), 1):
        if line.startswith("## ") or line == "##":
            end()
            begun, fields, answer = number, {"question": line[2:]}, []
        elif not begun:
            if line.strip() and not line.startswith("# "):
                raise UnreadableFile(number, "an entry begins with its question, as in “## Where is my parcel?”")
        elif not answer and (field := _FIELD.fullmatch(line)):
            fields[field[1].lower().replace(" ", "_")] = field[2].strip(" ")
        elif answer or line.strip():
            answer.append(line.removeprefix("\\"))
    end()
    return _without_twins(rows)


def _lines(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Yield what a CSV reader reads, with the line in which it begins."""
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1  # type: ignore[attr-defined]
    except csv.Error as error:
        raise UnreadableFile(line, f"this is no CSV: {error}") from None


def _named(cells: Iterable[str]) -> list[str]:
    names = [cell.strip().lower().replace(" ", "_") for cell in cells]
    known = ", ".join(COLUMNS)
    for name in names:
        if name not in COLUMNS:
            raise UnreadableFile(1, f"“{name[:40]}” is no column; these are {known}")
        if names.count(name) > 1:
            raise UnreadableFile(1, f"the column “{name}” is there twice")
    for name in COLUMNS[:2]:
        if name not in names:
            raise UnreadableFile(1, f"there is no column “{name}”")
    return names


def _row(line: int, said: Mapping[str, str]) -> Row:
    values = {name: clean(said.get(name, "")) for name in COLUMNS}
    question, language, owner = in_one_line(values["question"]), values["language"], values["owner"]
    for name, value, longest in (
        ("question", question, LONGEST_QUESTION),
        ("answer", values["answer"], LONGEST_ANSWER),
    ):
        if not value:
            raise UnreadableFile(line, f"the {name} is missing")
        if len(value) > longest:
            raise UnreadableFile(line, f"the {name} has {len(value)} characters, and {longest} fit")
    if language and not _LANGUAGE.fullmatch(language):
        raise UnreadableFile(line, f"“{language[:40]}” is no language; write a code such as nl")
    if owner and not _MEMBER.fullmatch(owner):
        raise UnreadableFile(line, f"“{owner[:40]}” is no owner; write the id of a member of Slack, such as U0ANNA")
    until = values["valid_until"]
    try:
        day = date.fromisoformat(until) if until else None
    except ValueError:
        raise UnreadableFile(line, f"“{until[:40]}” is no day; write it as in 2027-01-31") from None
    return Row(line, question, values["answer"], language, in_one_line(values["label"]), day, owner)


def _without_twins(rows: list[Row]) -> list[Row]:
    seen: dict[str, int] = {}
    for row in rows:
        first = seen.setdefault(row.question.casefold(), row.line)
        if first != row.line:
            raise UnreadableFile(row.line, f"the question of line {first} is here again")
    return rows


def _values(row: Row) -> dict[str, str]:
    return {name: str(getattr(row, name) or "") for name in COLUMNS}


def _cell(value: str) -> str:
    """Prefix a quote to text that a spreadsheet would run as a formula, and to one that begins with such a quote."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def _uncell(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
