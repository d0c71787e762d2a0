"""The Escalate button, its modal, and what the modal asks."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.usecases.cases.escalate import escalate, targets
from bot.views.cases import escalate as view
from handlers.deps import Body, HandlerDeps, entered, metadata, number, user_of


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("escalate")
    def click(ack: Ack, action: Body, body: Body) -> None:
        ask(deps, body, number(action))
        ack()

    @app.view("escalate")
    def submit(ack: Ack, body: Body) -> None:
        to = (entered(body, "target").get("selected_option") or {}).get("value", "")
        why = entered(body, "why").get("value") or ""
        escalate(deps.ctx, deps.actor(body, "modal"), metadata(body)["thread"], to, why)
        ack()


def ask(deps: HandlerDeps, body: Body, thread_id: int) -> None:
    """Open the modal that asks whom and why."""
    deps.meet(*(lead for desk in deps.ctx.settings.desks for lead in desk.leads))
    found = targets(deps.ctx, deps.actor(body, "button"), thread_id)
    labels = [(target.value, target.name) for target in found]
    deps.open(body, view.modal(thread_id, labels, deps.language(user_of(body))))
