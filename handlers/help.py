"""Help: every word of the slash command."""

from __future__ import annotations

from bot.platform.i18n import N_
from bot.views.common import help as view
from handlers.registry import Answer, Feature, SlashRequest, SlashWord


def _help(request: SlashRequest) -> Answer:
    return view.help(request.ctx.settings.command, request.words, request.t)


FEATURE = Feature(
    words=(SlashWord("help", N_("this list"), hinted=True, spoken={"nl": ("hulp",), "sv": ("hjälp",)}, run=_help),)
)
