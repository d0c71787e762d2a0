"""While a reply is written: a start from the knowledge bank."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.usecases.replies import bank
from bot.usecases.replies import reply as usecase
from bot.views.common.modal_update import reopen_modal
from bot.views.knowledge.suggestions import USE
from bot.views.replies import reply as view
from handlers.deps import Body, HandlerDeps, entered, metadata, numbered, user_of
from handlers.registry import Feature


def register(app: App, deps: HandlerDeps) -> None:
    @app.action(USE)
    def begin(ack: Ack, action: Body, body: Body) -> None:
        """Put an entry's answer into the field, above what was typed."""
        shown, who, thread_id = body["view"], deps.actor(body, "modal"), metadata(body)["thread"]
        typed = entered(body, "text").get("value") or ""
        text = bank.begin(deps.ctx, who, thread_id, numbered(action["value"]), typed, shown["id"])
        draft = usecase.draft(deps.ctx, deps.introduced(body, "modal"), thread_id)
        count = usecase.length(deps.ctx, draft, deps.read(text).text)
        blocks = view.begun(draft, shown["blocks"], text, count, deps.language(user_of(body)))
        ack()
        deps.later(deps.update, shown, reopen_modal(shown, blocks))


FEATURE = Feature(register)
