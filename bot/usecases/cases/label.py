"""Label and unlabel: a colleague says what a thread is about, and it waits by the targets for that from then on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind
from bot.domain.cases.labels import named, nearest
from bot.domain.cases.retarget import retarget_all
from bot.domain.cases.routing import Arrival, first_that_holds
from bot.domain.cases.thread import Thread
from bot.domain.clock.target_rules import About, targets_for
from bot.domain.clock.targets import ResponseKind, ResponseTargets
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.customers.customer import network_of
from bot.settings import Desk
from bot.usecases.cases.move import give
from bot.usecases.cases.transition import allowed, change, found
from bot.usecases.desk import access
from bot.usecases.desk.context import Actor, Context
from storage.cases import labels, merges, messages
from storage.clock import waits
from storage.engine import Connection, reading, transaction


@dataclass(frozen=True, slots=True)
class Labels:
    """What a thread is labelled with, and what else its desk has, both in the order in which they are offered."""

    of_thread: tuple[str, ...]
    offered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Labelled:
    """What became of a label that somebody set or took off: its name, and whether that changed anything.

    `moved_to` is the name of the desk to which a rule gave the thread for it.
    """

    name: str
    changed: bool
    moved_to: str | None = None


def offered(ctx: Context, actor: Actor, thread_id: int) -> Labels:
    """Return what the form shows. Raises Refused: "no_labels", "merged", "erased", "not_allowed", "unknown_thread"."""
    with reading(ctx.engine) as connection:
        thread = found(connection, thread_id)
        access.require(ctx, actor, thread.desk, "reply", thread_id)
        rules.require(thread, rules.Action.LABEL)
        has = labels.of_thread(connection, thread_id)
        desk = ctx.desk_of(thread)
    if not desk.labels and not has:
        raise Refused(RefusalCode.NO_LABELS)
    return Labels(has, tuple(dict.fromkeys((*desk.label_names, *has))))


def label(ctx: Context, actor: Actor, thread_id: int, name: str) -> Labelled:
    """Say that a thread is about this.

    Raises Refused: "unknown_label" with `nearest` and `labels`, "no_labels", "merged", "erased", "not_allowed",
    "unknown_thread".
    """
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "reply", thread_id)
        rules.require(thread, rules.Action.LABEL)
        wanted = known(ctx.desk_of(thread), name)
        added = add(connection, ctx, thread, actor, [wanted])
        moved_to = _route(connection, ctx, actor, thread.id, added)
    ctx.wake()
    return Labelled(wanted, wanted in added, moved_to)


def unlabel(ctx: Context, actor: Actor, thread_id: int, name: str) -> Labelled:
    """Take that back, also for a label that the desk no longer has. Raises Refused as `label` does."""
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "reply", thread_id)
        rules.require(thread, rules.Action.LABEL)
        has = labels.of_thread(connection, thread_id)
        wanted = named(name, has) or known(ctx.desk_of(thread), name)
        removed = wanted in has
        if removed:
            _remove(connection, ctx, thread, actor, wanted)
    ctx.wake()
    return Labelled(wanted, removed)


def change_all(ctx: Context, actor: Actor, thread_id: int, add_: Collection[str], remove: Collection[str]) -> None:
    """Set and take off what somebody ticked and unticked in the form; what a colleague did meanwhile stays.

    Raises Refused as `label` does.
    """
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "reply", thread_id)
        rules.require(thread, rules.Action.LABEL)
        desk, has = ctx.desk_of(thread), labels.of_thread(connection, thread_id)
        wanted = [known(desk, name) for name in add_ if name not in has]
        added = add(connection, ctx, thread, actor, wanted)
        if added:
            actor = replace(actor, idempotency_key=None)  # one request, several events
        for name in remove:
            if name in has:
                _remove(connection, ctx, found(connection, thread_id), actor, name)
                actor = replace(actor, idempotency_key=None)
        _route(connection, ctx, actor, thread_id, added)
    ctx.wake()


def known(desk: Desk, name: str) -> str:
    """Return the desk's label of that name. Raises Refused: "unknown_label", "no_labels"."""
    if not desk.labels:
        raise Refused(RefusalCode.NO_LABELS)
    meant = named(name, desk.label_names)
    if meant is None:
        near = nearest(name, desk.label_names)
        raise Refused(RefusalCode.UNKNOWN_LABEL, name=name, nearest=near, labels=desk.label_names)
    return meant


