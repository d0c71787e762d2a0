"""Public updates: written, approved and settled on an incident's message."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.networks import network_name
from bot.usecases.cases import picture as pictures
from bot.usecases.incidents import line
from bot.usecases.incidents import public_update as usecase
from bot.views.incidents import forms
from handlers.cases import picture
from handlers.deps import Body, HandlerDeps, entered, metadata, number, user_of
from handlers.registry import Feature


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("incident_update")
    def write_update(ack: Ack, action: Body, body: Body) -> None:
        incident = line.written(deps.ctx, deps.actor(body, "button"), number(action))
        accounts = usecase.accounts_of(deps.ctx, deps.ctx.settings.desk(incident.desk))
        text_only = [account for account in accounts if not pictures.shown_by(account)]
        deps.open(body, forms.update(incident, accounts, text_only, deps.language(user_of(body))))
        ack()

    @app.view("incident_update")
    def update_written(ack: Ack, body: Body) -> None:
        text = deps.field(body, forms.UPDATE)
        chosen = [option["value"] for option in entered(body, forms.ACCOUNTS).get("selected_options") or ()]
        who, shown = deps.actor(body, "modal"), picture.chosen(deps, body)
        usecase.propose(deps.ctx, who, metadata(body)["incident"], text, chosen, shown)
        ack()

    @app.action("update_edit")
    def write_edit(ack: Ack, action: Body, body: Body) -> None:
        update = usecase.to_edit(deps.ctx, deps.actor(body, "button"), number(action))
        deps.open(body, forms.edit(update, network_name(update.account), deps.language(user_of(body))))
        ack()

    @app.view("update_edit")
    def edit_written(ack: Ack, body: Body) -> None:
        usecase.edit(deps.ctx, deps.actor(body, "modal"), metadata(body)["update"], deps.field(body, forms.UPDATE))
        ack()

    @app.action("update_approve")
    def approve_update(ack: Ack, action: Body, body: Body) -> None:
        usecase.approve(deps.ctx, deps.actor(body, "button"), number(action))
        ack()

    @app.action("update_withdraw")
    def withdraw_update(ack: Ack, action: Body, body: Body) -> None:
        usecase.withdraw(deps.ctx, deps.actor(body, "button"), number(action))
        ack()

    @app.action("update_posted")
    def posted(ack: Ack, action: Body, body: Body) -> None:
        usecase.decide(deps.ctx, deps.actor(body, "button"), number(action), was_posted=True)
        ack()

    @app.action("update_again")
    def again(ack: Ack, action: Body, body: Body) -> None:
        usecase.decide(deps.ctx, deps.actor(body, "button"), number(action), was_posted=False)
        ack()


FEATURE = Feature(register)
