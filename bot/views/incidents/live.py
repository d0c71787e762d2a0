"""An incident's one message in the channel, edited in place, and the list of incidents."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.incidents.incident import MAX_LINE, Incident
from bot.platform.i18n import Translator
from bot.views.common import blocks as b
from bot.views.common import rich
from bot.views.common.blocks import Block, SlackMessage
from bot.views.common.text import escape, link, moment, person, quoted
from bot.views.incidents import public_updates
from bot.views.incidents.models import Listed, Live

MAX_UNTOLD = 20  # numbers that are named


def live(shown: Live, t: Translator) -> SlackMessage:
    """Show how an incident stands, with only the buttons that apply now."""
    incident = shown.incident
    heading = t("🧭 *Incident {number}: {name}*", number=incident.id, name=_name(shown))
    if not incident.is_open:
        text = f"{heading} · {_closed(shown, t)}"
        figures = b.section("\n".join((text, _figures(shown, t))))
        return b.message(text, figures, _untold(shown, t), *public_updates.shown(shown, t))
    text = f"{heading} · {_state(shown, t)}"
    return b.message(
        text,
        b.section("\n".join(filter(None, (text, _figures(shown, t), _ends(shown, t))))),
        _untold(shown, t) if incident.solved_at else None,
        *_line(shown, t),
        *_proposal(shown, t),
        *public_updates.shown(shown, t),
        buttons(shown, t),
        b.context(gathered(incident, t)),
        b.divider(),
    )


def listing(listed: Sequence[Listed], t: Translator, command: str) -> SlackMessage:
    """List the desk's incidents, newest first, for whoever asked. `command` is "/webcare"."""
    example = t('open "power cut"')
    how = b.context(t("Open one with `{example}`", example=f"{command} incident {example}"))
    if not listed:
        return b.message(t("There are no incidents."), b.section(t("There are no incidents.")), how)
    heading = t("*Incidents*")
    return b.message(heading, b.section(heading), *b.sections([_row(each, t) for each in listed]), how)


def buttons(shown: Live, t: Translator) -> Block | None:
    """Offer what can be done about an incident now; roles are checked on the click."""
    incident = shown.incident
    number = incident.id
    waits = shown.standing.unclaimed > 0
    sure = b.confirmation(
        t("Is it solved?"),
        t("Then everybody who asked is to be told, one personal answer at a time."),
        t("It is solved"),
        t("Cancel"),
    )
    solved = incident.solved_at is not None
    left = solved and shown.standing.untold > 0
    return b.actions(
        b.button(t("Claim 5 of this incident"), "incident_claim", number, style="primary") if waits else None,
        b.button(t("Answer the next one"), "incident_next", number, style=None if waits else "primary")
        if left
        else None,
        b.button(t("Set the line"), "incident_line", number),
        b.button(t("Public update"), "incident_update", number),
        b.button(t("It is solved"), "incident_solved", number, confirm=sure) if not solved else None,
        b.button(t("Close the incident"), "incident_close", number, confirm=_sure_to_close(shown, t))
        if solved
        else None,
    )


def _sure_to_close(shown: Live, t: Translator) -> Block:
    left = shown.standing.untold
    text = t.n("{n} customer has not been told.", "{n} customers have not been told.", left) if left else ""
    kept = t("Its threads stay as they are, with their clocks.")
    return b.confirmation(
        t("Close the incident?"), " ".join(filter(None, (text, kept))), t("Close the incident"), t("Cancel")
    )


def _name(shown: Live) -> str:
    return escape(shown.incident.name, 120)


def _state(shown: Live, t: Translator) -> str:
    incident = shown.incident
    if incident.solved_at is None:
        about = {"person": person(incident.owner), "time": moment(incident.opened_at, shown.at)}
        return t("open since {time}, by {person}", **about)
    by = person(incident.solved_by or incident.owner)
    return t("solved at {time}, says {person}", person=by, time=moment(incident.solved_at, shown.at))


def _closed(shown: Live, t: Translator) -> str:
    incident = shown.incident
    by = person(incident.closed_by or incident.owner)
    return t("closed at {time} by {person}", person=by, time=moment(incident.closed_at or shown.at, shown.at))


