"""History, and the whole of a long post."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.usecases.cases import queries
from bot.views.cases import history as view
from bot.views.cases import show as show_view
from handlers.deps import Body, HandlerDeps, number, user_of


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("history")
    def click(ack: Ack, action: Body, body: Body) -> None:
        ask(deps, body, number(action))
        ack()

    @app.action("show_text")
    def show_text(ack: Ack, action: Body, body: Body) -> None:
        card = queries.look(deps.ctx, deps.actor(body, "button"), number(action))
        deps.open(body, show_view.modal(card, deps.language(user_of(body))))
        ack()


def ask(deps: HandlerDeps, body: Body, thread_id: int) -> None:
    """Open the thread's timeline and the customer's other threads."""
    history = queries.history(deps.ctx, deps.actor(body, "button"), thread_id)
    deps.open(body, view.modal(history, deps.language(user_of(body))))
