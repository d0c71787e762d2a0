"""Release: the word, and the option of the card's menu."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.domain.common.command import Number
from bot.domain.common.errors import RefusalCode, Refused
from bot.platform.i18n import N_
from bot.usecases.cases import queries
from bot.usecases.cases.release import release
from bot.views.cases.command_results import done
from handlers.cases import home
from handlers.deps import Body, HandlerDeps, number
from handlers.registry import Answer, Feature, MenuChoice, SlashRequest, SlashWord


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("release")
    def click(ack: Ack, action: Body, body: Body) -> None:
        _choose(deps, body, number(action))
        ack()
        home.refresh(deps, body)


def _choose(deps: HandlerDeps, body: Body, thread_id: int) -> None:
    release(deps.ctx, deps.actor(body, "button"), thread_id)


def _release(request: SlashRequest) -> Answer:
    thread_id = _only_one(request) if request.command.thread is None else request.thread
    release(request.ctx, request.actor, thread_id)
    return done("released", thread_id, request.t)


def _only_one(request: SlashRequest) -> int:
    """Return the agent's thread if there is exactly one. Raises Refused("number_missing") otherwise."""
    own = queries.waiting(request.ctx, request.desk.stable_key, owner=request.actor.id)
    if own.total != 1:
        raise Refused(RefusalCode.NUMBER_MISSING, command="release")
    return own.threads[0].thread.id


FEATURE = Feature(
    register,
    words=(
        SlashWord(
            "release",
            N_("give it back to the team"),
            Number.OPTIONAL,
            role="claim",
            spoken={"nl": ("vrijgeven",), "sv": ("släpp",)},
            run=_release,
        ),
    ),
    menu=(MenuChoice("release", _choose),),
)
