"""Why a thread is due when it is: a word and a menu option."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.domain.common.command import Number
from bot.platform import slack
from bot.platform.i18n import N_
from bot.usecases.cases.why import why
from bot.views.cases import why as view
from bot.views.common.blocks import View
from handlers.deps import Body, HandlerDeps, number, user_of
from handlers.registry import Answer, Feature, MenuChoice, SlashRequest, SlashWord


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("why")
    def instead(ack: Ack, action: Body, body: Body) -> None:
        """Show the clock in the modal in which it was asked for."""
        view_id = body["view"]["id"]
        deps.later(slack.call, deps.client, "views.update", view_id=view_id, view=_shown(deps, body, number(action)))
        ack()


def ask(deps: HandlerDeps, body: Body, thread_id: int) -> None:
    """Open the thread's clock."""
    deps.open(body, _shown(deps, body, thread_id))


def _shown(deps: HandlerDeps, body: Body, thread_id: int) -> View:
    explained = why(deps.ctx, deps.actor(body, "button"), thread_id)
    return view.modal(explained, deps.language(user_of(body)))


def _why(request: SlashRequest) -> Answer:
    return view.message(why(request.ctx, request.actor, request.thread), request.t)


FEATURE = Feature(
    register,
    words=(
        SlashWord(
            "why",
            N_("what counted of a thread's time, and what did not"),
            Number.NEEDED,
            spoken={"nl": ("waarom",), "sv": ("varför",)},
            run=_why,
        ),
    ),
    menu=(MenuChoice("why", ask),),
)
