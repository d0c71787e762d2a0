"""Joining: *Same person*, *Not the same*, *Undo* and *Split* on a customer's page."""

from __future__ import annotations

from dataclasses import replace

from slack_bolt import Ack, App

from bot.usecases.cases import joining as usecase
from bot.usecases.desk.context import Actor
from handlers.cases.customer import show_anew
from handlers.deps import Body, HandlerDeps, metadata
from handlers.registry import Feature


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("same_person")
    def same(ack: Ack, action: Body, body: Body) -> None:
        actor = _where_it_was_opened(deps, body)
        one, _, other = action["value"].partition(" ")
        customer, moved = usecase.join(deps.ctx, actor, one, other)
        show_anew(deps, body, actor, customer, 0, joined=moved)
        ack()

    @app.action("not_same_person")
    def not_the_same(ack: Ack, action: Body, body: Body) -> None:
        actor = _where_it_was_opened(deps, body)
        one, _, other = action["value"].partition(" ")
        show_anew(deps, body, actor, usecase.tell_apart(deps.ctx, actor, one, other), 0)
        ack()

    @app.action("undo_join")
    def undo(ack: Ack, action: Body, body: Body) -> None:
        actor = _where_it_was_opened(deps, body)
        show_anew(deps, body, actor, usecase.undo(deps.ctx, actor, action["value"].split(" ")), 0)
        ack()

    @app.action("split_identity")
    def split(ack: Ack, action: Body, body: Body) -> None:
        actor = _where_it_was_opened(deps, body)
        show_anew(deps, body, actor, usecase.split(deps.ctx, actor, action["value"]), 0)
        ack()


def _where_it_was_opened(deps: HandlerDeps, body: Body) -> Actor:
    """Return who acts, from the channel in which the page was opened: that decides what can be seen."""
    return replace(deps.actor(body, "modal"), channel=metadata(body)["channel"])


FEATURE = Feature(register)
