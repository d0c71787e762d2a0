"""Claim the most urgent waiting thread and open it: the word "next", and the button for who lost a race."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.domain.common.errors import Refused
from bot.platform import slack
from bot.platform.i18n import N_
from bot.usecases.cases import queries
from bot.usecases.cases.claim import claim_next, shown
from bot.views.cases import card as card_view
from bot.views.common.blocks import SlackMessage
from handlers.cases import home
from handlers.deps import Body, HandlerDeps, channel_of, number, user_of
from handlers.registry import Answer, Feature, SlashRequest, SlashWord
from handlers.replies import reply


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("claim_next_waiting")
    def click(ack: Ack, action: Body, body: Body) -> None:
        who, since = deps.actor(body, "button"), deps.ctx.clock.now()
        lost = queries.look(deps.ctx, who, number(action)).thread
        (claimed,) = claim_next(deps.ctx, who, deps.ctx.desk_of(lost), limit=1)
        instead = _open(deps, body, claimed)
        ack()
        if instead is not None:
            deps.later(deps.post_ephemeral, who.id, channel_of(body) or who.id, instead)
        deps.later(shown, deps.ctx, who, since)
        home.refresh(deps, body)

    @app.action("claim_one")
    def claim_one(ack: Ack, action: Body, body: Body) -> None:
        """Claim the most urgent thread of the desk that the button names."""
        who, since = deps.actor(body, "button"), deps.ctx.clock.now()
        desk = deps.ctx.settings.desk_if_any(action["value"]) or deps.desk(body)
        (claimed,) = claim_next(deps.ctx, who, desk, limit=1)
        instead = _open(deps, body, claimed)
        ack()
        if instead is not None:
            deps.later(deps.post_ephemeral, who.id, channel_of(body) or who.id, instead)
        deps.later(shown, deps.ctx, who, since)
        home.refresh(deps, body)


def _next(request: SlashRequest) -> Answer:
    (claimed,) = claim_next(request.ctx, request.actor, request.desk, limit=1)
    return _open(request.deps, request.body, claimed)


def _open(deps: HandlerDeps, body: Body, thread_id: int) -> SlackMessage | None:
    """Open the reply modal; return the card instead if it cannot be opened, because the thread is claimed already."""
    try:
        reply.ask(deps, body, thread_id)
    except (Refused, slack.SlackError):
        return card_view.card(queries.card(deps.ctx, thread_id), deps.language(user_of(body)))
    return None


FEATURE = Feature(
    register,
    words=(
        SlashWord(
            "next",
            N_("claim the most urgent one and open it"),
            role="claim",
            spoken={"nl": ("volgende",), "sv": ("nästa",)},
            run=_next,
        ),
    ),
)
