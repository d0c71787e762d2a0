"""A thread's card in places without one, and the whole of a long post."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.domain.common.command import Number
from bot.platform.i18n import N_
from bot.usecases.cases import queries
from bot.views.cases import card as card_view
from bot.views.cases import show as view
from handlers.deps import Body, HandlerDeps, number, user_of
from handlers.registry import Answer, Feature, SlashRequest, SlashWord


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("show_text")
    def show_text(ack: Ack, action: Body, body: Body) -> None:
        card = queries.look(deps.ctx, deps.actor(body, "button"), number(action))
        deps.open(body, view.modal(card, deps.language(user_of(body))))
        ack()


def _show(request: SlashRequest) -> Answer:
    card = queries.look(request.ctx, request.actor, request.thread)
    return card_view.card(card, request.t)


FEATURE = Feature(
    register,
    words=(
        SlashWord(
            "show",
            N_("the card of a thread"),
            Number.NEEDED,
            hinted=True,
            spoken={"nl": ("toon", "tonen"), "sv": ("visa",)},
            run=_show,
        ),
    ),
)
