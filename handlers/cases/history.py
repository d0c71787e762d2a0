"""History, and the whole of a long post."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.usecases.cases import queries
from bot.views.cases import history as view
from bot.views.cases import show as show_view
from handlers.deps import Body, Front, number, user_of


def register(app: App, front: Front) -> None:
    @app.action("history")
    def click(ack: Ack, action: Body, body: Body) -> None:
        ask(front, body, number(action))
        ack()

    @app.action("show_text")
    def show_text(ack: Ack, action: Body, body: Body) -> None:
        facts = queries.look(front.ctx, front.actor(body, "button"), number(action))
        front.open(body, show_view.modal(facts, front.language(user_of(body))))
        ack()


def ask(front: Front, body: Body, thread_id: int) -> None:
    """Open the thread's timeline and the customer's other threads."""
    facts = queries.history(front.ctx, front.actor(body, "button"), thread_id)
    front.open(body, view.modal(facts, front.language(user_of(body))))
