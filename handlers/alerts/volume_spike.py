"""The button of a volume spike that opens an incident with its words."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.domain.common.errors import Gone, RefusalCode, Refused
from bot.usecases.alerts import volume_spike
from bot.usecases.incidents.incident import require_lead
from bot.views.incidents import forms
from handlers.deps import Body, HandlerDeps, number, user_of
from handlers.registry import Feature


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("incident_from_spike")
    def ask(ack: Ack, action: Body, body: Body) -> None:
        try:
            signal = volume_spike.signal(deps.ctx, number(action))
            desk = deps.ctx.settings.desk(signal.spike.desk)
        except Gone:
            raise Refused(RefusalCode.OUTDATED, command=deps.ctx.settings.command) from None
        require_lead(deps.actor(body, "button"), desk)
        words = [word.text for word in signal.words]
        deps.open(body, forms.opening(desk.stable_key, words, desk.label_names, deps.language(user_of(body))))
        ack()


FEATURE = Feature(register)
