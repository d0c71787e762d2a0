"""`webcare check`: try every token, scope, channel and the database; one line each, with what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.delivery.roster import SlackPeople
from bot.domain.common import language
from bot.domain.customers.customer import network_of
from bot.domain.desk.roster import RosterError, on_call
from bot.domain.desk.setting import SettingChange
from bot.domain.replies import spelling
from bot.domain.reports.spend import Standing
from bot.integrations.crm.base import CrmError
from bot.networks.base import NetworkError, Rejected
from bot.networks.inbound.answering import needs_named
from bot.platform import slack, web
from bot.platform.clock import SystemClock, ahead_of
from bot.platform.i18n import translator
from bot.platform.manifest import SCOPES
from bot.runtime.app import App
from bot.settings import AccountConfig
from bot.settings.overlay import Effective, Origin
from bot.usecases.alerts import destinations
from bot.usecases.cases import crm
from bot.usecases.desk import budget, roster_reading, settings
from bot.usecases.replies import rating
from bot.usecases.reports import spend, webhooks
from bot.views.common.lengths import in_working_days
from bot.views.customers import crm as crm_view
from bot.views.desk import roster as roster_view
from bot.views.replies import rating_page
from storage import migrate, search_index
from storage.cases import mutes
from storage.desk import desks
from storage.engine import DatabaseError, cause, reading
from storage.intake import sources
from storage.intake.sources import Source
from storage.listening import lessons, rules

_ORIGINS = {Origin.FILE: "webcare.toml", Origin.DEFAULT: "default"}
MOST_OF_A_PAGE, PAGE_SECONDS = 100_000, 10
CLOCK_ODD_SECONDS, CLOCK_WRONG_SECONDS = 5, 60
_OF_A_NETWORK = {
    "not_reached": "try again; if it stays so, look at the network and {variable}",
    "rate_limited": "it allows no more requests for now: try again later",
    "credits": "top the account up at {console}",
    "spending_cap": "raise the cap at {console}",
    "suspended": "sign in at {network} itself to see why",
    "locked": "sign in at {network} itself and unlock the account",
    "app_suspended": "look at the app at {console}",
    "not_enrolled": "put the app into a project at {console}",
    "permissions": "give the app Read and write at {console}, then make new tokens",
    "unreadable": "what answers there is not {network}: look at {variable}",
}
"""What to do, by the code of bot.networks.base.NetworkError; other codes concern the keys."""


SHORT_SECRET = 16  # characters
_REFUSED = {
    "nothing": "it held no signature or secret in the place that verify names",
    "time": "its time was off by more than 5 minutes: set both clocks (NTP)",
    "signature": "it was not made with {variable}: copy the secret again",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried. `advice` says what to do if it is not in order, else what was found."""

    what: str
    ok: bool
    advice: str
    warning: bool = False  # it works, but is probably not intended
    unset: bool = False  # a setting is missing, so nothing could be tried

    def __str__(self) -> str:
        level = "warn" if self.warning else "ok  " if self.ok else "FAIL"
        return f"{level} {self.what}: {self.advice}"


def findings(app: App) -> Iterator[Finding]:
    """Yield every finding, in the order in which an operator would fix things."""
    missing = app.settings.missing(way_in=True, networks=True)
    for name, advice in missing.items():
        yield Finding(name, False, advice, unset=True)
    yield _clock(app)
    yield _database(app)
    yield from _settings(app)
    yield from _hours(app)
    yield from _words(app)
    yield from _muted(app)
    yield from left_behind(app)
    if "SLACK_BOT_TOKEN" not in missing:
        yield from slack_findings(app)
        yield from rosters(app)
    if app.settings.slack.app_token is not None:
        yield _socket_mode(app)
    yield from _sources(app)
    yield from _listening(app)
    for _, account in app.settings.accounts():
        if account.spec.is_asked and app.settings.credentials(account).complete:
            yield _account(app, account)
            compared = _compared(account.key, app.ctx.accounts[account.key].clock_ahead())
            yield from (finding for finding in compared if finding.warning or not finding.ok)
    yield from _crm(app)
    yield _meaning(app)
    yield from _webhooks(app)
    yield from _public_page(app)
    yield from _costs(app)


