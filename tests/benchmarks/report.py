"""One table: every figure beside what it is held to, and the machine that it was taken on."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

WIDTHS = (78, 10, 32, 32, 6)
HEAD = ("measure", "on", "figure", "target", "")


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `target` is in words; `met` is None where nothing is promised."""

    what: str
    on: str
    value: str
    target: str = ""
    met: bool | None = None

    def line(self) -> str:
        verdict = "" if self.met is None else ("met" if self.met else "MISSED")
        return _columns((self.what, self.on, self.value, self.target, verdict))


def head() -> str:
    return f"{_columns(HEAD)}\n{_columns(['-' * width for width in WIDTHS])}"


def machine(postgres: str | None) -> str:
    """What the figures depend on; `postgres` is the server's version where one was used."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, PostgreSQL {postgres or 'not used'}"
    )


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _columns(cells: Iterable[str]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()
