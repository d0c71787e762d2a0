"""While a reply is written: how the desk writes, and the way back from what was found in it."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.usecases.replies import reply as usecase
from bot.views.common.modal_update import reopen_modal
from bot.views.replies import reply as view
from handlers.deps import Body, HandlerDeps, metadata, user_of
from handlers.registry import Feature


def register(app: App, deps: HandlerDeps) -> None:
    @app.action(view.GUIDELINE)
    def unfold(ack: Ack, body: Body) -> None:
        deps.later(_unfold, deps, body)
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


def _change(deps: HandlerDeps, body: Body) -> None:
    """Take the question out of the modal, so that its author goes on writing."""
    shown = body["view"]
    deps.update(shown, view.unasked(shown, deps.language(user_of(body))))


FEATURE = Feature(register)