def _meaning(app: App) -> Finding:
    """Say whether entries of the knowledge bank are found by meaning as well."""
    if app.ctx.vectors is None:
        said = 'found by words; also by meaning, across languages, once the extra is there: pip install ".[vectors]"'
    else:
        said = f"found by words, and by meaning across languages, on this machine ({app.ctx.vectors.model})"
    return Finding("knowledge bank", True, said)


def _crm(app: App) -> Iterator[Finding]:
    """Ask the CRM, and say what leaves this machine for it."""
    wanted = app.settings.crm
    if wanted is None or app.ctx.crm is None:
        return
    what = f"crm {urlsplit(wanted.url).hostname}"
    leaves = "handles, the networks' numbers of customers, the numbers and mail addresses in their posts"
    leaves += ", each reply that was sent" if wanted.log_contacts else ""
    yield Finding(what, True, f"this leaves the machine for it: {leaves}, and with a ticket what the customer wrote")
    try:
        yield Finding(what, True, app.ctx.crm.verify())
    except CrmError as error:
        yield Finding(what, False, crm_view.problem(error.code, error.detail, translator("en")))
    try:
        failing = crm.failing(app.ctx)
    except DatabaseError:
        return  # a finding of its own reports this
    if failing is not None:
        since = f"{failing.since:%Y-%m-%d %H:%M} UTC"
        yield Finding(what, True, f"the desk has got no answer from it since {since} ({failing.code})", warning=True)


def _public_page(app: App) -> Iterator[Finding]:
    """Ask for the page of *Was this helpful?* as a customer does, with a link that nobody got."""
    url = app.settings.public_url
    if not url:
        return
    where, behind = f"{url}{rating.PATH}", "`webcare web` (or `webcare run` with PORT)"
    try:
        answer = web.exchange("GET", f"{where}check", {}, most_bytes=MOST_OF_A_PAGE, seconds=PAGE_SECONDS)
        ours = answer.content == rating_page.gone(translator(app.settings.desks[0].language)).encode()
    except web.WebError as error:
        if error.code in ("not_reached", "slow"):  # perhaps the desk is not started yet
            yield Finding("public_url", True, f"nobody answers at {where}…: start {behind} behind it", warning=True)
            return
        ours = False
    led = f"what answers at {where}… is not this desk: lead it to {behind}"
    yield Finding("public_url", ours, f"customers reach the desk's page at {where}…" if ours else led)


def _settings(app: App) -> Iterator[Finding]:
    """Say what holds at each desk, where it comes from, and what was set in Slack in vain."""
    desks_, strays = settings.effective(app.ctx, _stored(app))
    at, english = app.ctx.clock.now(), translator("en")
    calendars = {desk.name: desk.calendar(at) for desk in app.ctx.settings.desks}
    for of_desk in desks_:
        what = f'settings of "{of_desk.desk}"'
        for one in of_desk.settings:
            origin = _by(one.change) if one.origin is Origin.SLACK and one.change else _ORIGINS[one.origin]
            days = in_working_days(one.value, calendars[of_desk.desk], at, english) if _is_target(one) else None
            means = f": {days}" if days else ""
            yield Finding(what, True, f"{one.key} = {json.dumps(one.as_written, ensure_ascii=False)} ({origin}){means}")
        for one in of_desk.settings:
            if one.change is None or one.change.value is None or one.origin is Origin.SLACK:
                continue
            why = "it cannot be read here, so the default holds" if one.problem else "the file sets it, and goes first"
            yield Finding(what, True, f"{one.key} {_by(one.change)} is not used: {why}", warning=True)
        for change in of_desk.unknown:
            advice = f"{change.key} {_by(change)} is not used: this version does not know it"
            yield Finding(what, True, advice, warning=True)
    for key in dict.fromkeys(change.desk for change in strays):
        advice = "they are not used: the desk is not in the config; a renamed desk keeps them with its old name as key"
        yield Finding(f'settings of "{key}"', True, advice, warning=True)


def _is_target(one: Effective) -> bool:
    return one.key.startswith("targets.") and isinstance(one.value, timedelta)


def _stored(app: App) -> list[SettingChange]:
    """Return what was set in Slack; nothing where the database cannot tell, which a finding of its own reports."""
    try:
        if not migrate.is_current(app.engine):
            return []
        settings.refresh(app.ctx)
        return settings.changes(app.ctx)
    except (DatabaseError, migrate.NewerDatabase):
        return []


