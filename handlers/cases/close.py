"""No reply needed (a menu of reasons), Close without reply (a word, a menu option, and a modal) and Reopen."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.domain.cases.thread import Action, require
from bot.domain.common.command import Number
from bot.platform.i18n import N_
from bot.usecases.cases import queries
from bot.usecases.cases.close import close, reopen
from bot.views.cases import close as view
from bot.views.cases.command_results import done
from bot.views.cases.label import CHOSEN as LABEL
from bot.views.cases.outcome import CHOSEN as OUTCOME
from handlers.deps import Body, HandlerDeps, chosen, metadata, numbered, user_of
from handlers.registry import Answer, Feature, MenuChoice, SlashRequest, SlashWord


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("no_reply_needed")
    def choose(ack: Ack, action: Body, body: Body) -> None:
        thread, _, reason = action["selected_option"]["value"].partition(":")
        close(deps.ctx, deps.actor(body, "button"), numbered(thread), reason)
        ack()

    @app.view("close")
    def submit(ack: Ack, body: Body) -> None:
        reason = deps.field(body, "reason")
        ended, about = chosen(body, OUTCOME), chosen(body, LABEL)
        actor = deps.actor(body, "modal")
        close(deps.ctx, actor, metadata(body)["thread"], reason, outcome=ended, label_=about)
        ack()


def ask(deps: HandlerDeps, body: Body, thread_id: int) -> None:
    """Open the modal that asks for the reason."""
    card = queries.look(deps.ctx, deps.actor(body, "button"), thread_id)
    require(card.thread, Action.CLOSE)
    deps.open(body, view.modal(card, deps.language(user_of(body))))


def _reopen(deps: HandlerDeps, body: Body, thread_id: int) -> None:
    reopen(deps.ctx, deps.actor(body, "button"), thread_id)


def _close(request: SlashRequest) -> Answer:
    if not request.rest:
        ask(request.deps, request.body, request.thread)
        return None
    close(request.ctx, request.actor, request.thread, request.text)
    return done("closed", request.thread, request.t)


FEATURE = Feature(
    register,
    words=(
        SlashWord(
            "close",
            N_("close it without a reply"),
            Number.NEEDED,
            rest=N_("reason…"),
            role="reply",
            spoken={"nl": ("sluit", "sluiten"), "sv": ("stäng",)},
            run=_close,
        ),
    ),
    menu=(MenuChoice("close", ask), MenuChoice("reopen", _reopen)),
)
