"""While a reply is written: how the desk writes, and the way back from what was found in it."""

from __future__ import annotations

import re

from slack_bolt import Ack, App

from bot.usecases.desk import our_words
from bot.usecases.replies import reply as usecase
from bot.usecases.replies import second_look
from bot.views.common.modal_update import reopen_modal
from bot.views.replies import reply as view
from bot.views.replies import second_look as looked
from handlers.deps import Body, HandlerDeps, entered, metadata, user_of
from handlers.registry import Feature


def register(app: App, deps: HandlerDeps) -> None:
    @app.action(view.GUIDELINE)
    def unfold(ack: Ack, body: Body) -> None:
        deps.later(_unfold, deps, body)
        ack()

    @app.action(re.compile(rf"^{looked.OWN_WORD}\d$"))
    def add(ack: Ack, action: Body, body: Body) -> None:
        our_words.add(deps.ctx, deps.actor(body, "modal"), metadata(body)["thread"], action["value"])
        deps.later(_added, deps, body, action)
        ack()

    @app.action(view.CHANGE)
    def change(ack: Ack, body: Body) -> None:
        deps.later(_change, deps, body)
        ack()


def _unfold(deps: HandlerDeps, body: Body) -> None:
    """Show how the desk writes; leave everything else in the modal alone."""
    shown = body["view"]
    draft = usecase.draft(deps.ctx, deps.actor(body, "modal"), metadata(body)["thread"])
    deps.update(shown, reopen_modal(shown, view.with_guideline(draft, shown["blocks"])))


def _added(deps: HandlerDeps, body: Body, action: Body) -> None:
    """Show that the word is one of ours now, and what else is still asked about."""
    shown, user, of = body["view"], user_of(body), metadata(body)
    text = deps.read(entered(body, "text").get("value") or "").text
    found = second_look.look(deps.ctx, of["thread"], user, text)
    left = [deps.with_suggestions(each) for each in found if set(each.keys) & set(of["confirmed"])]
    at, t = deps.ctx.clock.now(), deps.language(user)
    deps.update(shown, view.asked_again(shown, left, text, action["value"], at, t))


def _change(deps: HandlerDeps, body: Body) -> None:
    """Take the question out of the modal, so that its author goes on writing."""
    shown = body["view"]
    deps.update(shown, view.unasked(shown, deps.language(user_of(body))))


FEATURE = Feature(register)
