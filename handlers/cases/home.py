"""What is mine and what waits: the App Home, built when somebody opens it, and the command's lists."""

from __future__ import annotations

import json

from slack_bolt import App

from bot.domain.common.command import plain
from bot.platform import slack
from bot.platform.i18n import N_
from bot.usecases.cases import home as usecase
from bot.usecases.cases import queries
from bot.usecases.desk import configured
from bot.views.cases import home as view
from bot.views.common.blocks import IN_A_LIST
from handlers.deps import Body, HandlerDeps, channel_of, user_of, view_of
from handlers.registry import Answer, Feature, SlashRequest, SlashWord


def register(app: App, deps: HandlerDeps) -> None:
    @app.event("app_home_opened")
    def opened(event: Body) -> None:
        if event.get("tab", "home") == "home":
            deps.later(publish, deps, event["user"])


def publish(deps: HandlerDeps, user: str) -> None:
    member = deps.member(user)
    settings = configured.visible(deps.ctx, member)
    home = view.home(queries.home(deps.ctx, user), settings, user, deps.language(user))
    slack.call(deps.client, "views.publish", user_id=user, view=home)
    usecase.opened(deps.ctx, member)


def refresh(deps: HandlerDeps, body: Body) -> None:
    """Refresh the home tab or the list in which somebody has just acted, or from which they had opened a modal."""
    if _from_home(body):
        deps.later(publish, deps, user_of(body))
    elif place := _list(body):
        deps.later(queries.resend_list, deps.ctx, *place)


def marked(body: Body, modal: Body) -> Body:
    """Note in a modal's metadata that it was opened from the home tab, or from which list."""
    origin = {"home": True} if _from_home(body) else {"list": place} if (place := _list(body)) else {}
    if origin:
        modal["private_metadata"] = json.dumps(json.loads(modal["private_metadata"]) | origin)
    return modal


def _from_home(body: Body) -> bool:
    return bool(view_of(body, "home") or _metadata(view_of(body, "modal") or {}).get("home"))


def _list(body: Body) -> tuple[str, str] | None:
    """Return channel and ts of the list of threads in which somebody acted; None if it was anything else."""
    if modal := view_of(body, "modal"):
        place = _metadata(modal).get("list")
        return (str(place[0]), str(place[1])) if isinstance(place, list) and len(place) == 2 else None
    pressed: Body = next(iter(body.get("actions") or ()), {})
    channel, ts = channel_of(body), body.get("container", {}).get("message_ts")
    return (channel, ts) if str(pressed.get("block_id")).startswith(IN_A_LIST) and channel and ts else None


def _metadata(modal: Body) -> Body:
    """Return what our view wrote into a modal; {} if Slack sent none, or something else."""
    try:
        found = json.loads(modal.get("private_metadata") or "{}")
    except (TypeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _open(request: SlashRequest) -> Answer:
    who, leads = request.actor.id, request.actor.id in request.desk.leads
    if request.rest and request.desk.labels:
        name, waiting = queries.waiting_with_label(request.ctx, request.desk, plain(request.rest))
        title = request.t("Waiting with the label “{label}”", label=name)
        return view.listing(waiting, who, request.t, title, leads=leads)
    waiting = queries.waiting(request.ctx, request.desk.stable_key)
    return view.listing(waiting, who, request.t, request.t("Waiting"), leads=leads)


def _mine(request: SlashRequest) -> Answer:
    t, who = request.t, request.actor.id
    return view.listing(queries.waiting(request.ctx, request.desk.stable_key, owner=who), who, t, t("Mine"))


FEATURE = Feature(
    register,
    words=(
        SlashWord(
            "open",
            N_("what is waiting, most urgent first"),
            hinted=True,
            spoken={"nl": ("wachtend",), "sv": ("öppna", "väntar")},
            run=_open,
        ),
        SlashWord(
            "mine", N_("what you have claimed"), hinted=True, spoken={"nl": ("mijn",), "sv": ("mina",)}, run=_mine
        ),
    ),
)
