"""The App Home: what is mine and what waits, made when somebody looks."""

from __future__ import annotations

from slack_bolt import App

from bot import slack
from bot.usecases import configured, show
from bot.views import home as view
from handlers.front import Body, Front, user_of, view_of


def register(app: App, front: Front) -> None:
    @app.event("app_home_opened")
    def opened(event: Body) -> None:
        if event.get("tab", "home") == "home":
            front.later(publish, front, event["user"])


def publish(front: Front, user: str) -> None:
    settings = configured.visible(front.ctx, front.member(user))
    home = view.home(show.home(front.ctx, user), settings, front.language(user))
    slack.call(front.client, "views.publish", user_id=user, view=home)


def again(front: Front, body: Body) -> None:
    """Show the home tab anew to somebody who has just acted in it."""
    if view_of(body, "home"):
        front.later(publish, front, user_of(body))
