"""The slash command: each word is one use case, answered to the agent alone."""

from __future__ import annotations

from collections.abc import Callable

from slack_bolt import Ack, App

from bot.domain.common.command import Command, parse, person, plain
from bot.domain.common.errors import RefusalCode, Refused
from bot.platform.i18n import Translator
from bot.usecases.cases import claim, escalate, handover, queries, release
from bot.usecases.cases import close as close_usecase
from bot.usecases.desk.context import Actor
from bot.usecases.replies import reply as reply_usecase
from bot.usecases.reports import standup
from bot.views.cases import card, command_results, history, home
from bot.views.common import help  # noqa: A004 - the command's own name
from bot.views.common.blocks import SlackMessage
from bot.views.replies import reply as reply_view
from bot.views.reports import standup as standup_view
from handlers.cases import close
from handlers.cases import escalate as escalate_handler
from handlers.cases import handover as handover_handler
from handlers.deps import Body, HandlerDeps, fingerprint
from handlers.replies import reply

Answer = SlackMessage | None  # None: a modal was opened instead


def register(app: App, deps: HandlerDeps) -> None:
    @app.command(deps.ctx.settings.command)
    def typed(ack: Ack, body: Body) -> None:
        command = parse(body.get("text") or "")
        who = deps.actor(body, "command")
        answer = _WORDS[command.word](deps, who, command, body)
        if answer is None:
            ack()
        else:
            ack(response_type="ephemeral", text=answer.text, blocks=answer.blocks)


def _open(deps: HandlerDeps, who: Actor, _command: Command, body: Body) -> Answer:
    t = deps.language(who.id)
    return home.listing(queries.waiting(deps.ctx, deps.desk(body).name), t, t("Waiting"))


def _mine(deps: HandlerDeps, who: Actor, _command: Command, body: Body) -> Answer:
    t = deps.language(who.id)
    return home.listing(queries.waiting(deps.ctx, deps.desk(body).name, owner=who.id), t, t("Mine"))


def _show(deps: HandlerDeps, who: Actor, command: Command, _body: Body) -> Answer:
    return card.card(queries.look(deps.ctx, who, _thread(command)), deps.language(who.id))


def _claim(deps: HandlerDeps, who: Actor, command: Command, _body: Body) -> Answer:
    claim.claim(deps.ctx, who, _thread(command))
    return _done(deps, who, "claimed", command)


def _reply(deps: HandlerDeps, _who: Actor, command: Command, body: Body) -> Answer:
    thread_id = _thread(command)
    if not command.rest:
        reply.ask(deps, body, thread_id)
        return None
    who = deps.introduced(body, "command")
    text = plain(command.rest)
    request = f"command:{fingerprint(body)}"
    sent = reply_usecase.submit(deps.ctx, who, thread_id, text, seen=None, idempotency_key=request)
    return reply_view.confirmation(sent, deps.language(who.id))


def _escalate(deps: HandlerDeps, who: Actor, command: Command, body: Body) -> Answer:
    if not command.rest:
        escalate_handler.ask(deps, body, _thread(command))
        return None
    escalate.escalate(deps.ctx, who, _thread(command), None, plain(command.rest))
    return _done(deps, who, "escalated", command)


def _release(deps: HandlerDeps, who: Actor, command: Command, body: Body) -> Answer:
    """Without a number: the agent's thread, when there is exactly one."""
    if command.thread is None:
        own = queries.waiting(deps.ctx, deps.desk(body).name, owner=who.id)
        if own.total != 1:
            raise Refused(RefusalCode.NUMBER_MISSING, command="release")
        command = Command("release", own.threads[0].thread.id, "")
    release.release(deps.ctx, who, _thread(command))
    return _done(deps, who, "released", command)


def _handover(deps: HandlerDeps, who: Actor, command: Command, body: Body) -> Answer:
    if not command.rest:
        handover_handler.ask(deps, body, _thread(command))
        return None
    to = person(command.rest)
    if to is None:
        raise Refused(RefusalCode.UNKNOWN_PERSON, name=plain(command.rest))
    handover.hand_over(deps.ctx, who, _thread(command), to)
    return _done(deps, who, "handed_over", command, to=to)


def _close(deps: HandlerDeps, who: Actor, command: Command, body: Body) -> Answer:
    if not command.rest:
        close.ask(deps, body, _thread(command))
        return None
    close_usecase.close(deps.ctx, who, _thread(command), plain(command.rest))
    return _done(deps, who, "closed", command)


def _history(deps: HandlerDeps, who: Actor, command: Command, _body: Body) -> Answer:
    handle = plain(command.rest).strip()
    if not handle:
        raise Refused(RefusalCode.HANDLE_MISSING)
    return history.message(queries.of_customer(deps.ctx, who, handle), handle, deps.language(who.id))


def _standup(deps: HandlerDeps, who: Actor, _command: Command, body: Body) -> Answer:
    desk = deps.desk(body)
    figures = standup.standup_of(deps.ctx, desk, standup.yesterday(deps.ctx, desk))
    return standup_view.standup(figures, deps.language(who.id))


def _help(deps: HandlerDeps, who: Actor, _command: Command, _body: Body) -> Answer:
    return help.help(deps.ctx.settings.command, deps.language(who.id))


_WORDS: dict[str, Callable[[HandlerDeps, Actor, Command, Body], Answer]] = {
    "open": _open,
    "mine": _mine,
    "show": _show,
    "claim": _claim,
    "reply": _reply,
    "escalate": _escalate,
    "release": _release,
    "handover": _handover,
    "close": _close,
    "history": _history,
    "standup": _standup,
    "help": _help,
}


def _thread(command: Command) -> int:
    if command.thread is None:
        raise Refused(RefusalCode.NUMBER_MISSING, command=command.word)
    return command.thread


def _done(deps: HandlerDeps, who: Actor, what: str, command: Command, **details: str) -> SlackMessage:
    t: Translator = deps.language(who.id)
    return command_results.done(what, _thread(command), t, **details)
