"""The settings of a desk in Slack: what holds, a form for each group, what a change does, and its undo."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from babel.dates import format_date

from bot.domain.clock.hours import OpeningTimes, holidays_of
from bot.domain.clock.ladder import Step
from bot.platform.i18n import N_, Translator
from bot.settings import overlay
from bot.settings.overlay import Effective, Origin
from bot.settings.values import Unfit
from bot.views.common import blocks as b
from bot.views.common.blocks import Block, SlackMessage, View
from bot.views.common.lengths import in_working_days, target
from bot.views.common.text import code, cut, escape, line, person
from bot.views.common.text import date as moment
from bot.views.desk.models import DoneChange, Effect, SettingsPage

WHEN = "{date_short_pretty} {time}"
TICKS = 10  # that Slack takes in one group
MAX_TICKED = 60
LONGEST = {"hours": 400, "signature": 100, "holidays": 200, "closed": 400, "open": 600, "nags": 600, "reasons": 1000}
"""How much may be typed; all of a form must fit into a modal's metadata. The rest is short."""

LISTS = frozenset({"holidays", "worked", "closed", "open", "nags", "reasons"})
_ALWAYS = frozenset({"holidays", "nags", "reasons"})
"""Of the lists, what is shown even if it is empty."""

_BETWEEN = {"open": r"[;\n]", "nags": r"\n", "reasons": r"\n"}  # an open day may hold commas, a reason anything
_IN_A_LIST = r"[,;\n]"


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that are changed together in one form."""

    title: str
    keys: tuple[str, ...]


GROUPS = {
    "targets": Group(
        N_("Targets"), ("targets.first_response", "targets.next_response", "targets.resolution", "targets.escalation")
    ),
    "hours": Group(N_("Opening hours"), ("hours", "open")),
    "holidays": Group(N_("Holidays"), ("holidays", "worked", "closed")),
    "nags": Group(N_("Reminders"), ("nags",)),
    "day": Group(N_("Summary and replies"), ("standup", "undo", "signature")),
    "reasons": Group(N_("Preset reasons"), ("reasons",)),
}
"""The groups by name. A test fails if a setting that can be changed is in none."""

LABELS = {
    "targets.first_response": N_("First answer within"),
    "targets.next_response": N_("Next answers within"),
    "targets.resolution": N_("All of it settled within"),
    "targets.escalation": N_("Answer to an escalation within"),
    "hours": N_("Opening hours"),
    "open": N_("Days with hours of their own"),
    "holidays": N_("Holidays of"),
    "worked": N_("Holidays on which you work"),
    "closed": N_("Other closed days"),
    "nags": N_("Steps, a line each"),
    "standup": N_("Daily summary"),
    "undo": N_("Time to undo"),
    "signature": N_("Signature"),
    "reasons": N_("Reasons of “No reply needed”"),
}
_NOTHING = {
    "targets.resolution": N_("no target"),
    "hours": N_("around the clock"),
    "nags": N_("the usual steps"),
    "reasons": N_("the usual ones"),
    "undo": N_("off"),
}
"""What it means if nothing is set."""

_NEVER_EMPTY = frozenset({"targets.first_response", "targets.next_response", "targets.escalation", "standup", "undo"})
"""What always has a value: Slack would write "(optional)" behind its label."""

_EXAMPLES = {
    "targets.first_response": "30m",
    "targets.next_response": "2h",
    "targets.resolution": "2d",
    "targets.escalation": "1h30m",
    "hours": "Mo-Fr 09:00-17:30; Sa 10:00-14:00",
    "open": "2026-12-06 10:00-16:00",
    "holidays": "NL, DE-BY, SE:de_facto",
    "closed": "2026-12-28, 2026-12-29",
    "nags": "75%: owner",
    "undo": "10s",
    "signature": "^{initials}",
    "reasons": "Solved by phone",
}
_LENGTH = N_("“{value}” is not a length of time. Write for example 30m, 2h, 1h30m or 2d.")
_UNFIT = {
    "targets.first_response": _LENGTH,
    "targets.next_response": _LENGTH,
    "targets.resolution": _LENGTH,
    "targets.escalation": _LENGTH,
    "hours": N_("“{value}” is not opening hours. Write for example Mo-Fr 09:00-17:30; Sa 10:00-14:00."),
    "open": N_("“{value}” is not a day with its hours. Write for example 2026-12-06 10:00-16:00."),
    "holidays": N_(
        "No holidays are known for “{value}”. Write a country, region or kind, such as NL, DE-BY or SE:de_facto."
    ),
    "closed": N_("“{value}” is not a date. Write for example 2026-12-28."),
    "nags": N_("“{value}” is not a step. Write for example 75%: owner, or every 50%: owner, leads x 5."),
    "undo": N_("“{value}” is not a time to undo. Write at most 10m, for example 10s, or off."),
    "signature": N_("“{value}” may hold no placeholder but {{initials}} and {{name}}."),
    "reasons": N_("Write at most 20 different reasons, each of at most 75 characters, a line each."),
}
_WHY = (
    (re.compile(r"it is not open once"), N_("It is not open once in the next two years.")),
    (re.compile(r"(\w+) is not read here: name"), N_("Leave {what} out: holidays have a form of their own.")),
    (re.compile(r"(\w+) is not read here"), N_("Write a time of day instead of {what}.")),
    (re.compile(r"the reader stops at (.*)"), N_("It can be read up to {what}.")),
)


def page(found: SettingsPage, t: Translator) -> View:
    """Show what holds at a desk, in groups that can be changed, and the last changes with their undo."""
    blocks: list[Block | None] = [b.section(f"*{escape(found.desk, 80)}*")]
    for name, group in GROUPS.items():
        own = [found.of(key) for key in group.keys]
        change = b.button(t("Change"), "settings_change", f"{name} {found.key}") if _may_change(own) else None
        lines = [
            f"{t(LABELS[one.key])}: {_in_full(found, one.key, one.value, t)}{_origin(one, t)}"
            for one in own
            if one.value != () or one.key in _ALWAYS
        ]
        blocks += [b.divider(), b.section("\n".join([f"*{t(group.title)}*", *lines]), change)]
    if found.changes:
        blocks += [
            b.divider(),
            b.section(f"*{t('Last changes')}*"),
            *(_change(done, found.key, t) for done in found.changes),
        ]
    if found.others:
        buttons = [b.button(name, f"settings_desk:{at}", key) for at, (key, name) in enumerate(found.others)]
        blocks += [b.divider(), b.context(t("Other desks")), b.actions(*buttons)]
    return b.modal("settings", t("Settings"), blocks, close=t("Close"), metadata={"desk": found.key})


def way_in(desk_key: str, t: Translator) -> SlackMessage:
    """Offer the settings where no window can be opened at once."""
    text = t("The settings of this desk:")
    return b.message(text, b.section(text, b.button(t("Change settings"), "settings", desk_key)))


def form(
    found: SettingsPage,
    group: str,
    typed: Mapping[str, Any],
    t: Translator,
    *,
    notice: str | None = None,
    seen: Mapping[str, int] | None = None,
) -> View:
    """Ask for the values of a group; those of the file are only said.

    `typed` are those that were typed before. `seen` are the changes that the author saw as the newest, if they are not
    those of now.
    """
    keys = GROUPS[group].keys
    blocks: list[Block | None] = [b.section(f"⚠️ {notice}") if notice else None]
    for key in keys:
        one = found.of(key)
        if one.origin is Origin.FILE:
            where = t("set in `webcare.toml`, change it there")
            blocks.append(b.context(f"*{t(LABELS[key])}*: {_in_full(found, key, one.value, t)} · {where}"))
        elif key == "worked":
            blocks += _ticks(found, typed, t)
        else:
            blocks.append(_field(key, typed.get(key, one.as_written), t))
            blocks.append(_usual(found.usual_steps, t) if key == "nags" else None)
    note = N_("What you leave empty is as if it had never been set.")
    if group == "day":
        note = N_("A new time never means two summaries for a day, or none.")
    blocks.append(b.context(t(note)))
    a_day = in_working_days(timedelta(days=1), found.calendar, found.at, t) if group == "targets" else None
    if a_day:
        blocks.append(b.context(t("Only opening hours count, and 1d is 24 hours: {days}.", days=a_day)))
    metadata = {
        "desk": found.key,
        "group": group,
        "seen": seen or {key: change.id if (change := found.of(key).change) else 0 for key in keys},
        "of": list(_countries(found, typed)),
    }
    title = t(GROUPS[group].title)
    return b.modal("settings_form", title, blocks, submit=t("See the effect"), close=t("Cancel"), metadata=metadata)


def preview(
    found: SettingsPage, values: Mapping[str, Any], effect: Effect | None, metadata: Mapping[str, Any], t: Translator
) -> View:
    """Show old and new values and what they do to the threads that wait; nothing is saved yet.

    `values` are as written in the file, None for the default. Without an `effect` they concern no thread.
    """
    blocks: list[Block | None] = [b.section("\n".join(_becomes(found, values, t)))]
    moved = effect is not None and bool(effect.sooner or effect.later)
    if effect is not None:
        blocks += [b.divider(), b.section(says(effect, t))]
    if moved:
        option = b.option(t("Also for the customers who wait now"), "now")
        element = {"type": "checkboxes", "action_id": "applied", "options": [option], "initial_options": [option]}
        blocks.append(b.input_block(t("For whom"), "applied", element) | {"optional": True})
    if "targets.resolution" in values:
        blocks.append(b.context(t("Conversations that have begun keep the time in which they are to be settled.")))
    if "targets.escalation" in values:
        blocks.append(b.context(t("Requests for help that are open keep their time.")))
    if "nags" in values:
        blocks.append(b.context(t("Customers who wait now are reminded of as before.")))
    if "undo" in values:
        blocks.append(b.context(t("Replies that are on their way keep theirs.")))
    blocks.append(b.actions(b.button(t("Back"), "settings_back", "back")))
    kept = {**metadata, "typed": dict(values)}
    return b.modal("settings_preview", t("Save this?"), blocks, submit=t("Save"), close=t("Cancel"), metadata=kept)


def says(effect: Effect, t: Translator) -> str:
    """Say in a line each what a change does to who waits."""
    if not effect.waiting:
        return t("Nobody is waiting now.")
    lines = []
    if effect.sooner:
        late = t.n("{n} is late at once", "{n} are late at once", effect.late) if effect.late else None
        due = t.n("{n} thread becomes due sooner", "{n} threads become due sooner", effect.sooner)
        lines.append(", ".join(filter(None, (due, late))))
    if effect.later:
        lines.append(t.n("{n} thread becomes due later", "{n} threads become due later", effect.later))
    if not lines:
        lines.append(t("No thread becomes due sooner or later."))
    if effect.kept:
        lines.append(
            t.n(
                "{n} keeps its hours: the new ones would count past time differently",
                "{n} keep their hours: the new ones would count past time differently",
                effect.kept,
            )
        )
    if effect.late_already:
        lines.append(t.n("{n} is late already and stays so", "{n} are late already and stay so", effect.late_already))
    return "\n".join(lines)


def saved(desk_key: str, changes: Sequence[DoneChange], t: Translator, *, undone: bool = False) -> View:
    """Confirm what was saved, with its undo."""
    title = t("Undone") if undone else t("Saved")
    ids = ",".join(str(done.change.id) for done in changes)
    lines = [_arrow(done.change.key, done.before, done.change.value, t) for done in changes]
    undo = None if undone else b.button(t("Undo"), "settings_undo", f"{ids} {desk_key}")
    return b.modal(
        "settings_saved",
        title,
        [b.section("✅ " + "\n".join(lines), undo), b.context(t("It holds everywhere within a few seconds."))],
        close=t("Close"),
        metadata={"desk": desk_key},
    )


def problem(key: str, value: Any, error: ValueError, t: Translator) -> str:
    """Say under a field what is wrong with a value, what is allowed, and what was probably meant."""
    parts = [t(_UNFIT[key], value=line(_as_text(value), 80))]
    if isinstance(error, Unfit):
        parts += _why(error.why or "", t) if key == "hours" else []
        parts += [t("Did you mean {meant}?", meant=error.meant)] if error.meant else []
    return cut(" ".join(parts), 500)


def never_open(t: Translator) -> str:
    """Say under a field that hours, holidays and closed days together leave nothing."""
    return t(
        "With these hours, holidays and closed days the desk never opens. Write hours outside of them, such as "
        "Mo-Fr 09:00-17:30, or untick a holiday."
    )


def split(key: str, text: str) -> list[Any]:
    """Divide what was typed into the values of a list, each as it would be written in the file."""
    parts = _parts(key, text)
    return [_step(part) for part in parts] if key == "nags" else list(parts)


def _parts(key: str, text: str) -> list[str]:
    return [part.strip() for part in re.split(_BETWEEN.get(key, _IN_A_LIST), text) if part.strip()]


def _step(text: str) -> dict[str, Any]:
    """Read a step of the ladder, such as "every 50%: owner, leads x 5"."""
    at, _, rest = text.partition(":")
    to, _, times = rest.partition(" x")
    often = {"at_most": int(times)} if times.strip().isdecimal() else {}
    return {"at": at.strip(), "to": [each for each in re.split(r"[,\s]+", to.strip()) if each], **often}


def _usual(steps: Iterable[Step], t: Translator) -> Block:
    """Show the usual steps as they would be typed."""
    lines = [t("The usual steps:")]
    for step in steps:
        at = f"{step.share * 100:g}%"
        often = {"at": f"every {at}", "at_most": step.times} if step.times else {"at": at}
        lines.append(code(_as_text({**often, "to": step.to}), 100))
    return b.context("\n".join(lines))


def _as_text(value: Any) -> str:
    """Write a value of a list as it is typed into a form."""
    if not isinstance(value, dict):
        return str(value)
    if not value["to"]:
        return str(value["at"])
    times = f" x {value['at_most']}" if "at_most" in value else ""
    return f"{value['at']}: {', '.join(value['to'])}{times}"


def offered(found: SettingsPage, countries: Sequence[str], language: str) -> dict[date, str]:
    """Return the holidays of the next twelve months that can be ticked, with their names."""
    times = OpeningTimes(None, tuple(countries), (), (), found.timezone, language)
    ends = found.today + timedelta(days=365)
    days = holidays_of(times, (found.today.year, found.today.year + 1))
    return dict([(day, name) for day, name in sorted(days.items()) if found.today <= day < ends][:MAX_TICKED])


def _ticks(found: SettingsPage, typed: Mapping[str, Any], t: Translator) -> list[Block | None]:
    days = offered(found, _countries(found, typed), t.language)
    worked = set(typed.get("worked", found.of("worked").as_written) or ())
    options = [(day.isoformat(), b.option(_named_day(day, name, t), day.isoformat())) for day, name in days.items()]
    blocks: list[Block | None] = []
    for start in range(0, len(options), TICKS):
        some = options[start : start + TICKS]
        ticked = [option for day, option in some if day not in worked]
        name = f"worked{start // TICKS}"
        element: Block = {"type": "checkboxes", "action_id": name, "options": [option for _, option in some]}
        element |= {"initial_options": ticked} if ticked else {}
        label = t("Closed on (untick the days on which you work)") if not start else t("Closed on, further days")
        blocks.append(b.input_block(label, name, element) | {"optional": True})
    return blocks


def _countries(found: SettingsPage, typed: Mapping[str, Any]) -> list[str]:
    return list((typed["holidays"] if "holidays" in typed else found.of("holidays").value) or ())


def _field(key: str, value: Any, t: Translator) -> Block:
    optional = key not in _NEVER_EMPTY
    if key == "standup":
        element: Block = {"type": "timepicker", "action_id": key}
        element |= {"initial_time": value} if value else {}
        return b.input_block(t(LABELS[key]), key, element) | {"optional": optional}
    text = ("\n" if key in _BETWEEN else ", ").join(map(_as_text, value)) if isinstance(value, list) else value or ""
    element = {
        "type": "plain_text_input",
        "action_id": key,
        "placeholder": b.plain(_EXAMPLES[key], 150),
        "multiline": key in ("hours", "open", "closed", "nags", "reasons"),
        "max_length": LONGEST.get(key, 20),
    }
    element |= {"initial_value": text} if text else {}
    return b.input_block(t(LABELS[key]), key, element) | {"optional": optional}


def _becomes(found: SettingsPage, values: Mapping[str, Any], t: Translator) -> list[str]:
    return [
        f"{t(LABELS[key])}: {_shown_value(key, found.of(key).value, t)} → {_in_full(found, key, _typed(key, value), t)}"
        for key, value in values.items()
    ]


def _arrow(key: str, before: Any, after: Any, t: Translator) -> str:
    if (word := overlay.word_of(key)) is not None:
        about = {"word": escape(str(after or before or word), 40)}
        now = t("“{word}” is one of our words now.", **about)
        return now if after else t("“{word}” is none of our words any more.", **about)
    label = t(LABELS[key]) if key in LABELS else code(key, 60)
    return f"{label}: {_of_written(key, before, t)} → {_of_written(key, after, t)}"


def _change(done: DoneChange, desk_key: str, t: Translator) -> Block:
    change = done.change
    what = _arrow(change.key, done.before, change.value, t)
    undo = b.button(t("Undo"), "settings_undo", f"{change.id} {desk_key}") if done.may_be_undone else None
    return b.section(f"{what}\n{person(change.by)}, {moment(change.at, WHEN)}", undo)


def _may_change(group: Sequence[Effective]) -> bool:
    return any(one.origin is not Origin.FILE for one in group)


def _origin(one: Effective, t: Translator) -> str:
    if one.origin is Origin.FILE:
        return f" · {t('set in `webcare.toml`')}"
    if one.origin is Origin.SLACK and one.change is not None:
        return f" · {person(one.change.by)}, {moment(one.change.at, WHEN)}"
    return ""


def _in_full(found: SettingsPage, key: str, value: Any, t: Translator) -> str:
    """Show a value; a target of a day or more with what it comes to in the desk's hours."""
    if isinstance(value, timedelta) and key in GROUPS["targets"].keys:
        return target(value, found.calendar, found.at, t)
    return _shown_value(key, value, t)