def _by(change: SettingChange) -> str:
    return f"set in Slack by {change.by} at {change.at:%Y-%m-%d %H:%M} UTC"


def _hours(app: App) -> Iterator[Finding]:
    """Say when each desk's targets count, and when it is closed within a year, as dates that can be checked."""
    at = app.ctx.clock.now()
    for desk in app.ctx.settings.desks:
        times = desk.opening_times
        if not desk.calendar(at).hours:
            continue
        days = [f"{day:%Y-%m-%d} {name}".strip() for day, name in times.closed_after(at).items()]
        closed = f"; closed on {', '.join(days)}" if days else ""
        open_ = f"; open on {', '.join(times.open)}" if times.open else ""
        yield Finding(f'desk "{desk.name}" hours', True, f"{times.hours or '24/7'} in {times.zone}{closed}{open_}")


def _words(app: App) -> Iterator[Finding]:
    """Yield a finding for each language whose spelling can't be checked here."""
    if not language.is_known():
        yield Finding(
            "languages", True, "can't be told from words on this machine; the networks' own word is taken", warning=True
        )
    for desk in app.settings.desks:
        for code in desk.words.spelling:
            written = language.base(code)
            if not spelling.has_dictionary(written):
                advice = (
                    f"not checked: install a dictionary (on Debian hunspell-{written}), or name its folder in DICPATH"
                )
                yield Finding(f"spelling of {desk.name}: {code}", True, advice, warning=True)


def _muted(app: App) -> Iterator[Finding]:
    """Name every author whose posts make no cards now, who decided that, and what it kept away."""
    try:
        with reading(app.engine) as connection:
            muted = mutes.listed(connection, app.ctx.clock.now())
    except DatabaseError:
        return  # a finding of its own reports this
    for mute, posts in muted:
        who = f'desk "{app.settings.desk_name(mute.desk)}" muted @{mute.customer_handle}'
        kept = f"{posts} {'post' if posts == 1 else 'posts'} made no card"
        advice = f'by {mute.by} until {mute.until:%Y-%m-%d %H:%M} UTC, "{mute.reason}" (#{mute.thread_id}); {kept}'
        yield Finding(who, True, advice)


def left_behind(app: App) -> Iterator[Finding]:
    """Yield desks that left the config together with their account while their customers still wait."""
    keys = {desk.stable_key for desk in app.settings.desks}
    try:
        with reading(app.engine) as connection:
            waiting = desks.waiting(connection)
    except DatabaseError:
        return  # a finding of its own reports this
    for (key, account), count in waiting.items():
        if key not in keys and account not in app.ctx.accounts:
            advice = f"{count} wait on {account}; put the desk back, or its account at another desk"
            yield Finding(f'desk "{key}" is not in the config', False, advice)


def rosters(app: App) -> Iterator[Finding]:
    """Read every roster now; say who is on call, or what is wrong and what is allowed."""
    t = translator("en")
    people = SlackPeople(app.ctx, app.client)
    for desk in app.settings.desks:
        if desk.roster is None:
            continue
        what = f'desk "{desk.name}" roster {desk.roster}'
        try:
            found = roster_reading.read(app.ctx, desk, desk.roster, people, None, "")
        except RosterError as error:
            yield Finding(what, False, roster_view.problem(error, t))
            continue
        except DatabaseError:
            return  # a finding of its own reports this
        if found.unknown:
            names = roster_view.named(found.unknown, t)
            advice = (
                f"names people who cannot answer here: {names}; write a Slack member id, an e-mail address or a name"
            )
            yield Finding(what, True, f"{advice} of an agent", warning=True)
        if found.unread:
            advice = f"events that cannot be read are left out: {roster_view.named(found.unread, t)}"
            yield Finding(what, True, f"{advice}; give each a valid DTSTART and DTEND", warning=True)
        agents = sorted({shift.agent for shift in found.shifts})
        now = on_call(found.shifts, app.ctx.clock.now())
        on = f"on call now: {', '.join(now.agents) or 'nobody'}"
        yield Finding(what, True, f"{len(agents)} agents ({', '.join(agents)}); {on}")


