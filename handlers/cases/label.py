"""Label (a word, a menu on the card and a form) and unlabel (a word)."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App

from bot.domain.common.command import Number
from bot.platform.i18n import N_
from bot.usecases.cases import label as usecase
from bot.views.cases import label as view
from handlers.cases import home
from handlers.deps import Body, HandlerDeps, entered, metadata, numbered, user_of
from handlers.registry import Answer, Feature, SlashRequest, SlashWord


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("label")
    def choose(ack: Ack, action: Body, body: Body) -> None:
        thread, _, name = action["selected_option"]["value"].partition(":")
        if name:
            usecase.label(deps.ctx, deps.actor(body, "button"), numbered(thread), name)
        else:
            _ask(deps, body, numbered(thread))
        ack()

    @app.view("labels")
    def submit(ack: Ack, body: Body) -> None:
        fields = [block for block in body["view"]["blocks"] if str(block.get("block_id")).startswith(view.TICKED)]
        had = {name for block in fields for name in _names(block["element"].get("initial_options"))}
        ticked = [name for block in fields for name in _names(entered(body, block["block_id"]).get("selected_options"))]
        added = [name for name in ticked if name not in had]
        removed = sorted(had.difference(ticked))
        usecase.change_all(deps.ctx, deps.actor(body, "modal"), metadata(body)["thread"], added, removed)
        ack()
        home.refresh(deps, body)


def _names(options: list[dict[str, Any]] | None) -> list[str]:
    return [option["value"] for option in options or ()]


def _ask(deps: HandlerDeps, body: Body, thread_id: int) -> None:
    """Open the form with the thread's labels ticked."""
    shown = usecase.offered(deps.ctx, deps.actor(body, "button"), thread_id)
    t = deps.language(user_of(body))
    deps.open(body, home.marked(body, view.modal(thread_id, shown.offered, shown.of_thread, t)))


def _label(request: SlashRequest) -> Answer:
    if not request.rest:
        _ask(request.deps, request.body, request.thread)
        return None
    done = usecase.label(request.ctx, request.actor, request.thread, request.text)
    return view.labelled(done.name, request.thread, request.t, changed=done.changed, moved_to=done.moved_to)


def _unlabel(request: SlashRequest) -> Answer:
    if not request.rest:
        _ask(request.deps, request.body, request.thread)
        return None
    done = usecase.unlabel(request.ctx, request.actor, request.thread, request.text)
    return view.unlabelled(done.name, request.thread, request.t, changed=done.changed)


FEATURE = Feature(
    register,
    words=(
        SlashWord(
            "label",
            N_("say what it is about; without a name, it opens the form"),
            Number.NEEDED,
            rest=N_("name"),
            role="reply",
            spoken={"nl": ("labelen",), "sv": ("märk", "etikett")},
            run=_label,
        ),
        SlashWord(
            "unlabel",
            N_("take a label off"),
            Number.NEEDED,
            rest=N_("name"),
            role="reply",
            spoken={"nl": ("ontlabel", "ontlabelen"), "sv": ("avmärk",)},
            run=_unlabel,
        ),
    ),
)