def _typed(key: str, value: Any) -> Any:
    """Read a value as it is written in the file; one that cannot be read stays as it is."""
    try:
        return overlay.typed(key, value)
    except ValueError:
        return str(value)


def _of_written(key: str, value: Any, t: Translator) -> str:
    try:
        return _shown_value(key, overlay.typed(key, value), t)
    except ValueError:
        return code(str(value), 60)


def _shown_value(key: str, value: Any, t: Translator) -> str:
    if not value and key in _NOTHING:
        return t(_NOTHING[key])
    match value:
        case timedelta():
            return t.exact(value)
        case time():
            return f"{value:%H:%M}"
        case tuple() | list():
            between = " · " if key == "nags" else ", "
            return escape(between.join(_shown_part(one, t) for one in value), 300) or "—"
    return code(value, 300) if value else "—"


def _shown_part(one: Any, t: Translator) -> str:
    return _short(one, t) if isinstance(one, date) else _as_text(overlay.as_written(one))


def _named_day(day: date, name: str, t: Translator) -> str:
    return cut(f"{_short(day, t)} · {line(name, 60)}", 75)


def _short(day: date, t: Translator) -> str:
    return format_date(day, "EEE d MMM y", locale=t.language)


def _why(why: str, t: Translator) -> list[str]:
    """Say in the reader's language what the reader of the notation stops at."""
    for pattern, words in _WHY:
        if found := pattern.search(why):
            return [t(words, what=line(found[1], 40) if found.groups() else "")]
    return []
