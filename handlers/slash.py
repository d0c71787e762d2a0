"""The slash command: each word is one use case, answered to the agent alone."""

from __future__ import annotations

from collections.abc import Callable

from slack_bolt import Ack, App

from bot.domain.common.command import Command, parse, person, plain
from bot.domain.common.errors import Refused
from bot.platform.i18n import Translator
from bot.usecases.cases import claim, escalate, handover, queries, release
from bot.usecases.cases import close as close_usecase
from bot.usecases.desk.context import Actor
from bot.usecases.replies import reply as reply_usecase
from bot.usecases.reports import standup
from bot.views.cases import card, command_results, history, home
from bot.views.common import help  # noqa: A004 - the command's own name
from bot.views.common.blocks import Message
from bot.views.replies import reply as reply_view
from bot.views.reports import standup as standup_view
from handlers.cases import close
from handlers.cases import escalate as escalate_handler
from handlers.cases import handover as handover_handler
from handlers.deps import Body, Front, fingerprint
from handlers.replies import reply

Answer = Message | None  # None: a modal was opened instead


def register(app: App, front: Front) -> None:
    @app.command(front.ctx.settings.command)
    def typed(ack: Ack, body: Body) -> None:
        command = parse(body.get("text") or "")
        who = front.actor(body, "command")
        answer = _WORDS[command.word](front, who, command, body)
        if answer is None:
            ack()
        else:
            ack(response_type="ephemeral", text=answer.text, blocks=answer.blocks)


def _open(front: Front, who: Actor, _command: Command, body: Body) -> Answer:
    t = front.language(who.id)
    return home.listing(queries.waiting(front.ctx, front.desk(body).name), t, t("Waiting"))


def _mine(front: Front, who: Actor, _command: Command, body: Body) -> Answer:
    t = front.language(who.id)
    return home.listing(queries.waiting(front.ctx, front.desk(body).name, owner=who.id), t, t("Mine"))


def _show(front: Front, who: Actor, command: Command, _body: Body) -> Answer:
    return card.card(queries.look(front.ctx, who, _thread(command)), front.language(who.id))


def _claim(front: Front, who: Actor, command: Command, _body: Body) -> Answer:
    claim.claim(front.ctx, who, _thread(command))
    return _done(front, who, "claimed", command)


def _reply(front: Front, _who: Actor, command: Command, body: Body) -> Answer:
    thread_id = _thread(command)
    if not command.rest:
        reply.ask(front, body, thread_id)
        return None
    who = front.introduced(body, "command")
    text = plain(command.rest)
    request = f"command:{fingerprint(body)}"
    sent = reply_usecase.submit(front.ctx, who, thread_id, text, seen=None, request=request)
    return reply_view.confirmation(sent, front.language(who.id))


def _escalate(front: Front, who: Actor, command: Command, body: Body) -> Answer:
    if not command.rest:
        escalate_handler.ask(front, body, _thread(command))
        return None
    escalate.escalate(front.ctx, who, _thread(command), None, plain(command.rest))
    return _done(front, who, "escalated", command)


def _release(front: Front, who: Actor, command: Command, body: Body) -> Answer:
    """Without a number: the agent's thread, when there is exactly one."""
    if command.thread is None:
        own = queries.waiting(front.ctx, front.desk(body).name, owner=who.id)
        if own.total != 1:
            raise Refused("number_missing", command="release")
        command = Command("release", own.threads[0].thread.id, "")
    release.release(front.ctx, who, _thread(command))
    return _done(front, who, "released", command)


def _handover(front: Front, who: Actor, command: Command, body: Body) -> Answer:
    if not command.rest:
        handover_handler.ask(front, body, _thread(command))
        return None
    to = person(command.rest)
    if to is None:
        raise Refused("unknown_person", name=plain(command.rest))
    handover.hand_over(front.ctx, who, _thread(command), to)
    return _done(front, who, "handed_over", command, to=to)


def _close(front: Front, who: Actor, command: Command, body: Body) -> Answer:
    if not command.rest:
        close.ask(front, body, _thread(command))
        return None
    close_usecase.close(front.ctx, who, _thread(command), plain(command.rest))
    return _done(front, who, "closed", command)


def _history(front: Front, who: Actor, command: Command, _body: Body) -> Answer:
    handle = plain(command.rest).strip()
    if not handle:
        raise Refused("handle_missing")
    return history.message(queries.of_customer(front.ctx, who, handle), handle, front.language(who.id))


def _standup(front: Front, who: Actor, _command: Command, body: Body) -> Answer:
    desk = front.desk(body)
    facts = standup.facts(front.ctx, desk, standup.yesterday(front.ctx, desk))
    return standup_view.standup(facts, front.language(who.id))


def _help(front: Front, who: Actor, _command: Command, _body: Body) -> Answer:
    return help.help(front.ctx.settings.command, front.language(who.id))


_WORDS: dict[str, Callable[[Front, Actor, Command, Body], Answer]] = {
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
        raise Refused("number_missing", command=command.word)
    return command.thread


def _done(front: Front, who: Actor, what: str, command: Command, **facts: str) -> Message:
    t: Translator = front.language(who.id)
    return command_results.done(what, _thread(command), t, **facts)
