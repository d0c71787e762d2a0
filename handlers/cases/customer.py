"""The customer's page: a button on the card, a word, and a shortcut on every message about a thread."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from slack_bolt import Ack, App

from bot.domain.common.command import plain
from bot.domain.common.errors import RefusalCode, Refused
from bot.platform import slack
from bot.platform.i18n import N_
from bot.platform.manifest import SHOW_CUSTOMER
from bot.usecases.cases import customer as usecase
from bot.usecases.desk.context import Actor
from bot.views.cases import customer as view
from bot.views.cases.models import CustomerPage
from handlers.deps import Body, HandlerDeps, channel_of, metadata, number, numbered, user_of, view_of
from handlers.registry import Answer, Feature, SlashRequest, SlashWord

_NUMBER = re.compile(r"#?[0-9]{1,9}")


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("customer")
    def click(ack: Ack, action: Body, body: Body) -> None:
        _show(deps, body, usecase.of_thread(deps.ctx, deps.actor(body, "button"), number(action)))
        ack()

    @app.action("customer_of")
    def chosen(ack: Ack, action: Body, body: Body) -> None:
        """Show the one customer who was meant."""
        key, _, handle = action["value"].partition(" ")
        _show(deps, body, usecase.of_handle(deps.ctx, deps.actor(body, "button"), handle, person=key))
        ack()

    @app.action(re.compile("customer_page(_back)?"))
    def turn(ack: Ack, action: Body, body: Body) -> None:
        """Show another page in the same modal, with what could be seen from where it was opened."""
        customer, _, page = action["value"].partition(":")
        channel = metadata(body)["channel"]
        actor = replace(deps.actor(body, "button"), channel=channel)
        show_anew(deps, body, actor, numbered(customer), numbered(page))
        ack()

    @app.action("customer_language")
    def speaks(ack: Ack, action: Body, body: Body) -> None:
        """Record which language the customer writes, and show the page anew."""
        customer = numbered(action["block_id"].partition(":")[2])
        channel = metadata(body)["channel"]
        actor = replace(deps.actor(body, "modal"), channel=channel)
        usecase.speaks(deps.ctx, actor, customer, action["selected_option"]["value"])
        show_anew(deps, body, actor, customer, 0)
        ack()

    @app.message_shortcut(SHOW_CUSTOMER)
    def of_message(ack: Ack, body: Body) -> None:
        """Show whom a message is about: it may be the card itself, a reminder, or talk under either."""
        message, channel = body["message"], channel_of(body) or ""
        places = [str(ts) for ts in (message["ts"], message.get("thread_ts")) if ts]
        _show(deps, body, usecase.of_message(deps.ctx, deps.actor(body, "button"), channel, *places))
        ack()


def _show(deps: HandlerDeps, body: Body, page: CustomerPage) -> None:
    """Open the page, on top of the modal in which it was asked for, if it was in one."""
    shown = view.modal(page, channel_of(body), deps.language(user_of(body)))
    if view_of(body, "modal"):
        deps.push(body, shown)
    else:
        deps.open(body, shown)


def show_anew(
    deps: HandlerDeps, body: Body, actor: Actor, customer: int, page: int, *, joined: Sequence[str] = ()
) -> None:
    """Show a page in the modal in which somebody acted; `joined` are the identities that they have just joined."""
    shown = usecase.turned(deps.ctx, actor, customer, page)
    modal = view.modal(shown, actor.channel, deps.language(user_of(body)), joined=joined)
    deps.later(slack.call, deps.client, "views.update", view_id=body["view"]["id"], view=modal)


def _customer(request: SlashRequest) -> Answer:
    words = plain(request.rest).strip()
    if not words:
        raise Refused(RefusalCode.HANDLE_MISSING, command="customer")
    try:
        if _NUMBER.fullmatch(words):
            page = usecase.of_thread(request.ctx, request.actor, int(words.removeprefix("#")))
        else:
            page = usecase.of_handle(request.ctx, request.actor, words)
    except Refused as refusal:
        if refusal.code is not RefusalCode.SEVERAL_PEOPLE:
            raise
        return view.which_customer(words, refusal.details["people"], request.t)
    _show(request.deps, request.body, page)
    return None


FEATURE = Feature(
    register,
    words=(
        SlashWord(
            "customer",
            N_("who a customer is, and all their threads"),
            rest=N_("@handle or 1042"),
            spoken={"nl": ("klant",), "sv": ("kund",)},
            run=_customer,
        ),
    ),
)
