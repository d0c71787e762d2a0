"""A private link: where a customer of a public thread can write to us alone, as a start of the reply."""

from __future__ import annotations

from bot.domain.cases.thread import Thread
from bot.domain.common.errors import RefusalCode, Refused
from bot.platform.i18n import translator
from bot.usecases.cases.transition import allowed
from bot.usecases.desk.context import Actor, Context
from bot.usecases.replies.drafts import begun
from storage.engine import transaction


def of_thread(ctx: Context, thread: Thread) -> str | None:
    """Return the link of the thread's account; None if it has none, or the thread is private already."""
    account = ctx.settings.account(thread.account)
    return account.private_link if account is not None and not thread.private else None


def begin(ctx: Context, actor: Actor, thread_id: int, _number: int, typed: str, view_id: str) -> str:
    """Begin a reply that asks for a private message, in the customer's language; return what the agent goes on with.

    Raises Refused: "no_private_link", "no_room", "not_allowed", "unknown_thread".
    """
    with transaction(ctx.engine) as connection:
        thread = allowed(connection, ctx, actor, "reply", thread_id)
        link = of_thread(ctx, thread)
        if not link:
            raise Refused(RefusalCode.NO_PRIVATE_LINK, thread=thread_id)
        t = translator(thread.language or ctx.desk_of(thread).language)
        words = t("Please send us a private message, then we can look into it: {link}", link=link)
        return begun(connection, ctx, actor, thread_id, words, typed, view_id)
