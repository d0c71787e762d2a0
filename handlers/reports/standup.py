"""The standup on request."""

from __future__ import annotations

from bot.platform.i18n import N_
from bot.usecases.reports import standup
from bot.views.reports import standup as view
from handlers.registry import Answer, Feature, SlashRequest, SlashWord


def _standup(request: SlashRequest) -> Answer:
    ctx, desk = request.ctx, request.desk
    return view.standup(standup.told_today(ctx, desk), request.t)


FEATURE = Feature(
    words=(
        SlashWord(
            "standup",
            N_("yesterday's figures, and how things stand now"),
            spoken={"nl": ("cijfers",), "sv": ("siffror",)},
            run=_standup,
        ),
    )
)
