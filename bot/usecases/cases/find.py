"""Search: threads by number, handle, name, label, note and words of either side, of the desks in sight."""

from __future__ import annotations

from bot.domain.cases.search import excerpt, read
from bot.domain.common.errors import RefusalCode, Refused
from bot.usecases.cases import queries
from bot.usecases.desk import access
from bot.usecases.desk.context import Actor, Context
from bot.views.cases.models import Found, FoundPage
from storage.cases import search, threads
from storage.engine import reading

ROWS = 8  # threads on one page


def find(ctx: Context, actor: Actor, words: str, page: int = 0) -> FoundPage:
    """Return a page of the threads in which all of it was found, most relevant first, then newest.

    Raises Refused("nothing_found").
    """
    asked = read(words)
    seen = access.desks_in_sight(ctx, actor)
    desks = [desk.stable_key for desk in seen]
    labels = {asked.typed} | {
        label.name for desk in seen for label in desk.labels if label.name.casefold() == asked.typed.casefold()
    }
    with reading(ctx.engine) as connection:
        hits = search.hits(connection, asked, desks, labels) if asked.phrases else []
        if not hits:
            raise Refused(RefusalCode.NOTHING_FOUND, name=asked.typed, field="words")
        pages = -(-len(hits) // ROWS)
        page = min(page, pages - 1)
        listed = hits[page * ROWS : (page + 1) * ROWS]
        known = threads.by_number(connection, [hit.thread_id for hit in listed])
        at = ctx.clock.now()
        rows = queries.rows(connection, ctx, [known[hit.thread_id] for hit in listed], at)
        said = search.said(connection, listed)
    found = []
    for hit, row in zip(listed, rows, strict=True):
        text, when = said.get(hit, (None, None))
        shown = excerpt(text, asked) if text and not row.thread.private else None
        found.append(Found(row, hit.place, shown, when))
    return FoundPage(asked.typed, tuple(found), len(hits), page, pages)
