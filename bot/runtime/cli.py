"""The command line; `webcare --help` lists its commands."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, NoReturn, TextIO

import click

from bot.settings import Desk, InboundConfig, Settings, SettingsError, config_path, load

if TYPE_CHECKING:
    from bot.domain.customers.customer import Customer, Identity
    from bot.runtime.app import App
    from bot.usecases.desk.context import Context
    from bot.usecases.privacy.erase import Found

EXIT_WRONG_SETTINGS = 2


class Commands(click.Group):
    """Reports a failing database in one line, whatever the command."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            from storage.engine import DatabaseError, cause
            from storage.migrate import NewerDatabase

            if isinstance(error, NewerDatabase):
                raise click.ClickException(str(error)) from None
            if not isinstance(error, DatabaseError):
                raise
            advice = "is it running, and was `webcare migrate` run?"
            raise click.ClickException(f"the database does not do what it should: {cause(error)}; {advice}") from None


@click.group(
    cls=Commands, help="Webcare from Slack: every public mention becomes a card with an owner, a clock and an answer."
)
@click.version_option(package_name="webcare-desk")
def main() -> None:
    pass


@main.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), envvar="PORT", help="Where the page is; else 3800 or the next free."
)
@click.option("--language", type=click.Choice(["nl", "sv", "en"]), help="Everybody's language; else all three.")
@click.option(
    "--config",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Your own webcare.toml; the demo's workspace, colleagues and account take the place of yours.",
)
@click.option("--at", default="", help='When it begins, such as "2026-11-27 16:40" in the desk\'s time zone; else now.')
def demo(port: int | None, language: Literal["nl", "sv", "en"] | None, file: Path | None, at: str) -> None:
    """Try everything on this machine: a small Slack, X and Bluesky, and customers who keep posting."""
    from bot.runtime.demo import run_demo

    try:
        run_demo(port, language, file, at)
    except SettingsError as error:
        _refuse(error)


@main.command()
def run() -> None:
    """Run the desk in one process: Socket Mode when SLACK_APP_TOKEN is set; HTTP when it is not, or PORT is."""
    settings = _settings(lambda settings: settings.require(way_in=True, networks=True))
    _start("run", settings)


@main.command()
def web() -> None:
    """Serve Slack's clicks over HTTP; run any number of these beside workers."""
    _start("web", _settings(lambda settings: settings.require(http=True)))


@main.command()
def worker() -> None:
    """Poll, remind and deliver; run any number of these."""
    _start("worker", _settings(lambda settings: settings.require(networks=True)))


@main.command()
def migrate() -> None:
    """Bring the database to the schema that this version needs."""
    from bot.runtime.process import migrate_now

    click.echo(f"database at revision {migrate_now(_settings())}")


@main.command()
def check() -> None:
    """Try every token, scope, channel and the database: a line each, with what to do."""
    from bot.runtime.app import build
    from bot.runtime.check import findings

    found = []
    with closing(build(_settings())) as app:
        for finding in findings(app):
            click.echo(str(finding))
            found.append(finding)
    sys.exit(
        EXIT_WRONG_SETTINGS
        if any(finding.unset for finding in found)
        else int(not all(finding.ok for finding in found))
    )


@main.command()
@click.option("--url", help="Your public address; without it the app uses Socket Mode.")
@click.argument("ignored", nargs=-1, type=click.UNPROCESSED)
def manifest(url: str | None, ignored: tuple[str, ...]) -> None:  # noqa: ARG001 (the Slack CLI appends arguments)
    """Print the Slack app manifest as JSON."""
    from bot.platform.manifest import manifest as build_manifest
    from handlers import USAGE_HINT

    try:
        click.echo(json.dumps(build_manifest(_command_name(), url, usage_hint=USAGE_HINT), indent=2))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--url") from None


