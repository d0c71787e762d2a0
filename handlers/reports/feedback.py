"""What did we do?: a button of the weekly feedback, and its form."""

from __future__ import annotations

from datetime import date

from slack_bolt import Ack, App

from bot.usecases.reports import feedback as usecase
from bot.views.reports import feedback as view
from handlers.deps import Body, HandlerDeps, metadata, user_of
from handlers.registry import Feature


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("improve")
    def ask(ack: Ack, action: Body, body: Body) -> None:
        monday, label, desk_key = action["value"].split(":", 2)
        week = date.fromisoformat(monday)
        now = usecase.improvement(deps.ctx, deps.actor(body, "button"), desk_key, label, week)
        deps.open(body, view.modal(desk_key, label, week, now, usecase.LONGEST, deps.language(user_of(body))))
        ack()

    @app.view("improvement")
    def submit(ack: Ack, body: Body) -> None:
        about = metadata(body)
        week = date.fromisoformat(about["week"])
        line = deps.field(body, view.FIELD)
        usecase.improve(deps.ctx, deps.actor(body, "modal"), about["desk"], about["label"], week, line)
        ack()


FEATURE = Feature(register)
