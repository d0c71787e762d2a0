"""The overflow menu of a card: its options name what to do and the thread, as in "release:1042"."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.usecases.cases.close import reopen
from bot.usecases.cases.handover import take_over
from bot.usecases.cases.release import release
from handlers.cases import close, handover, history
from handlers.deps import Body, HandlerDeps, numbered


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("more")
    def choose(ack: Ack, action: Body, body: Body) -> None:
        what, _, thread = action["selected_option"]["value"].partition(":")
        thread_id = numbered(thread)
        who = deps.actor(body, "button")
        match what:
            case "release":
                release(deps.ctx, who, thread_id)
            case "take_over":
                take_over(deps.ctx, who, thread_id)
            case "reopen":
                reopen(deps.ctx, who, thread_id)
            case "hand_over":
                handover.ask(deps, body, thread_id)
            case "close":
                close.ask(deps, body, thread_id)
            case "history":
                history.ask(deps, body, thread_id)
            case _:
                raise ValueError("an option of the menu that no version of the card has")
        ack()