@main.command()
@click.argument("what_for", metavar="[feedback]", required=False, type=click.Choice(["feedback"]))
@click.option("--format", "form", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True)
@click.option(
    "--encoding",
    type=click.Choice(["utf-8", "utf-8-sig"]),
    help="utf-8-sig has the mark by which Excel knows UTF-8, and is what CSV gets; else utf-8.",
)
@click.option("--since", type=click.DateTime(), help="From this instant on (UTC).")
@click.option("--until", type=click.DateTime(), help="Up to but without this instant (UTC).")
@click.option("--waits", "what", flag_value="waits", help="Every wait with what counted of it, instead of every event.")
@click.option("--promises", "what", flag_value="promises", help="Every promise to a customer and what became of it.")
@click.option("--signals", "what", flag_value="signals", help="Every signal of a last resort, and if it was declined.")
@click.option("--incidents", "what", flag_value="incidents", help="Every incident with its figures.")
@click.option("--ratings", "what", flag_value="ratings", help="Whom you asked if an answer helped, and what they said.")
@click.option(
    "--output", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="A file; else standard output."
)
def export(
    what_for: str | None,
    form: Any,
    encoding: str | None,
    since: datetime | None,
    until: datetime | None,
    what: str | None,
    output: Path | None,
) -> None:
    """Write every event with its thread's owner and timings, every wait with its clock, promise, signal or incident.

    `export feedback` writes what you did about what customers said, a list for the public, as Markdown.
    """
    from bot.usecases.reports import export as exports

    what = what_for or what or "events"
    writers = {
        "events": exports.export,
        "waits": exports.export_waits,
        "promises": exports.export_promises,
        "signals": exports.export_signals,
        "ratings": exports.export_ratings,
        "feedback": _write_feedback,
        "incidents": exports.export_incidents,
    }
    span = {"since": since and since.replace(tzinfo=UTC), "until": until and until.replace(tzinfo=UTC)}
    encoding = encoding or ("utf-8-sig" if form == "csv" and what_for is None else "utf-8")
    with closing(_app()) as app:
        if output is None:
            text = io.TextIOWrapper(sys.stdout.buffer, encoding=encoding, newline="")
            writers[what](app.ctx, text, form, **span)
            text.flush()
            text.detach()  # closing it would close standard output
        else:
            with output.open("w", encoding=encoding, newline="") as file:
                click.echo(f"{writers[what](app.ctx, file, form, **span)} {what} written to {output}", err=True)


def _write_feedback(ctx: Context, to: TextIO, _form: Any, *, since: datetime | None, until: datetime | None) -> int:
    """Write the public list of every desk, in its language; return how many labels it has."""
    from bot.platform.i18n import translator
    from bot.usecases.reports import feedback
    from bot.views.reports import feedback as view

    lists = [(desk, feedback.public(ctx, desk, since, until)) for desk in ctx.settings.desks]
    for desk, labels in lists:
        to.write(view.public(desk.name, labels, translator(desk.language)))
    return sum(len(labels) for _, labels in lists)


@main.group()
def bank() -> None:
    """Take the knowledge bank out into a file, or a file into the knowledge bank."""


_DESK = click.option("--desk", "name", help="Whose, where webcare.toml has several desks.")
_FORM = click.option("--format", "form", type=click.Choice(["md", "csv"]), help="Else as the file's name ends, or md.")


@bank.command("export")
@click.argument("file", required=False, type=click.Path(dir_okay=False, writable=True, path_type=Path))
@_DESK
@_FORM
def export_bank(file: Path | None, name: str | None, form: str | None) -> None:
    """Write a desk's questions and answers to FILE, or to standard output."""
    from bot.domain.knowledge import files
    from bot.usecases.knowledge import exchange

    form = form or _form_of(file)
    with closing(_app()) as app:
        desk = _desk_called(app.ctx.settings, name)
        rows = exchange.rows(app.ctx, desk)
    text = files.to_csv(rows) if form == "csv" else files.to_markdown(rows, f"Knowledge bank: {desk.name}")
    content = text.encode("utf-8-sig" if form == "csv" else "utf-8")
    if file is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        file.write_bytes(content)
        click.echo(f"{len(rows)} entries written to {file}", err=True)


@bank.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_DESK
@_FORM
def import_bank(file: Path, name: str | None, form: str | None) -> None:
    """Take the questions and answers in FILE into a desk's knowledge bank: all of them, or none."""
    from bot.domain.knowledge import files
    from bot.usecases.knowledge import exchange

    form = form or _form_of(file)
    with closing(_app()) as app:
        desk = _desk_called(app.ctx.settings, name)
        try:
            text = files.decoded(file.read_bytes())
            read = files.from_csv(text) if form == "csv" else files.from_markdown(text)
            done = exchange.take_in(app.ctx, desk, read)
        except files.UnreadableFile as problem:
            raise click.ClickException(f"nothing was imported: {file.name}, {problem}") from None
    click.echo(f"{desk.name}: {done.added} new, {done.changed} changed, {done.as_they_were} as they were")