def _figures(shown: Live, t: Translator) -> str:
    standing = shown.standing
    parts = [
        t.n("*{n}* customer", "*{n}* customers", standing.customers),
        t("*{n}* answered", n=t.number(standing.told)),
        t("*{n}* unclaimed", n=t.number(standing.unclaimed)) if standing.unclaimed else "",
        t.n("*{n}* more is suggested", "*{n}* more are suggested", standing.suggested)
        if standing.suggested and shown.incident.is_open
        else "",
    ]
    return " · ".join(filter(None, parts))


def _ends(shown: Live, t: Translator) -> str:
    first, newest = shown.standing.first, shown.standing.newest
    if first is None or newest is None:
        return ""
    one, time = _linked(first[0], shown), moment(first[1], shown.at)
    if first[0] == newest[0]:
        return t("First {thread} at {time}", thread=one, time=time)
    other = {"other": _linked(newest[0], shown), "since": moment(newest[1], shown.at)}
    return t("First {thread} at {time} · newest {other} at {since}", thread=one, time=time, **other)


def _linked(number: int, shown: Live) -> str:
    return link(shown.links.get(number), f"#{number}")


def _untold(shown: Live, t: Translator) -> Block | None:
    """Say who has not been told, by number: whoever asked is owed an answer. None if nobody asked or is known."""
    standing, solved = shown.standing, shown.incident.solved_at is not None
    told = standing.told_end if solved else standing.told
    left = standing.untold
    closed = standing.closed_untold
    without = t.n("{n} was closed without an answer.", "{n} were closed without an answer.", closed) if closed else ""
    if not left and not closed:
        return b.section(t("✅ Everybody who asked has been told.")) if told else None
    about = {"told": t.number(told), "all": t.number(standing.threads)}
    said = t("*{told} of {all}* have been told that it is solved.", **about) if solved else ""
    if not left:
        return b.section(" ".join(filter(None, (said, without))))
    numbers = ", ".join(_linked(number, shown) for number in shown.untold[:MAX_UNTOLD])
    more = left - min(len(shown.untold), MAX_UNTOLD)
    rest = f" {t.n('and {n} more', 'and {n} more', more)}" if more > 0 else ""
    named = t("Not told yet: {numbers}", numbers=numbers + rest)
    return b.section(" ".join(filter(None, (said, without, named))))


def _line(shown: Live, t: Translator) -> list[Block]:
    incident = shown.incident
    if not incident.line:
        return []
    about = {"person": person(incident.line_by or ""), "approver": person(incident.line_approved_by or "")}
    said = t("Agreed line, by {person}, approved by {approver}:", **about)
    return [b.section(said), rich.quotation(incident.line, MAX_LINE)]


def _proposal(shown: Live, t: Translator) -> list[Block]:
    incident = shown.incident
    if not incident.proposed:
        return []
    said = t("Line by {person}, waits for a second person:", person=person(incident.proposed_by or ""))
    approve = b.button(t("Approve the line"), "incident_approve", f"{incident.id}:{incident.proposal}")
    return [b.section(said, approve), rich.quotation(incident.proposed, MAX_LINE)]


def gathered(incident: Incident, t: Translator) -> str:
    """Say what comes to an incident by itself."""
    words = ", ".join(quoted(escape(word, 40), t) for word in incident.words.split())
    parts = [t("What has these words comes to it: {words}", words=words) if words else ""]
    if incident.label:
        parts.append(t("What is labelled “{label}” as well", label=escape(incident.label, 40)))
    return " · ".join(filter(None, parts)) or t("Threads come to it by hand.")


def _row(each: Listed, t: Translator) -> str:
    incident = each.incident
    state = _short(incident, t)
    name = link(each.permalink, escape(incident.name, 80))
    customers = t.n("{n} customer", "{n} customers", each.standing.customers)
    told = t("{n} answered", n=t.number(each.standing.told))
    return f"*{incident.id}* · {name} · {state} · {customers} · {told}"


def _short(incident: Incident, t: Translator) -> str:
    if not incident.is_open:
        return t("closed")
    return t("solved") if incident.solved_at else t("open")
