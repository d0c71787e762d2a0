"""Webhooks: other systems are told what happens to threads, in the order of the timeline, each thing once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.domain.cases.conversation import EventKind
from bot.domain.cases.thread import Thread
from bot.domain.common.destinations import is_member_id
from bot.domain.reports.webhook import GIVE_UP, LISTED, TOLD_BY, UNSETTLED_SECONDS, HookEvent, hook_id, mark_id
from bot.settings import Desk, HookConfig
from bot.usecases.desk.context import Context
from storage import outbox
from storage.cases import posts, threads
from storage.engine import Connection, reading, transaction
from storage.outbox.messages import NewMessage
from storage.reports import webhooks
from storage.reports.messages import WebhookPayload, webhook
from storage.reports.webhooks import Happened, Untold


@dataclass(frozen=True, slots=True)
class Hook:
    """An address that is told what happens at a desk. `id` names it without telling it."""

    id: str
    desk: Desk
    config: HookConfig

    @property
    def marks(self) -> dict[HookEvent, str]:
        """The names of how far the timeline was read, for each event that it is told."""
        return {event: mark_id(self.id, event) for event in self.config.events}


@dataclass(frozen=True, slots=True)
class Told:
    """One thing as a hook is told it: its name for good, when it happened, and the body."""

    id: str
    at: datetime
    body: dict[str, Any]


def hooks(ctx: Context) -> dict[str, Hook]:
    """Return every hook by its id."""
    found = [
        Hook(hook_id(desk.stable_key, config.url), desk, config)
        for desk in ctx.settings.desks
        for config in desk.webhooks
    ]
    return {hook.id: hook for hook in found}


def begin(ctx: Context) -> None:
    """Forget the hooks and events that the file does not name any more: if they come back, they are new."""
    with transaction(ctx.engine) as connection:
        webhooks.forget_others(connection, _marks(hooks(ctx)))
    tick(ctx)


def tick(ctx: Context) -> int:
    """Queue what happened since the last time; return how much. What is new in the file is told from then on."""
    known = hooks(ctx)
    if not known:
        return 0
    with reading(ctx.engine) as connection:
        newest = webhooks.newest(connection)
        read_to = webhooks.read_to(connection, _marks(known))
    behind = [hook for hook in known.values() if {read_to.get(mark) for mark in hook.marks.values()} != {newest}]
    if not behind:
        return 0
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        newest = webhooks.newest(connection)
        settled = webhooks.newest_before(connection, at - ctx.clock.real(UNSETTLED_SECONDS), newest)
        queued = sum(_queue(connection, hook, newest, settled, at) for hook in behind)
    if queued:
        ctx.wake()
    return queued


def told(ctx: Context, hook: Hook, payload: WebhookPayload) -> Told | None:
    """Return what a hook is told, as things are now; None if the customer is gone, or the thread from this desk."""
    with reading(ctx.engine) as connection:
        event = webhooks.get(connection, payload.event)
        thread = threads.get(connection, event.thread_id) if event else None
        if event is None or thread is None or thread.erased_at is not None:
            return None
        if thread.desk != hook.desk.stable_key:
            return None
        about = _about(hook, thread, event)
        if hook.config.words and not thread.private:
            about |= _words(connection, thread, event)
    body = {"type": f"thread.{payload.happened}", "timestamp": _iso(event.at), "data": about}
    return Told(f"{hook.id}-{payload.happened}-{payload.event}", event.at, body)


def untold(ctx: Context) -> tuple[int, list[Untold]]:
    """Return how much of what happened in the last week was given up, and the newest of it."""
    with reading(ctx.engine) as connection:
        return webhooks.untold(connection, ctx.clock.now() - LISTED)


def waiting(ctx: Context, hook: Hook) -> tuple[int, str | None]:
    """Return how much waits for a hook, and why it takes nothing now, if it does not."""
    with reading(ctx.engine) as connection:
        return webhooks.waiting(connection, hook.id)


def _marks(known: Mapping[str, Hook]) -> list[str]:
    return [mark for hook in known.values() for mark in hook.marks.values()]


def _queue(connection: Connection, hook: Hook, newest: int, settled: int, at: datetime) -> int:
    marks = list(hook.marks.values())
    after = webhooks.begin(connection, marks, newest)
    wanted = {kind: after[hook.marks[told_as]] for kind, told_as in TOLD_BY.items() if told_as in hook.marks}
    happened = webhooks.happened(connection, hook.desk.stable_key, wanted, at - GIVE_UP)
    messages = [_message(hook, event) for event in happened]
    queued = outbox.stated(connection, [message.key for message in messages])
    missing = [message for message in messages if message.key not in queued]
    webhooks.reached(connection, marks, settled)
    return sum(outbox.want_once(connection, message, at=at) for message in missing)


def _message(hook: Hook, event: Happened) -> NewMessage:
    told_as = TOLD_BY[event.kind]
    # A wait has several reminders after its target, and is missed once.
    subject = f"wait{event.wait_id}" if told_as is HookEvent.BREACHED else str(event.id)
    return webhook(hook.id, told_as, event.id, event.thread_id, subject, event.at)


def _about(hook: Hook, thread: Thread, event: Happened) -> dict[str, Any]:
    """Return what is no customer's: numbers, times and colleagues."""
    return {
        "thread": thread.id,
        "desk": hook.desk.name,
        "account": thread.account,
        "private": thread.private,
        "state": thread.state.value,
        "agent": _agent(thread, event),
        "owner": thread.owner,
        "language": thread.language,
        "received_at": _iso(thread.received_at),
        "waiting_since": _iso(thread.waiting_since),
        "due_at": _iso(thread.due_at),
        "first_response_at": _iso(thread.first_response_at),
    }


def _words(connection: Connection, thread: Thread, event: Happened) -> dict[str, Any]:
    newest = posts.newest_standing(connection, [thread.id]).get(thread.id)
    said = {
        "customer": {"handle": thread.customer_handle, "name": thread.customer_name},
        "text": newest.text if newest else "",
        "url": newest.url if newest else "",
    }
    if TOLD_BY[event.kind] is not HookEvent.ANSWERED:
        return said
    spoken = event.kind is EventKind.CONTACTED  # and what colleagues noted of it is theirs
    return said | {"answer": "" if spoken else posts.our_last_words(connection, thread.id)}


def _agent(thread: Thread, event: Happened) -> str | None:
    """Return the colleague whose doing it was, by Slack id; None if it was nobody's."""
    if event.kind is EventKind.HANDED_OVER:
        return str(event.data.get("to"))
    if TOLD_BY[event.kind] is HookEvent.ANSWERED:  # the network told of it, and perhaps not who wrote it
        unknown = event.actor == thread.account.partition(":")[2] or not is_member_id(event.actor)
        return None if unknown else event.actor
    return event.actor if event.via not in ("network", "desk") else None


def _iso(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if at else None
