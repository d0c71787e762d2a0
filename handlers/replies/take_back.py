"""Take back an answer that was sent: a button, an option of the card's menu, a word, and the form."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.domain.common.command import Number
from bot.platform import slack
from bot.platform.i18n import N_
from bot.usecases.cases import queries
from bot.usecases.replies.take_back import asked, take_back
from bot.views.cases import history
from bot.views.cases import take_back as view
from handlers.deps import Body, HandlerDeps, metadata, numbered, user_of
from handlers.registry import Answer, Feature, MenuChoice, SlashRequest, SlashWord


def register(app: App, deps: HandlerDeps) -> None:
    @app.action(view.TAKE_BACK)
    def press(ack: Ack, action: Body, body: Body) -> None:
        thread, _, reply = action["value"].partition(":")
        _ask(deps, body, numbered(thread), numbered(reply))
        ack()

    @app.view(view.TAKE_BACK)
    def submit(ack: Ack, body: Body) -> None:
        about, who = metadata(body), deps.actor(body, "modal")
        take_back(deps.ctx, who, about["thread"], deps.field(body, "reason"), about["reply"])
        ack()
        if below := body["view"].get("previous_view_id"):  # the history, which still offers to
            shown = history.modal(queries.history(deps.ctx, who, about["thread"]), deps.language(who.id))
            deps.later(slack.call, deps.client, "views.update", view_id=below, view=shown)


def _ask(deps: HandlerDeps, body: Body, thread_id: int, reply_id: int | None = None) -> None:
    card, reply = asked(deps.ctx, deps.actor(body, "button"), thread_id, reply_id)
    form = view.modal(card, reply, deps.language(user_of(body)))
    if body.get("view", {}).get("type") == "modal":  # the history
        deps.push(body, form)
    else:
        deps.open(body, form)


def _take_back(request: SlashRequest) -> Answer:
    if not request.rest:
        _ask(request.deps, request.body, request.thread)
        return None
    take_back(request.ctx, request.actor, request.thread, request.text)
    return view.asked(request.thread, request.t)


FEATURE = Feature(
    register,
    words=(
        SlashWord(
            "takeback",
            N_("have a sent answer deleted on the network, with the reason"),
            Number.NEEDED,
            rest=N_("reason…"),
            role="reply",
            spoken={"nl": ("terugnemen", "terughalen"), "sv": ("återta", "tatillbaka")},
            run=_take_back,
        ),
    ),
    menu=(MenuChoice("take_back", _ask),),
)