def slack_findings(app: App) -> Iterator[Finding]:
    """Check the bot token, its scopes and every channel in the config; also learn the workspace's address."""
    try:
        response = slack.response(app.client, "auth.test")
    except slack.SlackError as error:
        yield Finding("SLACK_BOT_TOKEN", False, _said(error, "install the app and copy its bot token"))
        return
    app.ctx.workspace.learn(response.get)
    yield Finding("SLACK_BOT_TOKEN", True, f"{response['user']} in {response['team']}")
    headers = {name.lower(): value for name, value in response.headers.items()}
    yield _scopes(headers.get("x-oauth-scopes"))
    yield from _compared("Slack", ahead_of(headers.get("date")))
    yield from _taking_nothing(app)
    for desk in app.ctx.settings.desks:
        places = [(f'desk "{desk.name}"', desk.slack_channel)]
        places += [(f'escalate_to "{team.name}"', team.slack_channel) for team in desk.escalate_to]
        places += [("nags", channel) for channel in desk.channels_reminded]
        places += [("private_channel", desk.private_channel)] if desk.private_channel else []
        places += [("feedback_channel", desk.feedback_channel)] if desk.feedback_channel else []
        for what, channel in places:
            yield _channel(app, what, channel)


def _scopes(header: str | None) -> Finding:
    if not (header or "").strip():
        advice = "could not be checked: Slack's answer does not name them"
        return Finding("Slack scopes", True, advice, warning=True)
    granted = set((header or "").replace(" ", "").split(","))
    missing = [scope for scope in SCOPES if scope not in granted]
    advice = f"add {', '.join(missing)} under OAuth & Permissions and install the app again" if missing else "all there"
    return Finding("Slack scopes", not missing, advice)


def _compared(who: str, ahead: timedelta | None) -> Iterator[Finding]:
    """Compare this machine's clock with another one; say nothing if that one was not told."""
    if ahead is None:
        return
    seconds = ahead.total_seconds()
    off = f"{abs(seconds):.0f} s {'ahead of' if seconds > 0 else 'behind'} {who}'s"
    if abs(seconds) >= CLOCK_WRONG_SECONDS:
        yield Finding("clock", False, f"{off}: set this machine's clock (NTP), else what it signs is refused")
    else:
        odd = abs(seconds) >= CLOCK_ODD_SECONDS
        yield Finding("clock", True, f"{off}: set this machine's clock (NTP)" if odd else f"agrees with {who}'s", odd)


def _taking_nothing(app: App) -> Iterator[Finding]:
    """Yield channels and members that took nothing when the desk last tried."""
    try:
        faults = destinations.faults(app.ctx)
    except DatabaseError:
        return  # a finding of its own reports this
    for fault in faults:
        advice = f"Slack has said {fault.code} since {fault.since:%Y-%m-%d %H:%M} UTC; what is meant for it waits"
        yield Finding(f"messages for {fault.destination}", False, advice)


def _channel(app: App, what: str, channel: str) -> Finding:
    try:
        found = slack.call(app.client, "conversations.info", channel=channel)["channel"]
    except slack.SlackError as error:
        return Finding(f"{what} channel {channel}", False, _said(error, "copy the id from the channel's details"))
    if found.get("is_archived"):
        return Finding(
            f"{what} channel {channel}", False, f"#{found['name']} is archived: unarchive it, or name another"
        )
    if not found.get("is_member"):
        return Finding(f"{what} channel {channel}", False, f"invite the bot: /invite @webcare in #{found['name']}")
    return Finding(f"{what} channel {channel}", True, f"#{found['name']}")


def _socket_mode(app: App) -> Finding:
    token = app.settings.slack.app_token
    try:
        slack.call(app.client, "apps.connections.open", app_token=token.get_secret_value() if token else "")
    except slack.SlackError as error:
        return Finding("SLACK_APP_TOKEN", False, _said(error, "it needs the scope connections:write"))
    return Finding("SLACK_APP_TOKEN", True, "Socket Mode can connect")


