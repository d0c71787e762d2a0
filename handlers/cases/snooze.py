"""Snooze (a word, a button, and a modal that asks until when and why) and Wake now (a word and a button)."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.domain.clock.said import Edge, quick
from bot.domain.common.command import Number
from bot.platform.i18n import N_
from bot.usecases.cases import snooze as usecase
from bot.views.cases import snooze as view
from handlers.cases import home
from handlers.deps import Body, HandlerDeps, metadata, number, picked, user_of
from handlers.registry import Answer, Feature, SlashRequest, SlashWord


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("snooze")
    def click(ack: Ack, action: Body, body: Body) -> None:
        _ask(deps, body, number(action))
        ack()

    @app.action("wake")
    def wake(ack: Ack, action: Body, body: Body) -> None:
        usecase.wake(deps.ctx, deps.actor(body, "button"), number(action))
        ack()
        home.refresh(deps, body)

    @app.view("snooze")
    def submit(ack: Ack, body: Body) -> None:
        until, reason = picked(body, choice="until", other="other"), deps.field(body, "reason")
        usecase.snooze(deps.ctx, deps.actor(body, "modal"), metadata(body)["thread"], until, reason)
        ack()
        home.refresh(deps, body)


def _ask(deps: HandlerDeps, body: Body, thread_id: int) -> None:
    """Open the modal that asks until when, and why."""
    desk = usecase.permitted(deps.ctx, deps.actor(body, "button"), thread_id)
    at = deps.ctx.clock.now()
    offered = quick(at, desk.calendar(at), Edge.OPENING)
    deps.open(body, home.marked(body, view.modal(thread_id, offered, desk.timezone, deps.language(user_of(body)))))


def _snooze(request: SlashRequest) -> Answer:
    if not request.rest:
        _ask(request.deps, request.body, request.thread)
        return None
    said = usecase.until(request.ctx, request.actor, request.thread, request.text)
    usecase.snooze(request.ctx, request.actor, request.thread, said.at, said.rest)
    return view.confirmation(request.thread, said.at, said.rest, said.remark, request.t)


def _wake(request: SlashRequest) -> Answer:
    usecase.wake(request.ctx, request.actor, request.thread)
    return view.woken(request.thread, request.t)


FEATURE = Feature(
    register,
    words=(
        SlashWord(
            "snooze",
            N_("let it rest until a time, with a reason: tomorrow 09:00 waiting for the depot"),
            Number.NEEDED,
            rest=N_("time reason…"),
            role="reply",
            spoken={"nl": ("sluimer", "pauzeer"), "sv": ("snooza", "pausa")},
            run=_snooze,
        ),
        SlashWord(
            "wake",
            N_("end its snooze now"),
            Number.NEEDED,
            role="reply",
            spoken={"nl": ("wek",), "sv": ("väck",)},
            run=_wake,
        ),
    ),
)
