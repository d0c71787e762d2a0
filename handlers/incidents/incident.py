"""Incidents: the word, and the buttons on their message and on cards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from slack_bolt import Ack, App

from bot.domain.common.command import MAX_NUMBERS, plain
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.incidents import typed
from bot.domain.incidents.incident import Incident
from bot.platform.i18n import N_
from bot.usecases.cases import queries
from bot.usecases.cases.claim import shown as claims_shown
from bot.usecases.desk.context import Actor
from bot.usecases.incidents import incident as usecase
from bot.usecases.incidents import line, members, shown
from bot.usecases.incidents.claim_five import claim_five
from bot.views.cases.command_results import yours
from bot.views.incidents import forms, live, results
from handlers.cases import home
from handlers.deps import Body, HandlerDeps, channel_of, entered, metadata, number, numbered, user_of
from handlers.registry import Answer, Feature, SlashRequest, SlashWord


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("incident_claim")
    def claim(ack: Ack, action: Body, body: Body) -> None:
        who, since = deps.actor(body, "button"), deps.ctx.clock.now()
        claimed = claim_five(deps.ctx, who, number(action))
        ack()
        deps.later(_tell, deps, who, channel_of(body) or who.id, claimed, since)

    @app.action("incident_line")
    def write(ack: Ack, action: Body, body: Body) -> None:
        incident = line.written(deps.ctx, deps.actor(body, "button"), number(action))
        deps.open(body, forms.line(incident, deps.language(user_of(body))))
        ack()

    @app.view("incident_line")
    def written(ack: Ack, body: Body) -> None:
        text, about = deps.field(body, forms.LINE), metadata(body)
        line.propose(deps.ctx, deps.actor(body, "modal"), about["incident"], text, seen=about["seen"])
        ack()

    @app.action("incident_approve")
    def approve(ack: Ack, action: Body, body: Body) -> None:
        incident, _, proposal = action["value"].partition(":")
        line.approve(deps.ctx, deps.actor(body, "button"), numbered(incident), proposal)
        ack()

    @app.action("incident_solved")
    def solved(ack: Ack, action: Body, body: Body) -> None:
        usecase.solve(deps.ctx, deps.actor(body, "button"), number(action))
        ack()

    @app.action("incident_close")
    def close(ack: Ack, action: Body, body: Body) -> None:
        usecase.close(deps.ctx, deps.actor(body, "button"), number(action))
        ack()

    @app.action("incident_join")
    def join(ack: Ack, action: Body, body: Body) -> None:
        thread, _, incident = action["value"].partition(":")
        who = deps.actor(body, "button")
        members.join(deps.ctx, who, numbered(incident), numbered(thread), how="suggestion")
        ack()
        home.refresh(deps, body)

    @app.action("incident_leave")
    def leave(ack: Ack, action: Body, body: Body) -> None:
        thread, _, incident = action["value"].partition(":")
        members.leave(deps.ctx, deps.actor(body, "button"), numbered(thread), numbered(incident))
        ack()
        home.refresh(deps, body)

    @app.view("incident_open")
    def opened(ack: Ack, body: Body) -> None:
        desk = deps.ctx.settings.desk(metadata(body)["desk"])
        name, words = deps.field(body, forms.NAME), entered(body, forms.WORDS).get("value") or ""
        label = (entered(body, forms.LABEL).get("selected_option") or {}).get("value")
        usecase.open_(deps.ctx, deps.actor(body, "modal"), desk, name, words=deps.read(words).text, label=label)
        ack()


def _tell(deps: HandlerDeps, who: Actor, channel: str, claimed: list[int], since: datetime) -> None:
    deps.post_ephemeral(who.id, channel, yours(queries.rows_of(deps.ctx, claimed), deps.language(who.id)))
    claims_shown(deps.ctx, who, since)


def _incident(request: SlashRequest) -> Answer:
    asked = typed.deed(plain(request.rest))
    if asked.name is None:  # the incident itself, by its number or name
        return _show(request, usecase.meant(request.ctx, request.desk, plain(request.rest)))
    return _DEEDS[asked.name](request, asked.rest)


def _show(request: SlashRequest, incident: Incident) -> Answer:
    return live.live(shown.live(request.ctx, incident.id), request.t)


def _list(request: SlashRequest, _text: str) -> Answer:
    return live.listing(shown.of_desk(request.ctx, request.desk), request.t, request.ctx.settings.command)


def _solved(request: SlashRequest, text: str) -> Answer:
    meant = usecase.meant(request.ctx, request.desk, text)
    return _show(request, usecase.solve(request.ctx, request.actor, meant.id))


def _close(request: SlashRequest, text: str) -> Answer:
    """Answer with what it came to, and who has not been told."""
    meant = usecase.meant(request.ctx, request.desk, text)
    return _show(request, usecase.close(request.ctx, request.actor, meant.id))


def _open(request: SlashRequest, text: str) -> Answer:
    desk = request.desk
    if not text:
        usecase.require_lead(request.actor, desk)
        request.deps.open(request.body, forms.opening(desk.stable_key, (), desk.label_names, request.t))
        return None
    name, label = typed.name_and_label(text)
    return results.opened(usecase.open_(request.ctx, request.actor, desk, name, label=label or None), request.t)


def _join(request: SlashRequest, text: str) -> Answer:
    going_on = [incident.id for incident in usecase.going_on(request.ctx, request.desk)]
    numbers, said = typed.numbers_and_incident(text, going_on)
    _require_numbers(numbers, "incident join")
    incident = usecase.meant(request.ctx, request.desk, said)
    done = _each(request, numbers, lambda who, thread: members.join(request.ctx, who, incident.id, thread))
    return results.joined(incident, done, request.ctx.clock.now(), request.t)


def _leave(request: SlashRequest, text: str) -> Answer:
    numbers, _ = typed.numbers_and_incident(text)
    _require_numbers(numbers, "incident leave")
    done = _each(request, numbers, lambda who, thread: members.leave(request.ctx, who, thread))
    return results.left(done, request.ctx.clock.now(), request.t)


def _require_numbers(numbers: list[int], command: str) -> None:
    if not numbers:
        raise Refused(RefusalCode.NUMBER_MISSING, command=command)
    if len(numbers) > MAX_NUMBERS:
        raise Refused(RefusalCode.TOO_MANY_NUMBERS, limit=MAX_NUMBERS)


def _each(
    request: SlashRequest, numbers: list[int], act: Callable[[Actor, int], Incident]
) -> dict[int, Incident | Refused]:
    """Do this to each thread; return by number the incident, or why not. Raises Refused for a single number."""
    done: dict[int, Incident | Refused] = {}
    who = request.actor
    for thread in numbers:
        try:
            done[thread] = act(who, thread)
        except Refused as refusal:
            if len(numbers) == 1:
                raise
            done[thread] = refusal
        else:
            who = replace(who, idempotency_key=None)  # a request can be recorded only once
    return done


_DEEDS: dict[str, Callable[[SlashRequest, str], Answer]] = {
    "open": _open,
    "list": _list,
    "join": _join,
    "leave": _leave,
    "solved": _solved,
    "close": _close,
}


FEATURE = Feature(
    register,
    words=(
        SlashWord(
            "incident",
            N_("one cause for which many write: open, close, join, leave, solved; alone, the list"),
            rest=N_('open "power cut"'),
            spoken={"nl": ("storing",), "sv": ("händelse",)},
            run=_incident,
        ),
    ),
)
