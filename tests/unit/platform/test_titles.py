"""A modal's title is never cut: Slack takes 24 characters, in whichever language."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.platform.i18n import LANGUAGES, translator
from bot.views.desk.settings import GROUPS

ROOT = Path(__file__).parents[3]
LONGEST = 24
NUMBER = 100_000  # of a thread: five of six digits are what a busy desk has after years


def calls() -> Iterator[tuple[str, ast.expr, ast.AST]]:
    """Every call of `modal` in the bot: where it is, its title, and the function that it is in."""
    for path in (*(ROOT / "bot").rglob("*.py"), *(ROOT / "handlers").rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in ("b.modal", "blocks.modal"):
                    yield f"{path.name}:{node.lineno}", node.args[1], function


def texts(title: ast.expr, function: ast.AST) -> Iterator[str]:
    """Every English text that a title can be made of."""
    if isinstance(title, ast.Name):
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == title.id:
                yield from texts(node.value, function)
    elif isinstance(title, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{number}" for part in title.values)
    elif isinstance(title, ast.IfExp):
        yield from texts(title.body, function)
        yield from texts(title.orelse, function)
    elif isinstance(title, ast.Call) and ast.unparse(title.func) == "t":
        if isinstance(title.args[0], ast.Constant):
            yield str(title.args[0].value)
        elif "GROUPS[" in ast.unparse(title):
            yield from (group.title for group in GROUPS.values())


FOUND = [(where, text) for where, title, function in calls() for text in texts(title, function)]


def test_every_title_is_found() -> None:
    named = {where for where, _ in FOUND}
    assert {where for where, _, _ in calls()} - named == set(), "write the title so that this test can read it"
    assert len(named) > 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_title_is_cut(language: str) -> None:
    t = translator(language)
    titles = {text: t(text, number=NUMBER) for _, text in FOUND}
    assert {text: title for text, title in titles.items() if len(title) > LONGEST} == {}
