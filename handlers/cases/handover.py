"""Hand over (a word, a menu option, and a modal that asks to whom) and Take over (a button and a menu option)."""

from __future__ import annotations

from dataclasses import replace

from slack_bolt import Ack, App

from bot.domain.common.command import Number, addressed, plain
from bot.domain.common.errors import RefusalCode, Refused
from bot.platform import slack
from bot.platform.i18n import N_
from bot.usecases.cases import queries
from bot.usecases.cases.handover import hand_over, take_over, takeable
from bot.usecases.desk import presence
from bot.views.cases import handover as view
from bot.views.cases.command_results import handed_over
from bot.views.common.modal_update import unnoticed
from handlers.cases import home
from handlers.deps import Body, HandlerDeps, channel_of, entered, metadata, number, user_of, view_of
from handlers.registry import Answer, Feature, MenuChoice, SlashRequest, SlashWord


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("take_over")
    def take(ack: Ack, action: Body, body: Body) -> None:
        ask_why(deps, body, number(action))
        ack()
        home.refresh(deps, body)
        if shown := view_of(body, "modal"):  # it shows the notice that a colleague owns the thread
            deps.later(slack.call, deps.client, "views.update", view_id=shown["id"], view=unnoticed(shown))

    @app.view("take_over")
    def submit_why(ack: Ack, body: Body) -> None:
        kept, why = metadata(body), deps.field(body, "reason")
        take_over(deps.ctx, replace(deps.actor(body, "modal"), channel=kept.get("channel")), kept["thread"], why)
        ack()
        home.refresh(deps, body)

    @app.action("hand_over")
    def give(ack: Ack, action: Body, body: Body) -> None:
        ask(deps, body, number(action))
        ack()

    @app.view("hand_over")
    def submit(ack: Ack, body: Body) -> None:
        to = entered(body, "to")["selected_user"]
        note = deps.field(body, "note")
        try:
            hand_over(deps.ctx, deps.actor(body, "modal"), metadata(body)["thread"], deps.candidate(to), note)
        except Refused as refusal:
            if refusal.details.get("owner") == to:
                refusal.details["field"] = "to"
            raise
        ack()
        home.refresh(deps, body)
        deps.later(_warn, deps, user_of(body), metadata(body)["thread"], to)


def _warn(deps: HandlerDeps, user: str, thread_id: int, to: str) -> None:
    """Tell whoever gave a thread away if its new owner does not hear of it now."""
    thread = queries.card(deps.ctx, thread_id).thread
    if gone := presence.missing(deps.ctx, deps.ctx.desk_of(thread), [to]):
        deps.post_ephemeral(user, deps.ctx.channel_of(thread), handed_over(thread_id, to, gone, deps.language(user)))


def ask(deps: HandlerDeps, body: Body, thread_id: int) -> None:
    """Open the modal that asks to whom the thread goes."""
    queries.look(deps.ctx, deps.actor(body, "button"), thread_id)
    deps.open(body, home.marked(body, view.modal(thread_id, deps.language(user_of(body)))))


def ask_why(deps: HandlerDeps, body: Body, thread_id: int) -> None:
    """Open the modal that asks why a thread is taken over; one without an owner is the agent's at once."""
    who = deps.actor(body, "button")
    thread = takeable(deps.ctx, who, thread_id)
    if thread.owner is None:
        take_over(deps.ctx, who, thread_id)
        return
    asks = view.take_over(thread, channel_of(body), deps.ctx.clock.now(), deps.language(who.id))
    show = deps.push if view_of(body, "modal") else deps.open
    show(body, home.marked(body, asks))


def _hand_over(request: SlashRequest) -> Answer:
    if not request.rest:
        ask(request.deps, request.body, request.thread)
        return None
    to, note = addressed(request.rest)
    if to is None:
        raise Refused(RefusalCode.UNKNOWN_PERSON, name=plain(request.rest))
    note = request.read(note).require()
    hand_over(request.ctx, request.actor, request.thread, request.deps.candidate(to), note)
    desk = request.ctx.desk_of(queries.card(request.ctx, request.thread).thread)
    return handed_over(request.thread, to, presence.missing(request.ctx, desk, [to]), request.t)


FEATURE = Feature(
    register,
    words=(
        SlashWord(
            "handover",
            N_("give it to a colleague"),
            Number.NEEDED,
            rest=N_("@name note…"),
            role="claim",
            spoken={"nl": ("overdragen",), "sv": ("lämna", "överlämna")},
            run=_hand_over,
        ),
    ),
    menu=(MenuChoice("hand_over", ask), MenuChoice("take_over", ask_why)),
)
