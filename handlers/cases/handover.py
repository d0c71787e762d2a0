"""Hand over (a modal that asks to whom) and Take over (a button)."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.platform import slack
from bot.usecases.cases import queries
from bot.usecases.cases.handover import hand_over, take_over
from bot.views.cases import handover as view
from bot.views.common.modal_update import unnoticed
from handlers.cases import home
from handlers.deps import Body, Front, entered, metadata, number, user_of, view_of


def register(app: App, front: Front) -> None:
    @app.action("take_over")
    def take(ack: Ack, action: Body, body: Body) -> None:
        take_over(front.ctx, front.actor(body, "button"), number(action))
        ack()
        home.again(front, body)
        if shown := view_of(body, "modal"):  # in which somebody was told that it is a colleague's
            front.later(slack.call, front.client, "views.update", view_id=shown["id"], view=unnoticed(shown))

    @app.view("hand_over")
    def submit(ack: Ack, body: Body) -> None:
        to = entered(body, "to")["selected_user"]
        hand_over(front.ctx, front.actor(body, "modal"), metadata(body)["thread"], to)
        ack()


def ask(front: Front, body: Body, thread_id: int) -> None:
    """Open the modal that asks who takes the thread."""
    queries.look(front.ctx, front.actor(body, "button"), thread_id)
    front.open(body, view.modal(thread_id, front.language(user_of(body))))
