"""Merge and split: a button each on the card, and a word each."""

from __future__ import annotations

from slack_bolt import Ack, App, Respond

from bot.domain.common.command import Number
from bot.domain.common.errors import RefusalCode, Refused
from bot.platform.i18n import N_
from bot.usecases.cases.merge import candidates, merge, split
from bot.usecases.desk.context import Actor
from bot.views.cases import merge as view
from bot.views.common.blocks import SlackMessage
from handlers.cases import home
from handlers.deps import Body, HandlerDeps, channel_of, ephemeral, is_ephemeral, number, numbered
from handlers.registry import Answer, Feature, SlashRequest, SlashWord


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("merge")
    def click(ack: Ack, action: Body, body: Body) -> None:
        who = deps.actor(body, "button")
        thread_id, into_id = _numbers(action["value"])
        answer = _merge(deps, who, thread_id, into_id)
        ack()
        home.refresh(deps, body)
        deps.later(deps.post_ephemeral, who.id, channel_of(body) or who.id, answer)

    @app.action("merge_for")
    def chosen(ack: Ack, action: Body, body: Body, respond: Respond) -> None:
        """Merge for the owner who was chosen; the answer takes the question's place."""
        numbers, _, owner = action["value"].rpartition(" ")
        thread_id, into_id = _numbers(numbers)
        answer = _merge(deps, deps.actor(body, "button"), thread_id, into_id, owner)
        ack()
        deps.later(respond, **ephemeral(answer), replace_original=is_ephemeral(body))

    @app.action("split")
    def apart(ack: Ack, action: Body, body: Body, respond: Respond) -> None:
        """Split. The cards show it by themselves; where the button stood under the confirmation, that is replaced."""
        who, thread_id = deps.actor(body, "button"), number(action)
        into_id = split(deps.ctx, who, thread_id)
        ack()
        home.refresh(deps, body)
        if is_ephemeral(body):
            answer = view.undone(thread_id, into_id, deps.language(who.id))
            deps.later(respond, **ephemeral(answer), replace_original=True)


def _merge(deps: HandlerDeps, who: Actor, thread_id: int, into_id: int, owner: str | None = None) -> SlackMessage:
    """Merge, or ask first who keeps the thread; return the answer."""
    try:
        merge(deps.ctx, who, thread_id, into_id, owner=owner)
    except Refused as refusal:
        if refusal.code is not RefusalCode.TWO_OWNERS:
            raise
        return view.which_owner(thread_id, into_id, refusal.details["owners"], deps.language(who.id))
    return view.done(thread_id, into_id, deps.language(who.id))


def _numbers(value: str) -> tuple[int, int]:
    first, _, second = value.partition(" ")
    return numbered(first), numbered(second)


def _typed(request: SlashRequest) -> Answer:
    """The first number is the thread that goes on. The second may be left out where only one other is open."""
    others = list(request.command.others) or candidates(request.ctx, request.actor, request.thread)
    if len(others) != 1:
        raise Refused(RefusalCode.NUMBER_MISSING, command="merge 1041")
    return _merge(request.deps, request.actor, others[0], request.thread)


def _split(request: SlashRequest) -> Answer:
    into_id = split(request.ctx, request.actor, request.thread)
    return view.undone(request.thread, into_id, request.t)


FEATURE = Feature(
    register,
    words=(
        SlashWord(
            "merge",
            N_("put the second thread of a customer into the first"),
            Number.SEVERAL,
            role="claim",
            spoken={"nl": ("samenvoegen",), "sv": ("slåihop",)},
            run=_typed,
        ),
        SlashWord(
            "split",
            N_("take a merged thread out again, within a day"),
            Number.NEEDED,
            role="claim",
            spoken={"nl": ("splits", "splitsen"), "sv": ("dela",)},
            run=_split,
        ),
    ),
)
