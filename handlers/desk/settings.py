"""Settings: the word, the button on the home tab, the forms, the look at what a change does, and the undo."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App

from bot.domain.common.errors import RefusalCode, Refused
from bot.platform import slack
from bot.platform.i18n import N_, Translator
from bot.settings import overlay
from bot.settings.overlay import Origin
from bot.usecases.cases import retarget
from bot.usecases.desk import settings
from bot.views.common.blocks import View
from bot.views.common.refused import sentence
from bot.views.desk import settings as view
from bot.views.desk.models import SettingsPage
from handlers.deps import Body, HandlerDeps, entered, user_of
from handlers.deps import metadata as kept_in
from handlers.registry import Answer, Feature, SlashRequest, SlashWord

LONGEST_METADATA = 3000  # of a modal, in which what was typed waits for the confirmation


def register(app: App, deps: HandlerDeps) -> None:
    _register_page(app, deps)
    _register_forms(app, deps)


def _register_page(app: App, deps: HandlerDeps) -> None:
    @app.action("settings")
    def click(ack: Ack, action: Body, body: Body) -> None:
        deps.open(body, _page(deps, body, action["value"]))
        ack()

    @app.action(re.compile(r"^settings_desk:\d+$"))
    def other_desk(ack: Ack, action: Body, body: Body) -> None:
        shown = _page(deps, body, action["value"])
        ack()
        deps.later(slack.call, deps.client, "views.update", view_id=body["view"]["id"], view=shown)

    @app.action("settings_change")
    def change(ack: Ack, action: Body, body: Body) -> None:
        group, _, desk = action["value"].partition(" ")
        found = settings.page(deps.ctx, deps.actor(body, "button"), desk)
        deps.push(body, view.form(found, group, {}, deps.language(user_of(body))))
        ack()

    @app.action("settings_undo")
    def undo(ack: Ack, action: Body, body: Body) -> None:
        ids, _, desk = action["value"].partition(" ")
        who = deps.actor(body, "button")
        done = settings.undo(deps.ctx, who, desk, [int(each) for each in ids.split(",")])
        ack()
        if body["view"]["callback_id"] == "settings_saved":
            shown = view.saved(desk, done, deps.language(who.id), undone=True)
            deps.later(slack.call, deps.client, "views.update", view_id=body["view"]["id"], view=shown)
        deps.later(_show_root, deps, body, desk)


def _register_forms(app: App, deps: HandlerDeps) -> None:
    @app.view("settings_form")
    def look(ack: Ack, body: Body) -> None:
        """Check what was typed and show what it does; nothing is saved yet."""
        metadata, t = kept_in(body), deps.language(user_of(body))
        found = settings.page(deps.ctx, deps.actor(body, "modal"), metadata["desk"])
        typed, errors = _typed(deps, body, found, metadata, t)
        if errors:
            ack(response_action="errors", errors=errors)
            return
        if "holidays" in typed and (typed["holidays"] or []) != metadata["of"]:
            notice = t("Please look at the holidays that are offered now.")
            asked = view.form(found, "holidays", typed, t, notice=notice, seen=metadata["seen"])
            ack(response_action="update", view=asked)
            return
        if not settings.opens(deps.ctx, found.key, typed):
            ack(response_action="errors", errors={_first_field(body): view.never_open(t)})
            return
        values = {key: value for key, value in typed.items() if overlay.typed(key, value) != found.of(key).value}
        if not values:
            ack(response_action="errors", errors={_first_field(body): t("Nothing has been changed yet.")})
            return
        shown = _preview(deps, found, values, metadata, t)
        if len(shown["private_metadata"]) > LONGEST_METADATA:
            ack(response_action="errors", errors={_first_field(body): t("That is too long. Please shorten it.")})
            return
        ack(response_action="update", view=shown)

    @app.action("settings_back")
    def back(ack: Ack, body: Body) -> None:
        metadata = kept_in(body)
        found = settings.page(deps.ctx, deps.actor(body, "button"), metadata["desk"])
        t = deps.language(user_of(body))
        asked = view.form(found, metadata["group"], metadata["typed"], t, seen=metadata["seen"])
        ack()
        deps.later(slack.call, deps.client, "views.update", view_id=body["view"]["id"], view=asked)

    @app.view("settings_preview")
    def save(ack: Ack, body: Body) -> None:
        metadata, who = kept_in(body), deps.actor(body, "modal")
        desk, typed = metadata["desk"], metadata["typed"]
        applied = bool(entered(body, "applied").get("selected_options"))
        try:
            done = settings.save(deps.ctx, who, desk, typed, seen=metadata["seen"], applied=applied)
        except Refused as refusal:
            if refusal.code not in (RefusalCode.SETTING_CHANGED, RefusalCode.NEVER_OPENS):
                raise
            t = deps.language(who.id)
            notice = sentence(refusal, deps.ctx.clock.now(), t)
            found = settings.page(deps.ctx, who, desk)
            ack(response_action="update", view=view.form(found, metadata["group"], typed, t, notice=notice))
            return
        ack(response_action="update", view=view.saved(desk, done, deps.language(who.id)))
        deps.later(_show_root, deps, body, desk)


def _page(deps: HandlerDeps, body: Body, desk: str) -> View:
    found = settings.page(deps.ctx, deps.actor(body, "button"), desk)
    return view.page(found, deps.language(user_of(body)))


def _show_root(deps: HandlerDeps, body: Body, desk: str) -> None:
    """Show the page below anew, where the values and the last changes stand."""
    shown = _page(deps, body, desk)
    slack.call(deps.client, "views.update", view_id=body["view"]["root_view_id"], view=shown)


def _preview(
    deps: HandlerDeps, found: SettingsPage, values: Mapping[str, Any], metadata: Mapping[str, Any], t: Translator
) -> View:
    typed = {key: overlay.typed(key, value) for key, value in values.items()}
    moves = retarget.moves(values)
    effect = retarget.effect(deps.ctx, found.key, typed) if moves else None
    return view.preview(found, values, effect, metadata, t)


def _typed(
    deps: HandlerDeps, body: Body, found: SettingsPage, metadata: Mapping[str, Any], t: Translator
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what the form says, as it would be written in the file, and what is wrong with it by field."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for key in view.GROUPS[metadata["group"]].keys:
        if found.of(key).origin is Origin.FILE:
            continue
        if key == "worked":
            values[key] = _worked(body, found, metadata["of"], t) or None
        elif key == "standup":
            values[key] = entered(body, key).get("selected_time")
        else:
            values[key] = _written(key, deps.field(body, key).strip())
            if error := _problem(key, values[key], t):
                errors[key] = error
    return values, errors


def _written(key: str, text: str) -> Any:
    """Turn a field's text into what would stand in the file; an emptied field is the default, but a signature."""
    if key in view.LISTS:
        return view.split(key, text) or None
    return text if text or key == "signature" else None