def add(
    connection: Connection,
    ctx: Context,
    thread: Thread,
    actor: Actor,
    names: Collection[str],
    *,
    with_reply: bool = False,
) -> list[str]:
    """Label a locked thread of the caller's transaction; return the labels that it did not have.

    What is set `with_reply` moves no deadline: it would make late what is being answered.
    """
    has = labels.of_thread(connection, thread.id)
    new = [name for name in dict.fromkeys(names) if named(name, has) is None]
    at = ctx.clock.now()
    for name in new:
        labels.add(connection, thread.id, name, actor.id, at)
        after = (*has, name)
        thread = _record(connection, ctx, thread, actor, EventKind.LABELLED, name, (has, after), moves=not with_reply)
        actor, has = replace(actor, idempotency_key=None), after
    return new


def _route(connection: Connection, ctx: Context, actor: Actor, thread_id: int, added: Sequence[str]) -> str | None:
    """Give the thread to the desk that a rule names for what it is about now; return that desk's name.

    It stays where it is while it may not be moved, as while a reply is on its way.
    """
    thread = found(connection, thread_id)
    about = Arrival(thread.account, "", ctx.clock.now(), thread.language, thread.private)
    holding = [first_that_holds(ctx.settings.routes, replace(about, label=name)) for name in added]
    desk = next((ctx.settings.desk(each[1].desk) for each in holding if each is not None), None)
    if desk is None or not rules.may_be_moved(thread, desk.stable_key):
        return None
    if messages.card_is_on_its_way(connection, thread_id):
        return None
    give(connection, ctx, replace(actor, idempotency_key=None), thread, desk)
    return desk.name


def _remove(connection: Connection, ctx: Context, thread: Thread, actor: Actor, name: str) -> None:
    has = labels.of_thread(connection, thread.id)
    labels.remove(connection, [thread.id, *merges.merged_into(connection, [thread.id])], name)
    left = tuple(each for each in has if each != name)
    _record(connection, ctx, thread, actor, EventKind.UNLABELLED, name, (has, left))


def _record(
    connection: Connection,
    ctx: Context,
    before: Thread,
    actor: Actor,
    kind: EventKind,
    name: str,
    labelled: tuple[tuple[str, ...], tuple[str, ...]],
    *,
    moves: bool = True,
) -> Thread:
    """Write the line of the timeline, and let the targets for the new labels hold if the customer waits.

    `labelled` are the labels of before and of now; without `moves` what the customer waits for already stays.
    """
    at, desk = ctx.clock.now(), ctx.desk_of(before)
    own = waits.open_ones(connection, before.id) if moves and before.waiting_since is not None else {}
    only_shorter = kind is EventKind.UNLABELLED
    after, moved = retarget_all(before, own, partial(_targets, desk, labelled, only_shorter=only_shorter), at)
    waits.move(connection, moved)
    if after.response_kind is ResponseKind.FIRST:  # the next one begins without anything being agreed anew
        after = rules.with_next(after, _targets(desk, labelled, after))
    if after.due_at != before.due_at and before.due_at is not None and after.due_at is not None:
        due, to = before.due_at.isoformat(), after.due_at.isoformat()
        change(connection, before, after, at, actor, kind, label=name, due=due, to=to)
    else:
        change(connection, before, after, at, actor, kind, label=name)
    return after


def _targets(
    desk: Desk, labelled: tuple[tuple[str, ...], tuple[str, ...]], thread: Thread, *, only_shorter: bool = False
) -> ResponseTargets:
    """Return the thread's own targets, with those that another rule is for now that it is labelled otherwise.

    What the config has changed since the wait began is not taken over: only the labels were changed. With
    `only_shorter` no target becomes longer.
    """
    usual = replace(
        thread.targets,
        first_response=desk.targets.first_response,
        next_response=desk.targets.next_response,
        first_rule=None,
        next_rule=None,
    )
    rules = [rule.rule for rule in desk.targets_for]
    about = About(network_of(thread.account), thread.language, private=thread.private)
    before, after = (targets_for(usual, rules, replace(about, labels=labels_)) for labels_ in labelled)
    own = thread.targets
    if before.first_rule != after.first_rule and not (only_shorter and after.first_response > own.first_response):
        own = replace(own, first_response=after.first_response, first_rule=after.first_rule)
    if before.next_rule != after.next_rule and not (only_shorter and after.next_response > own.next_response):
        own = replace(own, next_response=after.next_response, next_rule=after.next_rule)
    return own
