"""Who is on call, and what is wrong with a roster."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.domain.desk.roster import OnCall, RosterError
from bot.platform.i18n import N_, Translator
from bot.views.common import blocks as b
from bot.views.common.blocks import SlackMessage
from bot.views.common.text import escape, moment, person, quoted
from bot.views.desk.models import RosterNews, RosterState

NAMED = 10

_PROBLEMS = {
    "no_file": N_("There is no such file; its path is relative to webcare.toml."),
    "unreadable_file": N_("The file may not be read ({detail}); give the desk's user the right to."),
    "http": N_("Its server answers {detail}; copy the calendar's address again."),
    "not_reached": N_("Its server cannot be reached; the desk keeps trying."),
    "slow": N_("Its server takes longer than half a minute; the desk keeps trying."),
    "redirected": N_("Its address leads to another one too often, or to one that is not https; copy that one."),
    "too_big": N_("It is larger than 1 MB; publish the shifts alone, or fewer months of them."),
    "not_a_calendar": N_(
        "What is there is no complete iCalendar file, which begins with BEGIN:VCALENDAR; copy the address of the "
        "calendar itself (iCal), not of its page."
    ),
    "too_fine": N_("A shift repeats more often than daily ({detail}); allowed are DAILY, WEEKLY, MONTHLY and YEARLY."),
    "too_many": N_("Its repetitions take too long to work out; give old ones an end (UNTIL) or leave them out."),
    "too_many_shifts": N_(
        "It has more than {detail} shifts between last week and two months ahead; publish the shifts alone, or "
        "invite fewer guests."
    ),
    "no_group": N_("Slack has no such user group; copy its id, such as S0ONCALL."),
    "no_scope": N_("The app may not look up e-mail addresses: add the scope users:read.email and install it again."),
    "slack": N_("Slack could not be asked who is in it; the desk keeps trying."),
}
_OTHER = N_("Your admin can find the reason in the log.")


def problem(error: RosterError, t: Translator) -> str:
    """Say in a sentence what is wrong and what to do."""
    return t(_PROBLEMS.get(error.code, _OTHER), detail=escape(error.detail, 40))


def line(on_call: OnCall, at: datetime, t: Translator) -> str:
    """Say in one line who is on call until when, and who comes then: "On call: @anna until 17:00, then @lars"."""
    until, next_from = on_call.until, on_call.next_from
    people, then = _people(on_call.agents), _people(on_call.next_agents)
    if not people:
        if next_from is None:
            return t("📟 On call: nobody")
        return t("📟 On call: nobody until {until}, then {then}", until=moment(next_from, at), then=then)
    if until is None:
        return t("📟 On call: {people}", people=people)
    about = {"people": people, "until": moment(until, at), "then": then}
    if next_from is None:
        return t("📟 On call: {people} until {until}, then nobody", **about)
    if next_from == until:
        return t("📟 On call: {people} until {until}, then {then}", **about)
    from_ = moment(next_from, at)
    return t("📟 On call: {people} until {until}, then nobody until {from_}, then {then}", from_=from_, **about)


def answer(state: RosterState, t: Translator) -> SlackMessage:
    """Answer who is on call, or what to set where the desk has no roster."""
    desk = escape(state.desk, 80)
    if state.kind is None:
        return b.message(
            t(
                "{desk} has no roster. Ask your admin to set `roster` in webcare.toml: a calendar file such as "
                "`oncall.ics`, the https address of one, or a Slack user group such as `S0ONCALL`.",
                desk=desk,
            )
        )
    said = line(state.on_call, state.at, t)
    notes = []
    if state.problem is not None:
        notes.append(t("⚠️ The roster cannot be read: {problem}", problem=problem(state.problem, t)))
    if state.fetched_at is None:
        notes.append(t("The roster has not been read yet."))
    elif state.problem is not None:
        notes.append(t("This is the copy of {moment}.", moment=moment(state.fetched_at, state.at)))
    if state.kind == "group":
        notes.append(t("A Slack user group says who is on call now, and not who comes next."))
    return b.message(said, b.section(said), b.context(" ".join(notes)) if notes else None)


def news(news: RosterNews, t: Translator) -> SlackMessage:
    """Say that a roster cannot be read, that it can be again, or whom it names in vain."""
    desk = escape(news.desk, 80)
    if news.unknown:
        return b.message(
            t(
                "📟 *The roster of {desk} names people who cannot answer there*: {names}. They are not on call. Write "
                "their Slack member id, their e-mail address in Slack, or the whole name of an agent.",
                desk=desk,
                names=named(news.unknown, t),
            )
        )
    if news.over_at is not None and news.since is not None:
        length = t.duration(news.over_at - news.since)
        return b.message(
            t("✅ *The roster of {desk} can be read again*, after {duration}.", desk=desk, duration=length)
        )
    since = moment(news.since or news.at, news.at)
    said = t("📟 *The roster of {desk} cannot be read* since {since}.", desk=desk, since=since)
    why = problem(news.problem, t) if news.problem else t(_OTHER)
    kept = (
        t("Until then the copy of {moment} counts.", moment=moment(news.copy_of, news.at))
        if news.copy_of
        else t("There is no earlier copy, so nobody is on call.")
    )
    return b.message(" ".join((said, why, kept)))


def named(unknown: Iterable[str], t: Translator) -> str:
    """List what a roster says of people whom the desk does not know."""
    listed = list(unknown)
    shown = ", ".join(quoted(escape(name, 60), t) for name in listed[:NAMED])
    left = len(listed) - NAMED
    return f"{shown} {t.n('and {n} more', 'and {n} more', left)}" if left > 0 else shown


def _people(agents: Iterable[str]) -> str:
    return ", ".join(person(agent) for agent in sorted(agents)[:NAMED])
