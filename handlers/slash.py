"""The slash command: its first word says which feature answers. Only the agent sees the answer."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.domain.common.command import parse
from bot.domain.common.errors import Refused
from handlers.deps import Body, HandlerDeps, ephemeral
from handlers.registry import SlashRequest, SlashWord


def register(app: App, deps: HandlerDeps, words: tuple[SlashWord, ...]) -> None:
    named = {word.name: word for word in words}

    @app.command(deps.ctx.settings.command)
    def typed(ack: Ack, body: Body) -> None:
        command = parse(body.get("text") or "", words)
        word = named[command.word]
        try:
            answer = word.run(SlashRequest(deps, body, deps.actor(body, "command"), command, words))
        except Refused as refusal:
            if not word.rest:
                refusal.details.setdefault("text", "")  # it takes no words that could be lost
            raise
        if answer is None:
            ack()
        else:
            ack(**ephemeral(answer))
