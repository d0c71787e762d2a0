"""Was this helpful?: an option of the card's menu, and its form."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.usecases.replies import rating as usecase
from bot.views.replies import rating as view
from handlers.deps import Body, HandlerDeps, fingerprint, metadata, user_of
from handlers.registry import Feature, MenuChoice


def register(app: App, deps: HandlerDeps) -> None:
    @app.view("rating")
    def submit(ack: Ack, body: Body) -> None:
        actor = deps.introduced(body, "modal")
        usecase.ask(deps.ctx, actor, metadata(body)["thread"], idempotency_key=fingerprint(body))
        ack()


def _ask(deps: HandlerDeps, body: Body, thread_id: int) -> None:
    shown = usecase.preview(deps.ctx, deps.introduced(body, "button"), thread_id)
    deps.open(body, view.modal(thread_id, shown, deps.language(user_of(body))))


FEATURE = Feature(register, menu=(MenuChoice("rating", _ask),))
