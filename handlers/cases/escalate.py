"""Escalate: the button, its modal, and the word."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.domain.common.command import Number
from bot.platform.i18n import N_, Translator
from bot.settings import Desk
from bot.usecases.cases import queries
from bot.usecases.cases.escalate import Escalated, escalate, targets
from bot.usecases.desk import presence
from bot.usecases.desk.context import Context
from bot.views.cases import escalate as view
from bot.views.cases.command_results import escalated
from bot.views.common.blocks import SlackMessage
from handlers.deps import Body, HandlerDeps, entered, metadata, number, user_of
from handlers.registry import Answer, Feature, SlashRequest, SlashWord


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("escalate")
    def click(ack: Ack, action: Body, body: Body) -> None:
        ask(deps, body, number(action))
        ack()

    @app.view("escalate")
    def submit(ack: Ack, body: Body) -> None:
        to = (entered(body, "target").get("selected_option") or {}).get("value", "")
        why = deps.field(body, "why")
        thread_id, who = metadata(body)["thread"], deps.actor(body, "modal")
        asked = escalate(deps.ctx, who, thread_id, to, why)
        ack()
        deps.later(_confirm, deps, who.id, thread_id, asked)


def _confirm(deps: HandlerDeps, user: str, thread_id: int, asked: Escalated) -> None:
    thread = queries.card(deps.ctx, thread_id).thread
    message = _done(deps.ctx, deps.ctx.desk_of(thread), thread_id, asked, deps.language(user))
    deps.post_ephemeral(user, deps.ctx.channel_of(thread), message)


def _done(ctx: Context, desk: Desk, thread_id: int, asked: Escalated, t: Translator) -> SlackMessage:
    missing = presence.missing(ctx, desk, asked.leads)
    return escalated(thread_id, asked.leads, asked.teams, asked.owner, t, missing)


def ask(deps: HandlerDeps, body: Body, thread_id: int) -> None:
    """Open the modal that asks to whom and why."""
    deps.meet(*(lead for desk in deps.ctx.settings.desks for lead in desk.leads))
    found = targets(deps.ctx, deps.actor(body, "button"), thread_id)
    labels = [(target.value, target.name) for target in found]
    private = queries.card(deps.ctx, thread_id).thread.private
    deps.open(body, view.modal(thread_id, labels, deps.language(user_of(body)), private=private))


def _escalate(request: SlashRequest) -> Answer:
    if not request.rest:
        ask(request.deps, request.body, request.thread)
        return None
    asked = escalate(request.ctx, request.actor, request.thread, None, request.text)
    desk = request.ctx.desk_of(queries.card(request.ctx, request.thread).thread)
    return _done(request.ctx, desk, request.thread, asked, request.t)


FEATURE = Feature(
    register,
    words=(
        SlashWord(
            "escalate",
            N_("ask the lead for help; without a reason, it opens the form"),
            Number.NEEDED,
            rest=N_("why…"),
            role="escalate",
            spoken={"nl": ("escaleer", "escaleren"), "sv": ("eskalera",)},
            run=_escalate,
        ),
    ),
)
