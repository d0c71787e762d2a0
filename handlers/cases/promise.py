"""No longer needed: the button beside a promise, and the modal that asks why."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.usecases.cases import promises
from bot.views.cases import promise as view
from handlers.cases import home
from handlers.deps import Body, HandlerDeps, metadata, number, user_of
from handlers.registry import Feature


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("cancel_promise")
    def click(ack: Ack, action: Body, body: Body) -> None:
        thread_id = number(action)
        promises.cancellable(deps.ctx, deps.actor(body, "button"), thread_id)
        deps.open(body, home.marked(body, view.modal(thread_id, deps.language(user_of(body)))))
        ack()

    @app.view("cancel_promise")
    def submit(ack: Ack, body: Body) -> None:
        reason = deps.field(body, "reason")
        promises.cancel(deps.ctx, deps.actor(body, "modal"), metadata(body)["thread"], reason)
        ack()
        home.refresh(deps, body)


FEATURE = Feature(register)
