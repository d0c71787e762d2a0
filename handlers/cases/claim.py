"""Claim: the button and the word. Whoever claims a thread is offered the customer's others."""

from __future__ import annotations

from slack_bolt import Ack, App, Respond

from bot.domain.common.command import Number, plain
from bot.domain.common.errors import Refused
from bot.platform.i18n import N_
from bot.usecases.cases import queries
from bot.usecases.cases.claim import claim, claim_several
from bot.views.cases import also_open as view
from bot.views.cases.command_results import claimed
from handlers.cases import home
from handlers.deps import Body, HandlerDeps, channel_of, ephemeral, is_ephemeral, number, numbered
from handlers.registry import Answer, Feature, SlashRequest, SlashWord


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("claim")
    def click(ack: Ack, action: Body, body: Body) -> None:
        who, thread_id = deps.actor(body, "button"), number(action)
        claim(deps.ctx, who, thread_id)
        ack()
        home.refresh(deps, body)
        deps.later(_offer, deps, who.id, channel_of(body), thread_id)

    @app.action("claim_also")
    def claim_also(ack: Ack, action: Body, body: Body, respond: Respond) -> None:
        """Claim another thread of the same customer; what is left of the offer takes its place."""
        first, _, other = action["value"].partition(" ")
        who, thread_id = deps.actor(body, "button"), numbered(first)
        queries.look(deps.ctx, who, thread_id)
        claim(deps.ctx, who, numbered(other))
        ack()
        shown = view.offer(queries.look(deps.ctx, who, thread_id), deps.language(who.id))
        deps.later(respond, **ephemeral(shown), replace_original=is_ephemeral(body))


def _offer(deps: HandlerDeps, user: str, channel: str | None, thread_id: int) -> None:
    card = queries.card(deps.ctx, thread_id)
    if card.also_open:
        here = channel or deps.ctx.channel_of(card.thread)
        deps.post_ephemeral(user, here, view.offer(card, deps.language(user)))


def _claim(request: SlashRequest) -> Answer:
    refusals: dict[int, Refused | None] = {request.thread: None}
    if request.command.others:
        refusals = claim_several(request.ctx, request.actor, (request.thread, *request.command.others))
    else:
        claim(request.ctx, request.actor, request.thread)
    cards = [queries.card(request.ctx, number) for number, refusal in refusals.items() if refusal is None]
    answer = claimed(refusals, plain(request.rest), request.ctx.clock.now(), request.t, cards)
    return view.with_offers(answer, cards, request.t)


FEATURE = Feature(
    register,
    words=(
        SlashWord(
            "claim",
            N_("make it yours, or several at once"),
            Number.SEVERAL,
            hinted=True,
            role="claim",
            spoken={"nl": ("pak", "oppakken", "claimen"), "sv": ("ta",)},
            run=_claim,
        ),
    ),
)
