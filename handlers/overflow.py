"""A card's menu: the chosen option says which feature acts, and on which thread."""

from __future__ import annotations

from slack_bolt import Ack, App

from handlers.deps import Body, HandlerDeps, numbered
from handlers.registry import MenuChoice


def register(app: App, deps: HandlerDeps, choices: tuple[MenuChoice, ...]) -> None:
    runs = {choice.name: choice.run for choice in choices}

    @app.action("more")
    def choose(ack: Ack, action: Body, body: Body) -> None:
        name, _, thread = action["selected_option"]["value"].partition(":")
        thread_id = numbered(thread)
        if name not in runs:
            raise ValueError("an option of the menu that no version of the card has")
        runs[name](deps, body, thread_id)
        ack()
