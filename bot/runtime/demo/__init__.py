"""`webcare demo`: the sandbox in this process, and the bot beside it, run as an operator would."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from secrets import token_hex

import click

from bot.platform.clock import REACH, Clock, ShiftedClock, parse_clock
from bot.platform.manifest import manifest
from bot.runtime.demo import own_desk
from bot.runtime.demo.yesterday import Stage
from bot.runtime.shutdown import ShutdownSignal
from bot.sandbox.customers.script import Language
from bot.sandbox.server import Sandbox
from bot.settings import Desk, Settings, SettingsError, load, values
from handlers import USAGE_HINT

FIRST_PORT = 3800
PORTS_TRIED = 100
PACE_SECONDS = 20
HURRY_SECONDS = 1  # between the first customers, so that the page is not empty
HURRIED_FOR_SECONDS = 3.5

CONFIG = """\
[[desk]]
name = "Support"
language = "{language}"
slack_channel = "C0SUPPORT"
leads = ["U0LEAD"]
timezone = "Europe/Amsterdam"
roster = "oncall.ics"
feedback_channel = "C0PRESS"
outcomes = ["Solved", "Passed on", "No answer possible"]
[desk.targets]
warn_at = 0.5
[desk.words]
spelling = ["nl", "sv", "en"]
rather_not = {{"helaas" = "jammer genoeg", "tyvärr" = "det är synd att", "unfortunately" = "sorry that"}}
guideline = '''
Short and warm, as a person: we, not the company.
First what happens now, then why.
No jargon, and no excuse without a way out.'''
[desk.mandate]
words = ["refund", "money back", "terugbetaling", "geld terug", "återbetalning", "pengarna tillbaka"]
{labels}[[desk.escalate_to]]
name = "Press office"
slack_channel = "C0PRESS"
[[desk.references]]
pattern = "A-[0-9]{{6}}"
url = "https://crm.example.com/orders/{{0}}"
names = ["ordernummer", "zaaknummer", "ärendenummer", "order number", "case number", "reference"]
[[desk.networks]]
kind = "x"
handle = "acme"
poll_every = "2s"
recheck_every = "10s"
likes = true
[[desk.networks]]
kind = "bluesky"
handle = "acme.example.com"
poll_every = "2s"
recheck_every = "10s"
likes = true
[[desk.listen]]
account = "x:acme"
words = ["acme", "#acmestoring"]
ask_before_card = true
[[desk.listen]]
account = "bluesky:acme.example.com"
words = ["acme"]
[[desk.inbound]]
name = "phone"
private = true
verify = "token"
header = "Authorization"
prefix = "Bearer "
[desk.inbound.map]
author.id = "number"
author.name = "name"
text = "note"
[desk.agents.U0ANNA]
initials = "AB"
[desk.agents.U0LARS]
initials = "LN"
[desk.agents.U0EMMA]
initials = "EC"
"""
"""The targets are not in it, so that they can be changed in Slack."""

LABELS: dict[Language, tuple[str, str]] = {
    "en": ("Delivery", "Outage"),
    "nl": ("Bezorging", "Storing"),
    "sv": ("Leverans", "Driftstörning"),
}

OUTCOMES: dict[Language, str] = {
    "en": '["Solved", "Passed on", "No answer possible"]',
    "nl": '["Opgelost", "Doorgezet", "Geen antwoord mogelijk"]',
    "sv": '["Löst", "Skickat vidare", "Inget svar möjligt"]',
}

PHONE_SECRET = "demo-phone-notes"  # noqa: S105 - of a desk that nobody else reaches
PHONE_NOTE = f"""\
Somebody calls:  curl 127.0.0.1:{{port}}/inbound/phone -H "Authorization: Bearer {PHONE_SECRET}" \\
                 -d '{{{{"number": "+31201234567", "name": "Joris", "note": "Where is my parcel?"}}}}'"""

TARGETS = {"targets.first_response": 60, "targets.next_response": 90}
"""So many seconds that the first reminder comes within half a minute, whatever the clock's speed."""

ROSTER = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//webcare//demo//EN
BEGIN:VEVENT
UID:morning@demo
DTSTART:20260101T080000
DTEND:20260101T130000
RRULE:FREQ=DAILY
SUMMARY:On call
ATTENDEE:mailto:anna@acme.example
END:VEVENT
BEGIN:VEVENT
UID:afternoon@demo
DTSTART:20260101T130000
DTEND:20260101T180000
RRULE:FREQ=DAILY
SUMMARY:On call: Lars Nilsson
END:VEVENT
BEGIN:VEVENT
UID:evening@demo
DTSTART:20260101T180000
DTEND:20260102T080000
RRULE:FREQ=DAILY
SUMMARY:On call - U0EMMA
END:VEVENT
END:VCALENDAR
"""
"""Three shifts a day in the desk's time zone: one names an address, one a name, one a Slack member."""


