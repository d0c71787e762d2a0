"""Ask a colleague to look at a draft, suggest other words for it, and take them."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.domain.common.errors import RefusalCode, Refused
from bot.usecases.cases import queries
from bot.usecases.desk import presence
from bot.usecases.replies import drafts
from bot.usecases.replies import look as usecase
from bot.views.common import blocks as b
from bot.views.desk import reached
from bot.views.replies import look as view
from bot.views.replies.look import ASK, SUGGEST, TAKE
from handlers.deps import Body, HandlerDeps, entered, metadata, number, user_of
from handlers.registry import Feature
from handlers.replies import reply


def register(app: App, deps: HandlerDeps) -> None:
    @app.action(ASK)
    def ask(ack: Ack, body: Body) -> None:
        """Keep what is typed by now, and ask whom to show it."""
        thread_id, typed = metadata(body)["thread"], entered(body, "text").get("value") or ""
        if not typed.strip():
            raise Refused(RefusalCode.EMPTY, thread=thread_id)
        drafts.keep(deps.ctx, user_of(body), thread_id, typed, deps.ctx.clock.now(), view_id=body["view"]["id"])
        deps.push(body, view.ask_form(thread_id, deps.language(user_of(body))))
        ack()

    @app.view(ASK)
    def submit_ask(ack: Ack, body: Body) -> None:
        to = entered(body, "to").get("selected_user")
        thread_id = metadata(body)["thread"]
        usecase.ask(deps.ctx, deps.actor(body, "modal"), thread_id, deps.candidate(to) if to else None)
        ack()
        if to:
            deps.later(_warn, deps, user_of(body), thread_id, to)

    @app.action(SUGGEST)
    def change(ack: Ack, action: Body, body: Body) -> None:
        look = usecase.suggestable(deps.ctx, deps.actor(body, "button"), number(action))
        deps.open(body, view.suggest_form(look, deps.language(user_of(body))))
        ack()

    @app.view(SUGGEST)
    def submit_change(ack: Ack, body: Body) -> None:
        text = entered(body, "text").get("value") or ""
        usecase.suggest(deps.ctx, deps.actor(body, "modal"), metadata(body)["look"], text)
        ack()

    @app.action(TAKE)
    def take(ack: Ack, action: Body, body: Body) -> None:
        thread_id, typed_on = usecase.take(deps.ctx, deps.actor(body, "button"), number(action))
        t = deps.language(user_of(body))
        reply.ask(deps, body, thread_id, *([view.typed_on(t)] if typed_on else []))
        ack()


def _warn(deps: HandlerDeps, user: str, thread_id: int, to: str) -> None:
    """Tell who asked somebody who does not hear it now."""
    thread = queries.card(deps.ctx, thread_id).thread
    if missing := presence.missing(deps.ctx, deps.ctx.desk_of(thread), [to]):
        deps.post_ephemeral(user, deps.ctx.channel_of(thread), b.message(reached.missing(missing, deps.language(user))))


FEATURE = Feature(register)