def _problem(key: str, value: Any, t: Translator) -> str | None:
    """Say what is wrong with a value; of a list, with its first wrong part, or with all of them together."""
    parts = [[part] for part in value] if isinstance(value, list) else []
    for part in (*parts, value):
        try:
            overlay.typed(key, part)
        except ValueError as error:
            return view.problem(key, part[0] if isinstance(part, list) else part, error, t)
    return None


def _worked(body: Body, found: SettingsPage, countries: list[str], t: Translator) -> list[str]:
    """Return the offered holidays that are not ticked: the desk works on them."""
    ticked = {
        option["value"]
        for block_id in body["view"]["state"]["values"]
        if block_id.startswith("worked")
        for option in entered(body, block_id).get("selected_options") or ()
    }
    return [day for day in map(str, view.offered(found, countries, t.language)) if day not in ticked]


def _first_field(body: Body) -> str:
    return next(str(block["block_id"]) for block in body["view"]["blocks"] if block["type"] == "input")


def _settings(request: SlashRequest) -> Answer:
    found = settings.page(request.ctx, request.actor, request.desk.stable_key)
    if not request.body.get("trigger_id"):
        return view.way_in(found.key, request.t)
    request.deps.open(request.body, view.page(found, request.t))
    return None


FEATURE = Feature(
    register,
    words=(
        SlashWord(
            "settings",
            N_("see and change targets, hours, holidays and more"),
            role="configure",
            spoken={"nl": ("instellingen",), "sv": ("inställningar",)},
            run=_settings,
        ),
    ),
)
