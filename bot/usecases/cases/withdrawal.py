"""What follows when a customer's words are gone: whoever is answering them must know at once."""

from __future__ import annotations

from datetime import datetime

from bot.domain.cases.conversation import EventKind
from bot.domain.cases.thread import Thread
from bot.usecases.desk.context import Context
from storage import outbox
from storage.cases import drafts, messages
from storage.cases.messages import NotePayload
from storage.engine import Connection


def clear_modals(connection: Connection, thread_id: int, at: datetime) -> None:
    """Take the words that are gone out of every reply modal that shows them."""
    for draft in drafts.open_in(connection, thread_id):
        if draft.view_id is not None:
            outbox.want(connection, messages.modal(thread_id, draft.agent, draft.view_id), at=at)


def tell(connection: Connection, ctx: Context, before: Thread, after: Thread, at: datetime) -> None:
    """Tell whoever was to answer: in their open modal, and the owner under the card."""
    clear_modals(connection, after.id, at)
    desk = ctx.settings.desk_if_any(after.desk)
    if before.waiting_since is None or before.owner is None or desk is None:
        return
    left = "some" if after.waiting_since is not None else "none"
    note = NotePayload(EventKind.WITHDRAWN, {"to": before.owner, "left": left})
    outbox.want_once(connection, messages.note(after.id, desk.slack_channel, at, note), at=at)
