"""Every word of the slash command is for the role that its registration names, and for nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from bot.domain.common.command import parse
from bot.domain.common.errors import RefusalCode, Refused
from bot.platform import slack
from bot.settings import Roles
from handlers import SLASH_WORDS
from handlers.deps import HandlerDeps
from handlers.registry import SlashRequest, SlashWord
from tests.support.team import Team

ROLES = ("claim", "reply", "escalate", "configure")

Type = Callable[[str, Roles], RefusalCode | None]


@pytest.fixture
def typed(team: Team) -> Iterator[Type]:
    """Type a command as Lars, at a desk with these roles: the code of the refusal, or None."""
    with ExitStack() as after:

        def as_lars(text: str, roles: Roles) -> RefusalCode | None:
            (desk,) = team.ctx.settings.desks
            settings = replace(team.ctx.settings, desks=(desk.model_copy(update={"roles": roles}),))
            deps = HandlerDeps(replace(team.ctx, settings=settings), slack.client("xoxb-unused", "http://127.0.0.1:9/"))
            after.callback(deps.stop)
            body = {"user_id": "U0LARS", "channel_id": "C0SUPPORT", "text": text}
            command = parse(text, SLASH_WORDS)
            (word,) = (word for word in SLASH_WORDS if word.name == command.word)
            try:
                word.run(SlashRequest(deps, body, deps.actor(body, "command"), command, SLASH_WORDS))
            except Refused as refusal:
                return refusal.code
            return None

        yield as_lars


@pytest.mark.parametrize("word", SLASH_WORDS, ids=lambda word: word.name)
def test_word_is_for_its_role_alone(team: Team, typed: Type, word: SlashWord) -> None:
    text = f"{word.form.replace('1042', str(team.write()))} <@U0EMMA>"
    others = Roles(**{role: ("U0EMMA",) if role == word.role else ("U0LARS",) for role in ROLES})
    assert (typed(text, others) is RefusalCode.NOT_ALLOWED) == (word.role is not None)
    alone = Roles(**{role: ("U0LARS",) if role == word.role else ("U0EMMA",) for role in ROLES})
    assert typed(text, alone) is not RefusalCode.NOT_ALLOWED
