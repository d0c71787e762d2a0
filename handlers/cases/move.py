"""Move to another desk: an option in the card's menu, and a word."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.domain.common.command import Number, plain
from bot.platform.i18n import N_
from bot.usecases.cases import queries
from bot.usecases.cases.move import elsewhere, move
from bot.views.cases import move as view
from handlers.cases import home
from handlers.deps import Body, HandlerDeps, entered, metadata, user_of
from handlers.registry import Answer, Feature, MenuChoice, SlashRequest, SlashWord


def register(app: App, deps: HandlerDeps) -> None:
    @app.view("move")
    def submit(ack: Ack, body: Body) -> None:
        to = entered(body, "desk")["selected_option"]["value"]
        move(deps.ctx, deps.actor(body, "modal"), metadata(body)["thread"], to)
        ack()
        home.refresh(deps, body)


def ask(deps: HandlerDeps, body: Body, thread_id: int) -> None:
    """Open the modal that asks to which desk the thread goes."""
    card = queries.look(deps.ctx, deps.actor(body, "button"), thread_id)
    asks = view.modal(thread_id, elsewhere(deps.ctx, card.thread.desk), deps.language(user_of(body)))
    deps.open(body, home.marked(body, asks))


def _move(request: SlashRequest) -> Answer:
    if not request.rest:
        ask(request.deps, request.body, request.thread)
        return None
    desk = move(request.ctx, request.actor, request.thread, plain(request.rest))
    return view.done(request.thread, desk.name, request.t)


FEATURE = Feature(
    register,
    words=(
        SlashWord(
            "move",
            N_("give it to another desk; without a name, it opens the form"),
            Number.NEEDED,
            rest=N_("desk"),
            role="claim",
            spoken={"nl": ("verplaats", "verplaatsen"), "sv": ("flytta",)},
            run=_move,
        ),
    ),
    menu=(MenuChoice("move", ask),),
)