def _database(app: App) -> Finding:
    name = app.engine.url.render_as_string(hide_password=True)
    try:
        current = migrate.is_current(app.engine)
    except DatabaseError as error:
        return Finding("DATABASE_URL", False, f"{name} cannot be reached ({cause(error)}); is it running?")
    except migrate.NewerDatabase as error:
        return Finding("DATABASE_URL", False, f"{name}: {error}")
    if not current:
        advice = "webcare run makes them when it starts; before web and worker, run webcare migrate"
        return Finding("DATABASE_URL", True, f"{name} lacks migrations: {advice}", warning=True)
    with reading(app.engine) as connection:
        indexed = search_index.exists(connection)
    if not indexed:
        advice = "this SQLite was built without FTS5, so a search reads every message: use another build, or PostgreSQL"
        return Finding("DATABASE_URL", True, f"{name}: {advice}", warning=True)
    return Finding("DATABASE_URL", True, f"{name}, revision {migrate.head()}")


def _account(app: App, account: AccountConfig) -> Finding:
    try:
        return Finding(account.key, True, f"@{app.ctx.accounts[account.key].verify()}")
    except NetworkError as error:
        return Finding(account.key, False, _what_to_do(app, account, error))


def _listening(app: App) -> Iterator[Finding]:
    """Say how each rule of listening stands, and how much of what it found became cards in the last week."""
    for rule in app.settings.listening:
        what = f"listen {rule.account}: {', '.join(rule.words)[:60]}"
        desk, at = app.settings.desk(rule.desk), app.ctx.clock.now()
        today = at.astimezone(desk.timezone).date()
        try:
            with reading(app.engine) as connection:
                state = rules.get(connection, rule.key)
                week = rules.brought(connection, today - timedelta(days=6), today, rule=rule.key)
                taught = len(lessons.of_desk(connection, rule.desk, network_of(rule.account)))
        except DatabaseError:
            return  # the database's own line says so
        if state is None or state.searched_at is None:
            failing = state is not None and state.failing_since is not None
            said = f"was never searched: {state.error_code}" if failing and state else "has not been searched yet"
            yield Finding(what, ok=not failing, advice=said)
            continue
        cards = f"{week.cards} of {week.found} found in a week became cards"
        left_out = f", {week.left_out} left out by {taught} lessons" if week.left_out or taught else ""
        if state.failing_since is not None:
            since = _at(state.failing_since)
            yield Finding(what, ok=False, advice=f"has not been searchable since {since}: {state.error_code}")
        elif state.slowed_since is not None:
            advice = f"finds more than its budget of {rule.budget} an hour since {_at(state.slowed_since)}: narrow it"
            yield Finding(what, ok=False, advice=f"{advice}, or raise the budget; {cards}{left_out}")
        else:
            gap = f"; passed over {_at(state.missed_from)} to {_at(state.missed_until)}" if state.missed_from else ""
            yield Finding(what, ok=True, advice=f"{cards}{left_out}{gap}")


