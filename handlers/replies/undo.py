"""Undo a reply that has not gone yet: the button and the word."""

from __future__ import annotations

from slack_bolt import Ack, App, Respond

from bot.domain.common.command import Number
from bot.platform.i18n import N_
from bot.usecases.replies import reply as usecase
from bot.views.cases.command_results import undone
from handlers.deps import Body, HandlerDeps, ephemeral, is_ephemeral, number, user_of
from handlers.registry import Answer, Feature, SlashRequest, SlashWord


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("undo")
    def stop(ack: Ack, action: Body, body: Body, respond: Respond) -> None:
        reply = usecase.undo(deps.ctx, deps.actor(body, "button"), number(action))
        ack()
        answer = ephemeral(undone(reply, deps.language(user_of(body))))
        deps.later(respond, **answer, replace_original=is_ephemeral(body))


def _undo(request: SlashRequest) -> Answer:
    return undone(usecase.undo_last(request.ctx, request.actor, request.command.thread), request.t)


FEATURE = Feature(
    register,
    words=(
        SlashWord(
            "undo",
            N_("take back your last reply that has not gone yet"),
            Number.OPTIONAL,
            role="reply",
            spoken={"nl": ("ongedaan", "herroep"), "sv": ("ångra",)},
            run=_undo,
        ),
    ),
)
