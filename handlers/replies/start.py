"""A reply begins with words that stand ready: they are put into the form's field, above what was typed."""

from __future__ import annotations

from collections.abc import Callable

from slack_bolt import Ack

from bot.usecases.desk.context import Actor, Context
from bot.usecases.replies import reply as usecase
from bot.views.common.modal_update import reopen_modal
from bot.views.replies import reply as view
from handlers.deps import Body, HandlerDeps, entered, metadata, numbered, user_of

Begin = Callable[[Context, Actor, int, int, str, str], str]


def start(deps: HandlerDeps, ack: Ack, action: Body, body: Body, begin: Begin) -> None:
    """Show the form anew with what `begin` makes of the words that the button names, by number."""
    shown, who, thread_id = body["view"], deps.actor(body, "modal"), metadata(body)["thread"]
    typed = entered(body, "text").get("value") or ""
    text = begin(deps.ctx, who, thread_id, numbered(action["value"]), typed, shown["id"])
    draft = usecase.draft(deps.ctx, deps.introduced(body, "modal"), thread_id)
    count = usecase.length(deps.ctx, draft, deps.read(text).text)
    blocks = view.begun(draft, shown["blocks"], text, count, deps.language(user_of(body)))
    ack()
    deps.later(deps.update, shown, reopen_modal(shown, blocks))
