"""How it ended: an option of the card's menu, and its form."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.domain.cases.thread import Action, require
from bot.usecases.cases import queries
from bot.usecases.cases.outcome import resolve
from bot.views.cases import outcome as view
from bot.views.cases.label import CHOSEN as LABEL
from handlers.deps import Body, HandlerDeps, chosen, metadata, user_of
from handlers.registry import Feature, MenuChoice


def register(app: App, deps: HandlerDeps) -> None:
    @app.view("outcome")
    def submit(ack: Ack, body: Body) -> None:
        ended, about = chosen(body, view.CHOSEN), chosen(body, LABEL)
        ended = "" if ended == view.TAKE_BACK else ended
        resolve(deps.ctx, deps.actor(body, "modal"), metadata(body)["thread"], ended, about)
        ack()


def _ask(deps: HandlerDeps, body: Body, thread_id: int) -> None:
    card = queries.look(deps.ctx, deps.actor(body, "button"), thread_id)
    require(card.thread, Action.RESOLVE)
    deps.open(body, view.modal(card, deps.language(user_of(body))))


FEATURE = Feature(register, menu=(MenuChoice("outcome", _ask),))
