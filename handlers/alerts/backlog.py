"""The button "Claim next 5" of a busy time, and of many reminders in one message."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.usecases.cases import queries
from bot.usecases.cases.claim import claim_next
from bot.views.alerts.backlog import yours
from handlers.deps import Body, Front, channel_of


def register(app: App, front: Front) -> None:
    @app.action("claim_next")
    def click(ack: Ack, body: Body) -> None:
        who = front.actor(body, "button")
        claimed = claim_next(front.ctx, who, front.desk(body))
        ack()
        front.later(_tell, front, who.id, channel_of(body) or who.id, claimed)


def _tell(front: Front, user: str, channel: str, claimed: list[int]) -> None:
    cards = [queries.card(front.ctx, thread_id) for thread_id in claimed]
    front.whisper(user, channel, yours(cards, front.language(user)))