def _form_of(file: Path | None) -> str:
    return "csv" if file is not None and file.suffix.lower() == ".csv" else "md"


def _desk_called(settings: Settings, name: str | None) -> Desk:
    """Return the desk of this name; without a name, the only one there is."""
    names = ", ".join(desk.name for desk in settings.desks)
    if name is None and len(settings.desks) > 1:
        raise click.UsageError(f"say whose knowledge bank: --desk with one of {names}")
    found = [desk for desk in settings.desks if name is None or desk.name.casefold() == name.casefold()]
    if not found:
        raise click.BadParameter(f"there is no desk of that name; there are {names}", param_hint="--desk")
    return found[0]


@main.command()
@click.argument("handle")
@click.option("--network", help="Only on this account of ours, such as x:acme.")
@click.option("--customer", metavar="NUMBER", help="Whom, such as x:77, where several have used the handle.")
@click.option("--yes", is_flag=True, help="Do not ask first.")
def erase(handle: str, network: str | None, customer: str | None, yes: bool) -> None:
    """Forget a customer: who they are, what they wrote, and what we answered."""
    from bot.domain.common.errors import Refused
    from bot.usecases.privacy import erase as usecase

    name = "@" + handle.removeprefix("@")
    with closing(_app()) as app:
        people = usecase.people_called(app.ctx, handle, network, person=customer)
        meant = [person for person in people if customer is None or person.is_called(customer)]
        if not meant:
            who = f"nobody called {name} with the number {customer}" if people else f"nobody called {name}"
            raise click.ClickException(f"{who} has written to this desk")
        found = {person.key: _listed(usecase.find(app.ctx, person, network)) for person in meant}
        chosen = meant[0]
        if len(meant) > 1:
            click.echo(f"{len(meant)} people have used the name {name}:", err=True)
            for number, person in enumerate(meant, 1):
                click.echo(f"{number}. {person.key}: {_used(person)} ({found[person.key]})", err=True)
            if yes:
                raise click.ClickException(f"nothing was erased: say whom, such as --customer {chosen.key}")
            chosen = meant[click.prompt("Erase which", type=click.IntRange(1, len(meant)), err=True) - 1]
        if not yes:
            called = name if len(people) == 1 else f"{name} ({chosen.key})"
            listed = found[chosen.key]
            if len(chosen.identities) > 1:
                click.echo(f"{called} is one person with several accounts, and all of them go:", err=True)
                for identity in chosen.identities:
                    click.echo(f"- {identity.key}: {_used(identity)}", err=True)
            click.confirm(f"Erase all that {called} said and was answered, for good ({listed})?", abort=True)
        try:
            erased = usecase.erase(app.ctx, handle, network, person=chosen.key)
        except Refused as refusal:
            busy = f"a reply in #{refusal.details['thread']} is on its way"
            raise click.ClickException(f"nothing was erased: {busy}; try again soon") from None
    numbers = ", ".join(f"#{number}" for number in erased.threads)
    click.echo(f"threads: {len(erased.threads)}{f' ({numbers})' if numbers else ''}")
    if len(erased.identities) > 1:
        click.echo(f"accounts: {len(erased.identities)} ({', '.join(erased.identities)})")
    if erased.in_crm:
        told = ", ".join(erased.in_crm)
        click.echo(f"the CRM keeps what it has of them: ask it to forget {told} as well", err=True)
    click.echo(f"messages: {erased.posts}")
    click.echo(f"replies: {erased.replies}")
    click.echo(f"Slack messages: {erased.shown}, changed as soon as the desk runs")


def _used(person: Customer | Identity) -> str:
    """Say when somebody was seen under each of their handles."""
    return ", ".join(f"@{each.handle} {each.first_at:%Y-%m-%d} to {each.last_at:%Y-%m-%d}" for each in person.handles)


