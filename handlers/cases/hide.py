"""Hide and unhide: a word each, and a button."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.domain.common.command import Number
from bot.platform.i18n import N_
from bot.usecases.cases.hide import hide, unhide
from bot.views.cases import hide as view
from handlers.deps import Body, HandlerDeps, number
from handlers.registry import Answer, Feature, SlashRequest, SlashWord


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("unhide")
    def click(ack: Ack, action: Body, body: Body) -> None:
        unhide(deps.ctx, deps.actor(body, "button"), number(action))
        ack()


def _hide(request: SlashRequest) -> Answer:
    hide(request.ctx, request.actor, request.thread, request.text)
    return view.hidden(request.thread, request.t)


def _unhide(request: SlashRequest) -> Answer:
    unhide(request.ctx, request.actor, request.thread)
    return view.shown(request.thread, request.t)


FEATURE = Feature(
    register,
    words=(
        SlashWord(
            "hide",
            N_("have a post hidden on the network, with the reason"),
            Number.NEEDED,
            rest=N_("reason…"),
            role="reply",
            spoken={"nl": ("verberg", "verbergen"), "sv": ("dölj",)},
            run=_hide,
        ),
        SlashWord(
            "unhide",
            N_("have a hidden post shown again"),
            Number.NEEDED,
            role="reply",
            spoken={"nl": ("zichtbaar",), "sv": ("visa-igen",)},
            run=_unhide,
        ),
    ),
)
