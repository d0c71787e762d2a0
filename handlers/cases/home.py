"""The App Home: what is mine and what waits, made when somebody looks."""

from __future__ import annotations

import json

from slack_bolt import App

from bot.platform import slack
from bot.usecases.cases import queries
from bot.usecases.desk import configured
from bot.views.cases import home as view
from handlers.deps import Body, Front, user_of, view_of


def register(app: App, front: Front) -> None:
    @app.event("app_home_opened")
    def opened(event: Body) -> None:
        if event.get("tab", "home") == "home":
            front.later(publish, front, event["user"])


def publish(front: Front, user: str) -> None:
    settings = configured.visible(front.ctx, front.member(user))
    home = view.home(queries.home(front.ctx, user), settings, front.language(user))
    slack.call(front.client, "views.publish", user_id=user, view=home)


def again(front: Front, body: Body) -> None:
    """Show the home tab anew to somebody who has just acted in it, or in a modal that was opened from it."""
    if _from_home(body):
        front.later(publish, front, user_of(body))


def marked(body: Body, modal: Body) -> Body:
    """A modal that is opened from the home tab, or in place of one that was, carries word of that."""
    if _from_home(body):
        modal["private_metadata"] = json.dumps(json.loads(modal["private_metadata"]) | {"home": True})
    return modal


def _from_home(body: Body) -> bool:
    modal = view_of(body, "modal") or {}
    return bool(view_of(body, "home") or json.loads(modal.get("private_metadata") or "{}").get("home"))