def _listed(found: Found) -> str:
    listed = [f"#{thread.id} on {thread.account}" for thread in found.threads]
    listed += [f"posts that could not be stored: {found.aside}"] if found.aside else []
    listed += [f"posts that others answer or quote: {found.referred_to}"] if found.referred_to else []
    listed += [f"posts that were found: {found.heard}"] if found.heard else []
    return ", ".join(listed)


@main.group()
def route() -> None:
    """Which desk answers what comes in."""


@route.command("try")
@click.argument("text")
@click.option("--account", metavar="KEY", help="Ours that it was written to, such as x:acme; else the first one.")
@click.option("--language", help="Which the network says that it is in; else what the words tell.")
@click.option("--private", is_flag=True, help="As a private message.")
@click.option("--at", "when", type=click.DateTime(), help="When it comes in, by the desk's clock; else now.")
def try_route(text: str, account: str | None, language: str | None, private: bool, when: datetime | None) -> None:
    """Say which desk would answer a text, and by which rule."""
    from bot.domain.common.language import spoken
    from bot.settings.config import account_keys
    from bot.usecases.intake import routing

    settings = _settings()
    keys = account_keys(settings.desks)
    if not keys:
        raise click.ClickException("the config has no account: write [[desk.networks]]")
    if account is not None and account.casefold() not in keys:
        known = ", ".join(sorted(set(keys.values())))
        raise click.ClickException(f"{account} is none of the accounts {known}")
    key = keys[account.casefold()] if account else next(one.key for _, one in settings.accounts())
    desk = settings.desk_or_heir("", key)
    at = when.replace(tzinfo=desk.timezone) if when else settings.clock.now()
    told = spoken(text, None, language, None)
    found = routing.where(settings, desk, key, text, at, told, private=private)
    why = "no rule holds" if found.route is None else f"route[{found.number}]: {found.route.said(text)}"
    click.echo(f'desk "{found.desk.name}" ({why})')


@main.group()
def listen() -> None:
    """What is said about you without being said to you."""


@listen.command("try")
@click.argument("rule")
@click.option("--account", metavar="KEY", help="On whose network, such as x:acme; else the first one that can search.")
def try_listening(rule: str, account: str | None) -> None:
    """Show what RULE would have brought in the last day: words with commas between, or a rule's number in the file.

    Words of a rule in webcare.toml stand for all of it. Nothing is stored; on X the search costs what it finds.
    """
    from bot.networks.base import NetworkError
    from bot.settings.config import account_keys, search_of
    from bot.usecases.listening import tried as usecase
    from bot.usecases.reports import spend
    from bot.views.listening import tried as view

    settings = _settings()
    keys = account_keys(settings.desks)
    able = [one.key for _, one in settings.accounts() if one.spec.can.searches]
    if account is not None and account.casefold() not in keys:
        raise click.ClickException(f"{account} is none of the accounts {', '.join(sorted(set(keys.values())))}")
    if not able or (account is not None and keys[account.casefold()] not in able):
        raise click.ClickException("the account cannot search" if able else "the config has no account that can search")
    try:
        meant = usecase.meant(settings, rule, keys[account.casefold()] if account else able[0])
    except ValueError as problem:
        raise click.BadParameter(str(problem), param_hint="RULE") from None
    asked = settings.account(meant.account)
    if asked is not None and (why_not := asked.spec.unsearchable(search_of(meant), asked.handle)):
        raise click.ClickException(why_not)
    with closing(_app()) as app:
        try:
            found = usecase.tried(app.ctx, meant)
        except NetworkError as error:
            raise click.ClickException(f"{meant.account} was not searched: {error.detail}") from None
        finally:
            spend.settle(app.ctx)
    click.echo(view.shown(found), nl=False)


@main.group()
def inbound() -> None:
    """Tools that post to this desk."""


@inbound.command("try")
@click.argument("file", type=click.File("rb"))
@click.option("--source", "name", help="Which, where webcare.toml has several [[desk.inbound]].")
def try_inbound(file: BinaryIO, name: str | None) -> None:
    """Show what would be stored of the JSON in FILE ("-": standard input). Nothing is stored, and nobody is asked."""
    from bot.networks.inbound.mapping import Unreadable, decoded
    from bot.usecases.intake.hear import answerable
    from bot.views.intake import heard as view

    settings = _settings()
    source = _source_called(settings, name)
    try:
        body = decoded(file.read())
    except Unreadable as problem:
        raise click.ClickException(f"{file.name}: {problem}") from None
    heard = source.mapping.hear(body, settings.clock.now())
    mentions = [answerable(settings, source, mention) for mention in heard.mentions]
    click.echo(view.shown(source.name, mentions, heard.left_out, source.mapping.in_vain(body)), nl=False)
    if not mentions:
        sys.exit(1)


