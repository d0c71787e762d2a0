"""The knowledge bank as somebody reads it: what was found by words, and what fits a customer who waits."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.common import language
from bot.domain.common.clean import clean
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.knowledge.entry import Entry
from bot.domain.knowledge.merging import merged
from bot.domain.knowledge.words import in_one_line, sought, telling
from bot.settings import Desk
from bot.usecases.desk import access
from bot.usecases.desk.context import Actor, Context
from bot.views.knowledge.models import BankPage, LastUse, Shown
from storage.cases import posts, threads
from storage.engine import Connection, reading
from storage.knowledge import entries, search, uses, vectors

FOUND = 5  # entries that an answer lists
SUGGESTED = 3  # entries that a reply form offers
LOOKED_AT = 12  # the nearest entries, of which those in the customer's language are offered first


def find(ctx: Context, actor: Actor, words: str) -> BankPage:
    """Return the entries of the desks in sight that are nearest to these words. Raises Refused("nothing_found")."""
    desks = [desk.stable_key for desk in access.desks_in_sight(ctx, actor)]
    words = in_one_line(clean(words))
    with reading(ctx.engine) as connection:
        total = entries.count(connection, desks)
        if not words:
            return BankPage("", (), total)
        found = search.nearest(connection, sought(words), desks, FOUND)
        if not found:
            raise Refused(RefusalCode.NOTHING_FOUND, name=words)
        known = entries.by_number(connection, found)
        return BankPage(words, shown(connection, ctx, actor, [known[each] for each in found]), total)


def suggested(ctx: Context, thread_id: int) -> tuple[Shown, ...]:
    """Return up to three entries that may answer what the customer waits for, in their language first.

    What has run out is left out.
    """
    with reading(ctx.engine) as connection:
        thread = threads.get(connection, thread_id)
        desk = ctx.settings.desk_if_any(thread.desk) if thread else None
        if thread is None or desk is None:
            return ()
        said = [post for post in posts.of_thread(connection, thread_id) if post.inbound and not post.deleted_at]
        asked = [post for post in said if post.answered_by is None] or said[-1:]
        words = telling(" ".join(post.text for post in asked))
        found = search.nearest(connection, words, [desk.stable_key], LOOKED_AT, asked=True)
        if ctx.vectors is not None:
            found = merged(found, vectors.nearest(connection, thread_id))
        known = entries.by_number(connection, found)
        today = ctx.clock.now().astimezone(desk.timezone).date()
        stands = (known[each] for each in found if each in known)
        standing = [each for each in stands if _stands(each, desk) and not each.has_run_out(today)]
        standing.sort(key=lambda entry: not _is_read(entry, thread.language))  # it keeps their order
        return shown(connection, ctx, None, standing[:SUGGESTED])


def shown(connection: Connection, ctx: Context, actor: Actor | None, some: Iterable[Entry]) -> tuple[Shown, ...]:
    """Return these entries with how they were used, and with whether this actor may change them."""
    listed = list(some)
    numbers = [entry.id for entry in listed]
    last, times = uses.last_of(connection, numbers), uses.counts(connection, numbers)
    at = ctx.clock.now()
    found = []
    for entry in listed:
        use, desk = last.get(entry.id), ctx.settings.desk_if_any(entry.desk)
        today = at.astimezone(desk.timezone).date() if desk else at.date()
        found.append(
            Shown(
                entry,
                LastUse(use.by, use.at, use.thread_id, use.kept) if use else None,
                uses=times.get(entry.id, 0),
                run_out=entry.has_run_out(today),
                to_review=entry.is_to_be_reviewed(at, today),
                may_change=actor is not None and desk is not None and may_change(actor, desk, entry),
            )
        )
    return tuple(found)


def may_change(actor: Actor, desk: Desk, entry: Entry) -> bool:
    """Tell whether somebody may change or withdraw an entry: its owner, and who sets the desk up."""
    owns = actor.id == entry.owner and access.may(actor, desk, "reply")
    return owns or access.may(actor, desk, "configure")


def changeable(ctx: Context, actor: Actor, entry: Entry | None) -> tuple[Entry, Desk]:
    """Return an entry with its desk, if the actor may change it. Raises Refused: "unknown_entry", "not_allowed"."""
    desk = next((desk for desk in access.desks_in_sight(ctx, actor) if entry and desk.stable_key == entry.desk), None)
    if entry is None or desk is None or entry.withdrawn_at is not None:
        raise Refused(RefusalCode.UNKNOWN_ENTRY)
    if not may_change(actor, desk, entry):
        access.require_at(ctx, actor, desk.stable_key, "configure")
    return entry, desk


def _stands(entry: Entry, desk: Desk) -> bool:
    return entry.withdrawn_at is None and entry.desk == desk.stable_key


def _is_read(entry: Entry, reader: str | None) -> bool:
    return entry.language is not None and reader is not None and language.is_understood(entry.language, reader)
