"""The knowledge bank as a file: all of a desk's entries out, and a file's entries in, all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.cases.labels import named
from bot.domain.knowledge.entry import Entry
from bot.domain.knowledge.files import Row, UnreadableFile
from bot.settings import Desk
from bot.usecases.desk.context import THE_DESK, Context
from bot.usecases.knowledge.entries import written
from storage.engine import reading, transaction
from storage.knowledge import entries
from storage.knowledge.entries import EntryText


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file's entries."""

    added: int
    changed: int
    as_they_were: int


def rows(ctx: Context, desk: Desk) -> list[Row]:
    """Return a desk's entries. One without a question, which nobody could read, is left out."""
    with reading(ctx.engine) as connection:
        found = entries.of_desk(connection, desk.stable_key)
    return [
        Row(0, each.question, each.answer, each.language or "", each.label or "", each.valid_until, each.owner)
        for each in found
        if each.question
    ]


def take_in(ctx: Context, desk: Desk, read: Sequence[Row]) -> Imported:
    """Store a file's entries; one with the question of an entry that is there replaces it.

    Who has no owner gets the desk's first lead. Raises UnreadableFile, and stores nothing then.
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        there = {entry.question.casefold(): entry for entry in entries.of_desk(connection, desk.stable_key)}
        labels = dict.fromkeys((*desk.label_names, *(entry.label for entry in there.values() if entry.label)))
        texts = [_text(desk, row, tuple(labels)) for row in read]
        new = [text for text in texts if text.question.casefold() not in there]
        if new:
            entries.add_all(connection, desk.stable_key, new, THE_DESK.id, at)
        known = [(there[key], text) for text in texts if (key := text.question.casefold()) in there]
        changed = [(entry, text) for entry, text in known if not _is_same(entry, text)]
        for entry, text in changed:
            entries.change(connection, entry.id, text, at)
    return Imported(len(new), len(changed), len(known) - len(changed))


def _text(desk: Desk, row: Row, labels: tuple[str, ...]) -> EntryText:
    label = named(row.label, labels) if row.label else None
    if row.label and label is None:
        raise UnreadableFile(row.line, f"“{row.label[:40]}” is no label of {desk.name}")
    owner = row.owner or next(iter(desk.leads), "")
    if not owner:
        raise UnreadableFile(row.line, "it has no owner, and the desk no lead who would be; write a member's id")
    text = written(row.question, row.answer, label, row.valid_until, owner)
    return replace(text, language=row.language) if row.language else text


def _is_same(entry: Entry, text: EntryText) -> bool:
    return text == EntryText(entry.question, entry.answer, entry.language, entry.label, entry.valid_until, entry.owner)
