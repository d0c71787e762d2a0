"""Claim: the button and the word."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.domain.common.command import Number
from bot.platform.i18n import N_
from bot.usecases.cases.claim import claim
from bot.views.cases.command_results import done
from handlers.cases import home
from handlers.deps import Body, HandlerDeps, number
from handlers.registry import Answer, Feature, SlashRequest, SlashWord


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("claim")
    def click(ack: Ack, action: Body, body: Body) -> None:
        claim(deps.ctx, deps.actor(body, "button"), number(action))
        ack()
        home.refresh(deps, body)


def _claim(request: SlashRequest) -> Answer:
    claim(request.ctx, request.actor, request.thread)
    return done("claimed", request.thread, request.t)


FEATURE = Feature(
    register,
    words=(SlashWord("claim", N_("make it yours"), Number.NEEDED, hinted=True, role="claim", run=_claim),),
)
