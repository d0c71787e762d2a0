"""History: a thread's modal (a button and a menu option), and the word that lists a customer's threads."""

from __future__ import annotations

import re

from slack_bolt import Ack, App, Respond

from bot.domain.common.command import plain
from bot.domain.common.errors import RefusalCode, Refused
from bot.platform import slack
from bot.platform.i18n import N_
from bot.usecases.cases import queries
from bot.usecases.desk.context import Actor
from bot.views.cases import history as view
from bot.views.common.blocks import SlackMessage
from bot.views.customers.which import which
from handlers.cases import find
from handlers.deps import Body, HandlerDeps, ephemeral, is_ephemeral, number, numbered, user_of
from handlers.registry import Answer, Feature, MenuChoice, SlashRequest, SlashWord

_NUMBER = re.compile(r"#?[0-9]{1,9}")


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("history")
    def click(ack: Ack, action: Body, body: Body) -> None:
        ask(deps, body, number(action))
        ack()

    @app.action("history_pushed")
    def pushed(ack: Ack, action: Body, body: Body) -> None:
        """Show it on top of the modal that lists the thread."""
        history = queries.history(deps.ctx, deps.actor(body, "button"), number(action))
        deps.push(body, view.modal(history, deps.language(user_of(body))))
        ack()

    @app.action("history_of")
    def chosen(ack: Ack, action: Body, body: Body, respond: Respond) -> None:
        """Show the one customer who was meant, in the place of the question."""
        person, _, handle = action["value"].partition(" ")
        shown = _listed(deps, deps.actor(body, "button"), handle, person)
        ack()
        deps.later(respond, **ephemeral(shown), replace_original=is_ephemeral(body))

    @app.action("history_page")
    def turn(ack: Ack, action: Body, body: Body) -> None:
        _turn(deps, body, action["value"])
        ack()


def ask(deps: HandlerDeps, body: Body, thread_id: int) -> None:
    """Open the thread's timeline and the customer's other threads."""
    history = queries.history(deps.ctx, deps.actor(body, "button"), thread_id)
    deps.open(body, view.modal(history, deps.language(user_of(body))))


def _turn(deps: HandlerDeps, body: Body, value: str) -> None:
    """Show another page of the conversation in the same modal."""
    thread_id, _, page = value.partition(":")
    history = queries.history(deps.ctx, deps.actor(body, "button"), numbered(thread_id))
    turned = view.modal(history, deps.language(user_of(body)), numbered(page))
    deps.later(slack.call, deps.client, "views.update", view_id=body["view"]["id"], view=turned)


def _history(request: SlashRequest) -> Answer:
    words = plain(request.rest).strip()
    if not words:
        raise Refused(RefusalCode.HANDLE_MISSING, command="history")
    if _NUMBER.fullmatch(words):
        try:
            ask(request.deps, request.body, int(words.removeprefix("#")))
        except Refused as refusal:
            if refusal.code is not RefusalCode.UNKNOWN_THREAD:
                raise
        else:
            return None
    try:
        return _listed(request.deps, request.actor, words)
    except Refused as refusal:
        if refusal.code is not RefusalCode.UNKNOWN_PERSON or words.startswith("@"):
            raise
    return find.answer(request, words)  # nobody's handle, so a name, an order's number, or what was written


def _listed(deps: HandlerDeps, who: Actor, handle: str, person: str | None = None) -> SlackMessage:
    """List the threads of whoever used the handle; if several have, ask who is meant."""
    try:
        customer, threads = queries.of_customer(deps.ctx, who, handle, person=person)
    except Refused as refusal:
        if refusal.code is not RefusalCode.SEVERAL_PEOPLE:
            raise
        return which(handle, refusal.details["people"], deps.language(who.id))
    return view.message(threads, customer, deps.language(who.id))


FEATURE = Feature(
    register,
    words=(
        SlashWord(
            "history",
            N_("everything that a customer and we have said"),
            rest=N_("1042, @handle or words"),
            spoken={"nl": ("geschiedenis",), "sv": ("historik",)},
            run=_history,
        ),
    ),
    menu=(MenuChoice("history", ask),),
)
