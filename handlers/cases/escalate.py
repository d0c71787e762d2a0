"""The Escalate button, its modal, and what the modal asks."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.usecases.cases.escalate import escalate, targets
from bot.views.cases import escalate as view
from handlers.deps import Body, Front, entered, metadata, number, user_of


def register(app: App, front: Front) -> None:
    @app.action("escalate")
    def click(ack: Ack, action: Body, body: Body) -> None:
        ask(front, body, number(action))
        ack()

    @app.view("escalate")
    def submit(ack: Ack, body: Body) -> None:
        to = (entered(body, "target").get("selected_option") or {}).get("value", "")
        why = entered(body, "why").get("value") or ""
        escalate(front.ctx, front.actor(body, "modal"), metadata(body)["thread"], to, why)
        ack()


def ask(front: Front, body: Body, thread_id: int) -> None:
    """Open the modal that asks whom and why."""
    front.meet(*(lead for desk in front.ctx.settings.desks for lead in desk.leads))
    found = targets(front.ctx, front.actor(body, "button"), thread_id)
    labels = [(target.value, target.name) for target in found]
    front.open(body, view.modal(thread_id, labels, front.language(user_of(body))))
