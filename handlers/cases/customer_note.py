"""Note: a word that keeps what colleagues should know of a customer."""

from __future__ import annotations

from bot.domain.common.command import Number
from bot.platform.i18n import N_
from bot.usecases.cases.customer_note import note
from bot.views.cases import customer_note as view
from handlers.registry import Answer, Feature, SlashRequest, SlashWord


def _note(request: SlashRequest) -> Answer:
    waits_on = note(request.ctx, request.actor, request.thread, request.text)
    return view.done(request.thread, request.t, waits_on=waits_on)


FEATURE = Feature(
    words=(
        SlashWord(
            "note",
            N_("keep what colleagues should know of a customer"),
            Number.NEEDED,
            rest=N_("words…"),
            role="claim",
            spoken={"nl": ("notitie",), "sv": ("anteckning",)},
            run=_note,
        ),
    ),
)
