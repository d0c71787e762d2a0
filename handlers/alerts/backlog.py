"""The button "Claim 5" of the digest of a busy period, and "Claim next 5" of gathered reminders."""

from __future__ import annotations

from datetime import datetime

from slack_bolt import Ack, App

from bot.usecases.cases import queries
from bot.usecases.cases.claim import claim_next, shown
from bot.usecases.desk.context import Actor
from bot.views.cases.command_results import yours
from handlers.deps import Body, HandlerDeps, channel_of
from handlers.registry import Feature


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("claim_next")
    def click(ack: Ack, body: Body) -> None:
        who = deps.actor(body, "button")
        since = deps.ctx.clock.now()
        claimed = claim_next(deps.ctx, who, deps.desk(body))
        ack()
        deps.later(_tell, deps, who, channel_of(body) or who.id, claimed, since)


def _tell(deps: HandlerDeps, who: Actor, channel: str, claimed: list[int], since: datetime) -> None:
    deps.post_ephemeral(who.id, channel, yours(queries.rows_of(deps.ctx, claimed), deps.language(who.id)))
    shown(deps.ctx, who, since)


FEATURE = Feature(register)
