"""The CRM: *Open a ticket* on a customer's page."""

from __future__ import annotations

from dataclasses import replace

from slack_bolt import Ack, App

from bot.usecases.cases import crm
from handlers.cases.customer import show_anew
from handlers.deps import Body, HandlerDeps, metadata, number
from handlers.registry import Feature


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("crm_ticket")
    def open_ticket(ack: Ack, action: Body, body: Body) -> None:
        actor = replace(deps.actor(body, "modal"), channel=metadata(body)["channel"])
        show_anew(deps, body, actor, crm.ask_for_ticket(deps.ctx, actor, number(action)), 0)
        ack()


FEATURE = Feature(register)