def _at(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "?"


def _sources(app: App) -> Iterator[Finding]:
    """Say of each tool that posts to us when it last did, and what was wrong since."""
    for desk in app.settings.desks:
        for source in desk.inbound:
            what = f"inbound {source.name}"
            secret = app.settings.credentials(source.account).plain()["secret"]
            if 0 < len(secret) < SHORT_SECRET:
                advice = f"{source.variable} has {len(secret)} characters, which can be guessed: use a longer one"
                yield Finding(what, True, advice, warning=True)
            if source.map.answer_url is not None and not source.answer_to and needs_named(source.proof):
                advice = (
                    f'with verify = "{source.verify}" answers would give the secret away to any address that is posted'
                )
                yield Finding(
                    what, True, f"{advice}, so they go nowhere: write answer_to in webcare.toml", warning=True
                )
            try:
                with reading(app.engine) as connection:
                    known = sources.get(connection, source.account.key)
            except DatabaseError:
                return  # a finding of its own reports this
            yield _source(what, source.variable, known)


def _source(what: str, variable: str, known: Source | None) -> Finding:
    if known is None or (known.heard_at is None and known.refused_at is None):
        return Finding(what, True, f"nothing was posted to /{what.replace(' ', '/')} yet")
    if known.refused_at is not None and (known.heard_at is None or known.refused_at > known.heard_at):
        why = _REFUSED.get(known.refused_why or "", "").format(variable=variable)
        advice = f"the last that was posted, at {known.refused_at:%Y-%m-%d %H:%M} UTC, was refused: {why}"
        return Finding(what, True, advice, warning=True)
    heard = f"{known.heard_at:%Y-%m-%d %H:%M} UTC"
    if known.said_at is None or (known.heard_at is not None and known.said_at < known.heard_at):
        advice = f"the map found no words in what was posted at {heard}: try webcare inbound try FILE with such a body"
        return Finding(what, True, advice, warning=known.said_at is None)
    return Finding(what, True, f"last posted at {heard}")


def _webhooks(app: App) -> Iterator[Finding]:
    """Say which systems are told what, whether they take it, and what was given up."""
    known = webhooks.hooks(app.ctx)
    try:
        for hook in known.values():
            what = f"webhook {urlsplit(hook.config.url).hostname} ({hook.id})"
            tells = f'is told of threads {", ".join(hook.config.events)} at desk "{hook.desk.name}"'
            tells += ", with the words and the name of the customer" if hook.config.words else ", without any words"
            count, fault = webhooks.waiting(app.ctx, hook)
            late = f"; {count} wait for it, which has failed last: {fault}" if fault else ""
            yield Finding(what, True, tells + late, warning=bool(fault))
        count, given_up = webhooks.untold(app.ctx)
    except DatabaseError:
        return  # a finding of its own reports this
    for one in given_up:
        hook_id, happened = one.key.split(":")[1:3]
        host = urlsplit(known[hook_id].config.url).hostname if hook_id in known else hook_id
        advice = f"{host} was never told that #{one.thread_id} was {happened}: {one.error}"
        yield Finding("webhook given up", True, advice, warning=True)
    if count > len(given_up):
        yield Finding("webhook given up", True, f"{count - len(given_up)} more", warning=True)


def _costs(app: App) -> Iterator[Finding]:
    """Yield what each account costs this month, this check included."""
    try:
        spend.settle(app.ctx)
        months = [(account.key, spend.this_month(app.ctx, account.key)) for _, account in app.settings.accounts()]
    except DatabaseError:
        return  # a finding of its own reports this
    t = translator("en")
    with reading(app.engine) as connection:
        meant = budget.standing(connection, app.ctx)
    if meant is not None:
        so_far, month = t.dollars(meant.so_far / 1000), t.dollars(meant.budget / 1000)
        within = meant.standing is Standing.WITHIN
        yield Finding("budget", True, f"{so_far} of {month} this month (UTC)", warning=not within)
    for key, cost in months:
        if cost is not None:
            so_far, comes_to = (t.dollars(amount / 1000) for amount in (cost.month.so_far, cost.month.comes_to))
            counted = ", ".join(f"{t.number(count)} x {what.replace('_', ' ')}" for what, count in cost.counts.items())
            advice = f"{so_far} this month (UTC), about {comes_to} by its end; {counted or 'nothing'}"
            yield Finding(f"cost of {key}", True, advice)


def _what_to_do(app: App, account: AccountConfig, error: NetworkError) -> str:
    spec = account.spec
    if advice := _OF_A_NETWORK.get(error.code):
        variable = spec.api_url_variable(account.prefix)
        return f"{error.detail}; {advice.format(network=spec.name, console=spec.console, variable=variable)}"
    blamed = [key for key in spec.keys if isinstance(error, Rejected) and key.name in error.keys]
    variables = app.settings.credentials(account).variables
    about = f"{', '.join(variables[key.name] for key in blamed)}: " if blamed else ""
    where = spec.place(blamed[0]) if len(blamed) == 1 else spec.console
    return f"{about}{error.detail}; see {where}"


def _clock(app: App) -> Finding:
    if isinstance(app.settings.clock, SystemClock):
        return Finding("clock", True, "the machine's own")
    read, _, _ = str(app.settings.clock).partition("#")  # the anchor tells an operator nothing
    advice = f"WEBCARE_CLOCK is set to {read}: no time that anybody sees is real"
    return Finding("clock", True, advice, warning=True)


def _said(error: slack.SlackError, advice: str) -> str:
    if isinstance(error, slack.Rejected):
        return f"Slack says {error}; {advice}"
    if isinstance(error, slack.RateLimited):
        return f"Slack says {error}"
    return f"Slack cannot be reached ({error}); look at the network and SLACK_API_URL"
