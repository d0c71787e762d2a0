"""Claim: the button and the word."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.domain.common.command import Number, plain
from bot.domain.common.errors import Refused
from bot.platform.i18n import N_
from bot.usecases.cases.claim import claim, claim_several
from bot.views.cases.command_results import claimed
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
    refusals: dict[int, Refused | None] = {request.thread: None}
    if request.command.others:
        refusals = claim_several(request.ctx, request.actor, (request.thread, *request.command.others))
    else:
        claim(request.ctx, request.actor, request.thread)
    return claimed(refusals, plain(request.rest), request.ctx.clock.now(), request.t)


FEATURE = Feature(
    register,
    words=(
        SlashWord(
            "claim",
            N_("make it yours, or several at once"),
            Number.SEVERAL,
            hinted=True,
            role="claim",
            spoken={"nl": ("pak", "claimen"), "sv": ("ta",)},
            run=_claim,
        ),
    ),
)