def _source_called(settings: Settings, name: str | None) -> InboundConfig:
    """Return the tool of this name; without a name, the only one there is."""
    sources = [source for desk in settings.desks for source in desk.inbound]
    names = ", ".join(source.name for source in sources)
    if not sources:
        raise click.ClickException("webcare.toml has no [[desk.inbound]] yet: write one, with its map")
    if name is None and len(sources) > 1:
        raise click.UsageError(f"say which tool: --source with one of {names}")
    found = [source for source in sources if name in (None, source.name)]
    if not found:
        raise click.BadParameter(f"there is no tool of that name; there are {names}", param_hint="--source")
    return found[0]


@main.group()
def incident() -> None:
    """Incidents: one cause for which many customers write."""


@incident.command()
@click.argument("number", type=int)
@click.option("--format", "form", type=click.Choice(["html", "md"]), default="html", show_default=True)
@click.option(
    "--output", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="A file; else standard output."
)
def report(number: int, form: str, output: Path | None) -> None:
    """Write a page about an incident for the press office: figures, timeline, and quotes without names."""
    from bot.domain.common.errors import Gone
    from bot.platform.i18n import translator
    from bot.usecases.incidents import shown
    from bot.views.incidents import page

    with closing(_app()) as app:
        try:
            found, language = shown.page(app.ctx, number)
        except Gone:
            raise click.ClickException(f"there is no incident {number}") from None
    write = page.document if form == "html" else page.markdown
    text = write(found, translator(language))
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, "utf-8")
        click.echo(f"incident {number} written to {output}", err=True)


@main.command()
@click.option("--to", required=True, metavar="URL", help="sqlite:///… or postgresql://…, an empty database.")
def copy(to: str) -> None:
    """Copy the configured database to another one. Stop the desk first."""
    from bot.settings.values import database_url
    from storage import transfer
    from storage.engine import DatabaseError, connect

    source = connect(_settings().database_url)
    try:
        target = connect(database_url(to))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--to") from None
    try:
        for table, rows in transfer.copy(source, target):
            click.echo(f"{table}: {rows}")
    except transfer.NotCopied as error:
        raise click.ClickException(str(error)) from None
    except DatabaseError as error:
        raise click.ClickException(f"nothing was copied: {_first_line(error)}") from None
    finally:
        source.dispose()
        target.dispose()
    click.echo("everything is copied: put the new address into DATABASE_URL and start the desk")


def _app() -> App:
    """Build the app for a command that reads or changes what is stored. Raises NewerDatabase."""
    from bot.runtime.app import build
    from bot.usecases.desk import settings
    from storage import migrate

    app = build(_settings())
    if migrate.is_current(app.engine):
        settings.refresh(app.ctx)
    return app


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _settings(require: Callable[[Settings], None] | None = None) -> Settings:
    """Load the settings; on problems, print one line for each and exit with 2, before anything starts."""
    try:
        settings = load(os.environ)
        if require is not None:
            require(settings)
    except SettingsError as error:
        _refuse(error)
    return settings


def _refuse(error: SettingsError) -> NoReturn:
    for problem in error.problems:
        click.echo(problem, err=True)
    sys.exit(EXIT_WRONG_SETTINGS)


def _command_name() -> str:
    """Return the slash command's name, from the config if there is one."""
    if not config_path(os.environ).exists():
        return "/webcare"
    return _settings().command


def _start(kind: str, settings: Settings) -> None:
    from bot.platform import logs
    from bot.runtime import process

    logs.setup(settings.log_level, settings.secrets())
    try:
        {"run": process.run, "web": process.web, "worker": process.worker}[kind](settings)
    except SettingsError as error:
        _refuse(error)
    except process.Unprepared as error:
        click.echo(str(error), err=True)
        sys.exit(1)
