"""Who is on call, on request; and Slack's word that a user group has changed, which may be a roster."""

from __future__ import annotations

from slack_bolt import App

from bot.platform.i18n import N_
from bot.usecases.desk import roster, roster_reading
from bot.views.desk import roster as view
from handlers.deps import Body, HandlerDeps
from handlers.registry import Answer, Feature, SlashRequest, SlashWord


def register(app: App, deps: HandlerDeps) -> None:
    @app.event("subteam_members_changed")
    def members_changed(event: Body) -> None:
        deps.later(roster_reading.look_soon, deps.ctx, str(event["subteam_id"]))


def _oncall(request: SlashRequest) -> Answer:
    return view.answer(roster.state(request.ctx, request.desk), request.t)


FEATURE = Feature(
    register,
    words=(
        SlashWord(
            "oncall",
            N_("who is on call, until when, and who comes next"),
            spoken={"nl": ("dienst",), "sv": ("jour",)},
            run=_oncall,
        ),
    ),
)
