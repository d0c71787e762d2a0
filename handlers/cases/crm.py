"""The CRM: *Open a ticket* on a customer's page, and in a card's menu."""

from __future__ import annotations

from dataclasses import replace

from slack_bolt import Ack, App

from bot.usecases.cases import crm, queries
from bot.usecases.cases.transition import permit
from bot.views.customers import crm as view
from handlers.cases.customer import show_anew
from handlers.deps import Body, HandlerDeps, metadata, number, user_of
from handlers.registry import Feature, MenuChoice


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("crm_ticket")
    def open_ticket(ack: Ack, action: Body, body: Body) -> None:
        actor = replace(deps.actor(body, "modal"), channel=metadata(body)["channel"])
        show_anew(deps, body, actor, crm.ask_for_ticket(deps.ctx, actor, number(action)), 0)
        ack()

    @app.view("crm_ticket")
    def confirmed(ack: Ack, body: Body) -> None:
        thread_id, who = metadata(body)["thread"], deps.actor(body, "modal")
        crm.ask_for_ticket(deps.ctx, who, thread_id)
        ack()
        channel = deps.ctx.desk_of(queries.card(deps.ctx, thread_id).thread).slack_channel
        deps.later(deps.post_ephemeral, who.id, channel, view.ticket_asked(thread_id, deps.language(who.id)))


def _ask(deps: HandlerDeps, body: Body, thread_id: int) -> None:
    """Ask first, because the menu's options are beside each other."""
    permit(deps.ctx, deps.actor(body, "button"), "reply", thread_id)
    deps.open(body, view.ticket_form(thread_id, deps.language(user_of(body))))


FEATURE = Feature(register, menu=(MenuChoice("crm_ticket", _ask),))
