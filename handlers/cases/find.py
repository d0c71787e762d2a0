"""Search: a word, and a shortcut that works anywhere in Slack."""

from __future__ import annotations

import re
from dataclasses import replace

from slack_bolt import Ack, App, Respond

from bot.domain.common.command import plain
from bot.domain.common.errors import RefusalCode, Refused
from bot.platform import slack
from bot.platform.i18n import N_
from bot.platform.manifest import SEARCH
from bot.usecases.cases.find import find
from bot.usecases.desk.context import Actor
from bot.views.cases import find as view
from handlers.deps import (
    Body,
    HandlerDeps,
    channel_of,
    entered,
    ephemeral,
    is_ephemeral,
    metadata,
    numbered,
    user_of,
    view_of,
)
from handlers.registry import Answer, Feature, SlashRequest, SlashWord


def register(app: App, deps: HandlerDeps) -> None:
    @app.global_shortcut(SEARCH)
    def open_modal(ack: Ack, body: Body) -> None:
        deps.open(body, view.modal(None, "", channel_of(body), deps.language(user_of(body))))
        ack()

    @app.view("find")
    def asked(ack: Ack, body: Body) -> None:
        channel = metadata(body)["channel"]
        words = entered(body, "words").get("value") or ""
        found = find(deps.ctx, _there(deps, body, channel), words)
        ack(response_action="update", view=view.modal(found, found.words, channel, deps.language(user_of(body))))

    @app.action(re.compile("find_page(_back)?"))
    def turn(ack: Ack, action: Body, body: Body, respond: Respond) -> None:
        """Show another page in the place of this one, with what could be seen from where it was asked for."""
        number, _, words = action["value"].partition(":")
        modal = view_of(body, "modal")
        channel = metadata(body)["channel"] if modal else channel_of(body)
        found = find(deps.ctx, _there(deps, body, channel), words, numbered(number))
        ack()
        t = deps.language(user_of(body))
        if modal:
            shown = view.modal(found, found.words, channel, t)
            deps.later(slack.call, deps.client, "views.update", view_id=modal["id"], view=shown)
        else:
            deps.later(respond, **ephemeral(view.message(found, t)), replace_original=is_ephemeral(body))


def answer(request: SlashRequest, words: str) -> Answer:
    """Answer a word with what was found. Raises Refused("nothing_found")."""
    return view.message(find(request.ctx, request.actor, words), request.t)


def _there(deps: HandlerDeps, body: Body, channel: str | None) -> Actor:
    return replace(deps.actor(body, "modal"), channel=channel)


def _find(request: SlashRequest) -> Answer:
    words = plain(request.rest).strip()
    if not words:
        raise Refused(RefusalCode.WORDS_MISSING, command="find")
    return answer(request, words)


FEATURE = Feature(
    register,
    words=(
        SlashWord(
            "find",
            N_("threads by a name, a handle, an order number or words"),
            rest=N_("words…"),
            spoken={"nl": ("zoek",), "sv": ("sök",)},
            run=_find,
        ),
    ),
)
