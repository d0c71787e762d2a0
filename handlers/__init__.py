"""Handlers parse what Slack sent, call one use case, and acknowledge with what really happened.

Every handler module defines a `FEATURE`: its buttons, modals and events, its words of the slash command, and its
options of a card's menu.
"""

from __future__ import annotations

from slack_bolt import App

from bot.domain.common.command import usage_hint
from handlers import help as help_
from handlers import ignored, overflow, refusals, slash, talk
from handlers.alerts import backlog, volume_spike
from handlers.cases import (
    answer_colleague,
    claim,
    close,
    crm,
    customer,
    customer_note,
    escalate,
    find,
    handover,
    hear,
    hide,
    history,
    home,
    joining,
    label,
    like,
    merge,
    move,
    mute,
    not_urgent,
    outcome,
    promise,
    release,
    show,
    snooze,
    why,
)
from handlers.deps import HandlerDeps
from handlers.desk import absence, roster, settings
from handlers.incidents import incident, public_update
from handlers.knowledge import bank
from handlers.listening import found
from handlers.reminders import do_not_disturb, nag
from handlers.replies import (
    advice,
    approval,
    claim_next,
    look,
    private_link,
    rating,
    reply,
    second_look,
    take_back,
    undo,
    work_through,
)
from handlers.replies import bank as reply_bank
from handlers.reports import feedback, standup

FEATURES = (
    home.FEATURE,
    show.FEATURE,
    claim.FEATURE,
    claim_next.FEATURE,
    reply.FEATURE,
    second_look.FEATURE,
    approval.FEATURE,
    look.FEATURE,
    reply_bank.FEATURE,
    advice.FEATURE,
    private_link.FEATURE,
    undo.FEATURE,
    take_back.FEATURE,
    work_through.FEATURE,
    escalate.FEATURE,
    answer_colleague.FEATURE,
    release.FEATURE,
    handover.FEATURE,
    move.FEATURE,
    hide.FEATURE,
    snooze.FEATURE,
    promise.FEATURE,
    close.FEATURE,
    outcome.FEATURE,
    rating.FEATURE,
    like.FEATURE,
    hear.FEATURE,
    label.FEATURE,
    incident.FEATURE,
    public_update.FEATURE,
    not_urgent.FEATURE,
    mute.FEATURE,
    merge.FEATURE,
    history.FEATURE,
    find.FEATURE,
    customer.FEATURE,
    joining.FEATURE,
    crm.FEATURE,
    customer_note.FEATURE,
    bank.FEATURE,
    why.FEATURE,
    nag.FEATURE,
    roster.FEATURE,
    do_not_disturb.FEATURE,
    absence.FEATURE,
    standup.FEATURE,
    feedback.FEATURE,
    settings.FEATURE,
    help_.FEATURE,
    backlog.FEATURE,
    volume_spike.FEATURE,
    found.FEATURE,
    ignored.FEATURE,  # last: it accepts every event that no other feature handles
)
"""Every feature. The help lists their words in this order."""

SLASH_WORDS = tuple(word for feature in FEATURES for word in feature.words)
MENU_CHOICES = tuple(choice for feature in FEATURES for choice in feature.menu)
USAGE_HINT = usage_hint(SLASH_WORDS)


def register(app: App, deps: HandlerDeps) -> None:
    talk.register(app, deps, SLASH_WORDS)
    for feature in FEATURES:
        if feature.register is not None:
            feature.register(app, deps)
    slash.register(app, deps, SLASH_WORDS)
    overflow.register(app, deps, MENU_CHOICES)
    refusals.register(app, deps)
