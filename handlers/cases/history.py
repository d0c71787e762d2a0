"""History: a thread's modal (a button and a menu option), and the word that lists a customer's threads."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.domain.common.command import plain
from bot.domain.common.errors import RefusalCode, Refused
from bot.platform.i18n import N_
from bot.usecases.cases import queries
from bot.views.cases import history as view
from handlers.deps import Body, HandlerDeps, number, user_of
from handlers.registry import Answer, Feature, MenuChoice, SlashRequest, SlashWord


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("history")
    def click(ack: Ack, action: Body, body: Body) -> None:
        ask(deps, body, number(action))
        ack()


def ask(deps: HandlerDeps, body: Body, thread_id: int) -> None:
    """Open the thread's timeline and the customer's other threads."""
    history = queries.history(deps.ctx, deps.actor(body, "button"), thread_id)
    deps.open(body, view.modal(history, deps.language(user_of(body))))


def _history(request: SlashRequest) -> Answer:
    handle = plain(request.rest).strip()
    if not handle:
        raise Refused(RefusalCode.HANDLE_MISSING)
    return view.message(queries.of_customer(request.ctx, request.actor, handle), handle, request.t)


FEATURE = Feature(
    register,
    words=(
        SlashWord(
            "history",
            N_("everything that a customer and we have said"),
            rest=N_("@handle"),
            spoken={"nl": ("geschiedenis",), "sv": ("historik",)},
            run=_history,
        ),
    ),
    menu=(MenuChoice("history", ask),),
)
