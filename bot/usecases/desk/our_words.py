"""Our words: what colleagues said is spelled right although no dictionary has it."""

from __future__ import annotations

from bot.domain.common.errors import RefusalCode, Refused
from bot.settings import Desk, overlay
from bot.usecases.desk import access, settings
from bot.usecases.desk.context import Actor, Context
from storage.cases import threads
from storage.engine import reading


def add(ctx: Context, actor: Actor, thread_id: int, word: str) -> None:
    """Let a word be right at the thread's desk, in every process within seconds. A second tap changes nothing.

    Raises Refused without the role "configure", "word_unfit" and "unknown_thread".
    """
    desk = desk_of(ctx, actor, thread_id)
    access.require_at(ctx, actor, desk.stable_key, "configure")
    key = overlay.key_of_word(word)
    if key is None:
        raise Refused(RefusalCode.WORD_UNFIT)
    settings.refresh(ctx)
    if word.casefold() in {each.casefold() for each in ctx.settings.desk(desk.stable_key).words.own}:
        return
    try:
        settings.save_word(ctx, actor, desk.stable_key, key, word)
    except Refused as refusal:
        if refusal.code is not RefusalCode.SETTING_CHANGED:  # a colleague added the same word just now
            raise


def may_add(ctx: Context, actor: Actor, thread_id: int) -> bool:
    """Tell whether this colleague may add words at the thread's desk."""
    try:
        return access.may(actor, desk_of(ctx, actor, thread_id), "configure")
    except Refused:
        return False


def desk_of(ctx: Context, actor: Actor, thread_id: int) -> Desk:
    """Return the thread's desk. Raises Refused("unknown_thread") if it cannot be seen from where the actor is."""
    with reading(ctx.engine) as connection:
        thread = threads.get(connection, thread_id)
    if thread is None:
        raise Refused(RefusalCode.UNKNOWN_THREAD, number=thread_id)
    return access.require_sight(ctx, actor, thread.desk, thread_id)