def run_demo(port: int | None, language: Language | None, file: Path | None = None, at: str = "") -> None:
    """Run until interrupted. If `port` is None, take 3800 or the next free port.

    With a `language` the desk, the colleagues and the customers use that one; else the customers use all three.
    With a `file` its desk is played. The clock starts at the desk's local time `at`, else as WEBCARE_CLOCK says.
    Raises SettingsError.
    """
    shutdown = ShutdownSignal()
    with tempfile.TemporaryDirectory(prefix="webcare-demo-") as folder:
        config = Path(folder) / "webcare.toml"
        bot_port = _free_port()
        settings = _prepared(config, file, language, f"http://127.0.0.1:{bot_port}")
        clock = _clock(at, settings.desks[0])
        speed = clock.speed if isinstance(clock, ShiftedClock) else 1.0
        stage = Stage(clock)
        sandbox = _started(port, lambda free: Sandbox(free, now=stage.now, speed=speed, language=language))
        sandbox.slack.install(manifest(settings.command, usage_hint=USAGE_HINT))
        environment = _environment(sandbox, config, str(clock) if isinstance(clock, ShiftedClock) else "")
        environment |= {
            "PORT": str(bot_port),
            "WEBCARE_LINK_SECRET": token_hex(16),
            "INBOUND_PHONE_SECRET": PHONE_SECRET,
        }
        sandbox.x.enterprise = True  # so that a like can be tried
        targets = {key: f"{max(1, round(seconds * speed))}s" for key, seconds in TARGETS.items()}
        stage.play_yesterday(sandbox, load(environment), {} if file else targets)
        bot = subprocess.Popen([sys.executable, "-m", "bot", "run"], env=environment)
        click.echo(f"The webcare desk is at {sandbox.url}  (stop it with Ctrl-C)")
        if file is None:
            click.echo(PHONE_NOTE.format(port=bot_port))
        sandbox.x.set_pace(HURRY_SECONDS)
        shutdown.wait(HURRIED_FOR_SECONDS)
        sandbox.x.set_pace(PACE_SECONDS)
        while bot.poll() is None and not shutdown.wait(0.5):
            pass
        bot.terminate()
        bot.wait(30)
    sandbox.stop()
    if not shutdown.told:
        sys.exit(f"the bot ended by itself, with status {bot.returncode}")


def _labels(language: Language) -> str:
    return "".join(f'[[desk.labels]]\nname = "{name}"\n' for name in LABELS[language])


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def _prepared(config: Path, file: Path | None, language: Language | None, public_url: str) -> Settings:
    """Write the config of the demo's desk, or of the one in `file`, and read it. Raises SettingsError."""
    if file is None:
        spoken: Language = language or "en"
        text = CONFIG.format(language=spoken, labels=_labels(spoken)).replace(OUTCOMES["en"], OUTCOMES[spoken])
        config.write_text(f'public_url = "{public_url}"\n{text}', encoding="utf-8")
        config.with_name("oncall.ics").write_text(ROSTER, encoding="utf-8")
    else:
        config.write_text(own_desk.written(own_desk.read(file, language)), encoding="utf-8")
    try:
        return load({"WEBCARE_CONFIG": str(config)})
    except SettingsError as error:
        raise SettingsError([problem.replace(str(config), str(file)) for problem in error.problems]) from None


def _clock(at: str, desk: Desk) -> Clock:
    """Return the demo's clock. Raises SettingsError if `at` or WEBCARE_CLOCK is no time that it can start at."""
    at = at.strip()
    if not at:
        return _clock_of_environment()
    try:
        start = datetime.fromisoformat(at)
        start = start if start.tzinfo else start.replace(tzinfo=desk.timezone)
        return parse_clock(start.isoformat())
    except ValueError:
        raise SettingsError(
            [f'--at: "{at}" cannot be read: write a time such as "2026-11-27 16:40" ({REACH})']
        ) from None


def _clock_of_environment() -> Clock:
    try:
        return values.clock(os.environ.get("WEBCARE_CLOCK", ""))
    except ValueError as problem:
        raise SettingsError([f"WEBCARE_CLOCK: {problem}"]) from None


def _started(port: int | None, make: Callable[[int], Sandbox]) -> Sandbox:
    """Start the sandbox on `port`, or on the first free port if `port` is None."""
    ports = [port] if port is not None else range(FIRST_PORT, FIRST_PORT + PORTS_TRIED)
    for candidate in ports:
        try:
            return make(candidate).start()
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    raise click.ClickException(f"port {ports[0]} is taken; name another with --port")


def _environment(sandbox: Sandbox, config: Path, clock: str) -> dict[str, str]:
    """Return this process's environment with everything that points at the real world replaced."""
    ours = sandbox.environment | {"WEBCARE_CONFIG": str(config), "WEBCARE_CLOCK": clock}
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "PORT")}
    return kept | ours
