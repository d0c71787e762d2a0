"""What a handler module defines and `handlers.FEATURES` collects.

A module sets up its buttons, modals and events in a `register` function, its words of the slash command as `SlashWord`s
and its options of a card's menu as `MenuChoice`s, and puts them together in one `FEATURE`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from slack_bolt import App

from bot.domain.common.command import Command, Word
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.common.typed import Typed
from bot.platform.i18n import Translator
from bot.settings import Desk
from bot.usecases.cases.transition import permit
from bot.usecases.desk.context import Actor, Context, Role
from bot.views.common.blocks import SlackMessage
from handlers.deps import Body, HandlerDeps

Answer = SlackMessage | None
"""A word's answer, which only the agent sees; None if it opened a modal instead."""


@dataclass(frozen=True, slots=True)
class SlashRequest:
    """One use of the slash command: who typed what, and where. `words` are all the words it knows."""

    deps: HandlerDeps
    body: Body
    actor: Actor
    command: Command
    words: tuple[SlashWord, ...]

    @property
    def ctx(self) -> Context:
        """The context for use cases."""
        return self.deps.ctx

    @property
    def thread(self) -> int:
        """The thread's number. Raises Refused("number_missing") if none was given."""
        if self.command.thread is None:
            raise Refused(RefusalCode.NUMBER_MISSING, command=self.command.word)
        return self.command.thread

    @property
    def rest(self) -> str:
        """The text after the word and its number, as Slack escaped it."""
        return self.command.rest

    @property
    def text(self) -> str:
        """The text after the word and its number, as people outside of Slack read it.

        Raises Refused("slack_notation") if something in it has no meaning there, to whoever has the word's role.
        """
        return self.read(self.rest).require()

    def read(self, text: str) -> Typed:
        """Decode a part of what was typed. Raises Refused before that is found wanting if they may not use the word."""
        typed = self.deps.read(text)
        role = next(word.role for word in self.words if word.name == self.command.word)
        if typed.left is not None and role is not None:
            permit(self.ctx, self.actor, role, self.thread)
        return typed

    @property
    def desk(self) -> Desk:
        """The desk in whose channel it was typed, or else the first desk."""
        return self.deps.desk(self.body)

    @property
    def t(self) -> Translator:
        """The agent's language. Slack may have to be asked for it, so use it after the use case."""
        return self.deps.language(self.actor.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlashWord(Word):
    """A word of the slash command and what it does.

    `role` is the role that it needs. The use case checks it, in its transaction; a test compares both.
    """

    run: Callable[[SlashRequest], Answer]
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class MenuChoice:
    """What an option of a card's menu does to a thread. bot/views/cases/menu.py has its label and its conditions."""

    name: str
    run: Callable[[HandlerDeps, Body, int], None]


@dataclass(frozen=True, slots=True)
class Feature:
    """What one handler module defines."""

    register: Callable[[App, HandlerDeps], None] | None = None
    words: tuple[SlashWord, ...] = ()
    menu: tuple[MenuChoice, ...] = ()
