"""Look: an agent asks a colleague, or the channel, to look at their draft; who looks can suggest other words."""

from __future__ import annotations

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind
from bot.domain.common.clean import clean
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.replies import look as looking
from bot.domain.replies.look import LONGEST, Look
from bot.usecases.cases import queries
from bot.usecases.cases.transition import add_line, allowed, found
from bot.usecases.desk import access
from bot.usecases.desk.context import Actor, Context
from bot.usecases.replies.drafts import kept
from bot.views.cases.models import Card
from storage import outbox
from storage.cases import drafts
from storage.cases import messages as case_messages
from storage.cases.drafts import StoredDraft
from storage.cases.messages import NotePayload
from storage.engine import Connection, reading, transaction
from storage.replies import looks, messages


def ask(ctx: Context, actor: Actor, thread_id: int, to: Actor | None) -> Look:
    """Show the actor's draft to a colleague under the card, or to the channel where `to` is None.

    Raises Refused: "empty" if nothing is typed, "own_words", "bot", "deactivated", "guest", "stranger", "role_unknown",
    and those of opening a reply.
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "reply", thread_id)
        rules.require_reply(thread, actor.id)
        desk = ctx.desk_of(thread)
        if to is not None:
            if to.id == actor.id:
                raise Refused(RefusalCode.OWN_WORDS, thread=thread_id, field="to")
            access.require_colleague(to, desk, thread_id)
        draft = kept(connection, thread_id, actor.id, at)
        if draft is None or not clean(draft.text):
            raise Refused(RefusalCode.EMPTY, thread=thread_id)
        look = looks.add(
            connection, thread_id=thread_id, owner=actor.id, asked=to.id if to else None, text=draft.text, at=at
        )
        add_line(connection, thread_id, at, actor, EventKind.LOOK_ASKED, to=to.id if to else None)
        outbox.want_once(connection, messages.look(look, desk.slack_channel), at=at)
    ctx.wake()
    return look


def shown(ctx: Context, look_id: int) -> tuple[Card, Look] | None:
    """Return what the note under the card shows; None if the draft is gone."""
    with reading(ctx.engine) as connection:
        look = looks.get(connection, look_id)
        return (queries.card_of(connection, ctx, look.thread_id), look) if look else None


def suggestable(ctx: Context, actor: Actor, look_id: int) -> Look:
    """Return the draft if the actor may suggest other words for it.

    Raises Refused: "own_words", "draft_gone", "not_allowed", "unknown_thread".
    """
    with reading(ctx.engine) as connection:
        look = _known(connection, look_id)
        access.require(ctx, actor, found(connection, look.thread_id).desk, "reply", look.thread_id)
        return _by_another(look, actor)


def suggest(ctx: Context, actor: Actor, look_id: int, text: str) -> None:
    """Suggest other words; the note shows the difference, and the owner is called.

    Raises Refused like `suggestable`, and "empty".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "reply", _known(connection, look_id).thread_id)
        look = _by_another(_known(connection, look_id), actor)
        if not clean(text):
            raise Refused(RefusalCode.EMPTY, thread=thread.id)
        looks.suggest(connection, look_id, text, actor.id, at)
        add_line(connection, thread.id, at, actor, EventKind.SUGGESTED, to=look.owner)
        channel = ctx.desk_of(thread).slack_channel
        outbox.want(connection, messages.look(look, channel), at=at)
        told = NotePayload(EventKind.SUGGESTED, {"to": look.owner, "by": actor.id})
        outbox.want_once(connection, case_messages.note(thread.id, channel, at, told), at=at)
    ctx.wake()


def take(ctx: Context, actor: Actor, look_id: int) -> tuple[int, bool]:
    """Make the suggestion the owner's draft; return the thread, and whether what they typed on stands below it.

    Raises Refused: "not_yours", "draft_gone", "no_room", and those of opening a reply.
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "reply", _known(connection, look_id).thread_id)
        look = _known(connection, look_id)
        if look.owner != actor.id:
            raise Refused(RefusalCode.NOT_YOURS, thread=thread.id, owner=look.owner, since=look.at)
        rules.require_reply(thread, actor.id)
        if not look.suggestion:
            raise Refused(RefusalCode.DRAFT_GONE, thread=thread.id)
        draft = kept(connection, thread.id, actor.id, at)
        text, typed_on = looking.taken(look, draft.text if draft else "")
        if len(text) > LONGEST:
            raise Refused(RefusalCode.NO_ROOM, thread=thread.id)
        drafts.keep(connection, StoredDraft(thread.id, actor.id, text, at, draft.view_id if draft else None))
        looks.take(connection, look_id, at)
        outbox.want(connection, messages.look(look, ctx.desk_of(thread).slack_channel), at=at)
    ctx.wake()
    return thread.id, typed_on


def _by_another(look: Look, actor: Actor) -> Look:
    if look.owner == actor.id:
        raise Refused(RefusalCode.OWN_WORDS, thread=look.thread_id)
    if not look.text:
        raise Refused(RefusalCode.DRAFT_GONE, thread=look.thread_id)
    return look


def _known(connection: Connection, look_id: int) -> Look:
    look = looks.get(connection, look_id)
    if look is None:
        raise Refused(RefusalCode.UNKNOWN_THREAD, number=look_id)
    return look
