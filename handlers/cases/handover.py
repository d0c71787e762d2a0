"""Hand over (a word, a menu option, and a modal that asks to whom) and Take over (a button and a menu option)."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.domain.common.command import Number, person, plain
from bot.domain.common.errors import RefusalCode, Refused
from bot.platform import slack
from bot.platform.i18n import N_
from bot.usecases.cases import queries
from bot.usecases.cases.handover import hand_over, take_over
from bot.views.cases import handover as view
from bot.views.cases.command_results import done
from bot.views.common.modal_update import unnoticed
from handlers.cases import home
from handlers.deps import Body, HandlerDeps, entered, metadata, number, user_of, view_of
from handlers.registry import Answer, Feature, MenuChoice, SlashRequest, SlashWord


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("take_over")
    def take(ack: Ack, action: Body, body: Body) -> None:
        take_over(deps.ctx, deps.actor(body, "button"), number(action))
        ack()
        home.refresh(deps, body)
        if shown := view_of(body, "modal"):  # it shows the notice that a colleague owns the thread
            deps.later(slack.call, deps.client, "views.update", view_id=shown["id"], view=unnoticed(shown))

    @app.view("hand_over")
    def submit(ack: Ack, body: Body) -> None:
        to = entered(body, "to")["selected_user"]
        hand_over(deps.ctx, deps.actor(body, "modal"), metadata(body)["thread"], to)
        ack()


def ask(deps: HandlerDeps, body: Body, thread_id: int) -> None:
    """Open the modal that asks to whom the thread goes."""
    queries.look(deps.ctx, deps.actor(body, "button"), thread_id)
    deps.open(body, view.modal(thread_id, deps.language(user_of(body))))


def _take_over(deps: HandlerDeps, body: Body, thread_id: int) -> None:
    take_over(deps.ctx, deps.actor(body, "button"), thread_id)


def _hand_over(request: SlashRequest) -> Answer:
    if not request.rest:
        ask(request.deps, request.body, request.thread)
        return None
    to = person(request.rest)
    if to is None:
        raise Refused(RefusalCode.UNKNOWN_PERSON, name=plain(request.rest))
    hand_over(request.ctx, request.actor, request.thread, to)
    return done("handed_over", request.thread, request.t, to=to)


FEATURE = Feature(
    register,
    words=(
        SlashWord(
            "handover",
            N_("give it to a colleague"),
            Number.NEEDED,
            rest=N_("@name"),
            role="claim",
            run=_hand_over,
        ),
    ),
    menu=(MenuChoice("hand_over", ask), MenuChoice("take_over", _take_over)),
)
