"""`python -m bot.platform.locale.extract` updates every catalogue from the texts in the source.

New texts are added untranslated and unused ones are dropped; a translator fills in the rest. Texts for operators
(settings, command line, log) are English only, so those modules are skipped.
"""

from __future__ import annotations

import ast
import io
import string
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from bot.platform.i18n import CATALOGUES, LANGUAGES

ROOT = Path(__file__).parents[3]
PACKAGES = ("bot", "handlers")
FOR_OPERATORS = ("bot/sandbox", "bot/settings", "bot/runtime/cli", "bot/platform/locale", "bot/__main__.py")
TRANSLATED = tuple(language for language in LANGUAGES if language != "en")


class NotPlain(ValueError):
    """A text that is assembled before it is translated, so no catalogue can hold it."""


def texts(source: str) -> Iterator[str | tuple[str, str]]:
    """Yield the texts of one module: `t("…")` and `t.n("…", "…", n)`, also as attributes (`agent.t`), and `N_("…")`."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        match node.func:
            case ast.Name("t" | "N_") | ast.Attribute(attr="t"):
                yield from _plain(node.args[0])
            case ast.Attribute(ast.Name("t") | ast.Attribute(attr="t"), "n") if len(node.args) > 1:
                yield from zip(_plain(node.args[0]), _plain(node.args[1]), strict=True)


def _plain(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(str(text)):
            yield text
        case ast.IfExp(_, body, orelse):
            yield from _plain(body)
            yield from _plain(orelse)
        case ast.JoinedStr() | ast.BinOp():
            raise NotPlain(f"line {node.lineno}: translate the whole text, and pass values as {{placeholders}}")


def template() -> Catalog:
    """Collect all texts of the source, with the files in which they occur."""
    catalogue = Catalog()
    for path in sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(FOR_OPERATORS):
            continue
        try:
            for text in texts(path.read_text("utf-8")):
                catalogue.add(text, locations=[(name, 0)])
        except NotPlain as problem:
            raise NotPlain(f"{name}: {problem}") from None
    return catalogue


def path_of(language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / "webcare.po"


def read(language: str) -> Catalog:
    """Read the catalogue as committed."""
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str) -> bytes:
    """Return the content that the catalogue's file should have: all texts of the source, translated where known."""
    catalogue, wanted = read(language), template()
    wanted.creation_date = catalogue.creation_date
    catalogue.update(wanted, no_fuzzy_matching=True)
    file = io.BytesIO()
    write_po(file, catalogue, width=120, sort_output=True, ignore_obsolete=True, include_lineno=False)
    return file.getvalue()


def problems(catalogue: Catalog, wanted: Catalog) -> list[str]:
    """List texts that are missing, untranslated, fuzzy or unused, or whose placeholders differ; one line each."""
    return [
        f"{catalogue.locale}: {message.id!r}: {problem}"
        for message in wanted
        if message.id and (problem := _problem(message, catalogue.get(message.id)))
    ] + [
        f"{catalogue.locale}: {message.id!r}: is no longer in the source"
        for message in (*catalogue, *catalogue.obsolete.values())
        if message.id and wanted.get(message.id) is None
    ]


def _problem(wanted: Message, found: Message | None) -> str:
    if found is None:
        return "is missing"
    if found.fuzzy:
        return "is marked fuzzy"
    sources, translations = _forms(wanted.id), _forms(found.string)
    if len(sources) != len(translations) or not all(translations):
        return "is not translated"
    if any(_fields(source) != _fields(translation) for source, translation in zip(sources, translations, strict=True)):
        return "has other {placeholders} than its translation"
    return ""


def _forms(text: object) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text) if isinstance(text, list | tuple) else ()


def _fields(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


def main() -> None:
    for language in TRANSLATED:
        path_of(language).write_bytes(updated(language))
        for problem in problems(read(language), template()):
            sys.stdout.write(f"{problem}\n")


if __name__ == "__main__":
    main()
