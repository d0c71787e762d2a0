"""Close without reply: the modal that asks why."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.domain.cases.thread import Action, require
from bot.usecases.cases import queries
from bot.usecases.cases.close import close
from bot.views.cases import close as view
from handlers.deps import Body, Front, entered, metadata, user_of


def register(app: App, front: Front) -> None:
    @app.view("close")
    def submit(ack: Ack, body: Body) -> None:
        reason = entered(body, "reason").get("value") or ""
        close(front.ctx, front.actor(body, "modal"), metadata(body)["thread"], reason)
        ack()


def ask(front: Front, body: Body, thread_id: int) -> None:
    """Open the modal that asks for the reason."""
    require(queries.look(front.ctx, front.actor(body, "button"), thread_id).thread, Action.CLOSE)
    front.open(body, view.modal(thread_id, front.language(user_of(body))))
