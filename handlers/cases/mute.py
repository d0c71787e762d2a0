"""Mute (a word, and an option in the menu of a closed card) and Unmute (a word and a button)."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.domain.cases.mute import USUAL, read
from bot.domain.common.command import Number
from bot.platform.i18n import N_
from bot.usecases.cases import queries
from bot.usecases.cases.mute import mute, unmute
from bot.views.cases import mute as view
from handlers.deps import Body, HandlerDeps, number
from handlers.registry import Answer, Feature, MenuChoice, SlashRequest, SlashWord


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("unmute")
    def click(ack: Ack, action: Body, body: Body) -> None:
        unmute(deps.ctx, deps.actor(body, "button"), number(action))
        ack()


def _mute_for_usual(deps: HandlerDeps, body: Body, thread_id: int) -> None:
    who = deps.actor(body, "button")
    closed = queries.look(deps.ctx, who, thread_id).thread
    mute(deps.ctx, who, thread_id, USUAL, closed.close_reason or "")


def _mute(request: SlashRequest) -> Answer:
    length, reason = read(request.text)
    done = mute(request.ctx, request.actor, request.thread, length, reason)
    return view.muted(done, request.thread, request.t)


def _unmute(request: SlashRequest) -> Answer:
    return view.unmuted(unmute(request.ctx, request.actor, request.thread), request.t)


FEATURE = Feature(
    register,
    words=(
        SlashWord(
            "mute",
            N_("no cards for this author for a week, or as long as you say"),
            Number.NEEDED,
            rest=N_("30d reason…"),
            role="reply",
            spoken={"nl": ("demp", "dempen"), "sv": ("tysta",)},
            run=_mute,
        ),
        SlashWord(
            "unmute",
            N_("cards again, also for what they wrote meanwhile"),
            Number.NEEDED,
            role="reply",
            spoken={"nl": ("ontdemp", "ontdempen"), "sv": ("avtysta",)},
            run=_unmute,
        ),
    ),
    menu=(MenuChoice("mute", _mute_for_usual),),
)
