from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from bot.networks import KINDS, SPECS
from bot.platform.clock import ShiftedClock, SystemClock
from bot.platform.i18n import LANGUAGES
from bot.settings import Settings, SettingsError, load, values
from bot.settings.config import AccountConfig, Config
from bot.settings.environment import VARIABLES, WHERE_TO_FIND

README = (Path(__file__).parents[3] / "README.md").read_text("utf-8")
MINIMAL = """
[[desk]]
name = "Support"
slack_channel = "C0SUPPORT"
[[desk.networks]]
kind = "x"
handle = "acme"
[[desk.escalate_to]]
name = "Press office"
slack_channel = "C0PRESS"
[desk.agents.U0AGENT]
initials = "AB"
"""
WHOLE = """
command = "/desk"
[delivery]
slack_recheck_after = "20s"
network_recheck_after = "2m"
[[desk]]
name = "Support"
slack_channel = "C0SUPPORT"
leads = ["U0LEAD"]
timezone = "Europe/Amsterdam"
language = "nl"                 # en, nl, sv
standup = "08:30"
signature = "{name} ^{initials}"
undo = "1m30s"
keep = "30d"
[desk.targets]
first_response = "1h"
next_response = "1h30m"
warn_at = 0.5
[[desk.escalate_to]]
name = "Press office"
slack_channel = "C0PRESS"
[[desk.networks]]
kind = "x"
handle = "@acme"
poll_every = "1m"
look_back = "2d"
recheck_every = "1h"
[desk.agents.U0AGENT]
initials = "AB"
[[desk]]
name = "Sales"
slack_channel = "G0SALES"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "webcare.toml"
    path.write_text(MINIMAL)
    return path


def read(config: Path, toml: str = MINIMAL, **environ: str) -> Settings:
    config.write_text(toml)
    return load({"WEBCARE_CONFIG": str(config), **environ})


def problems(config: Path, toml: str = MINIMAL, **environ: str) -> list[str]:
    """What is said, with the directory taken off."""
    with pytest.raises(SettingsError) as caught:
        read(config, toml, **environ)
    assert all("\n" not in problem for problem in caught.value.problems)
    return [problem.removeprefix(f"{config.parent}/") for problem in caught.value.problems]


def keys(model: type[BaseModel], path: str = "") -> Iterator[str]:
    """Every key of webcare.toml with its path, such as desk.targets.warn_at; an agent's by the table's name."""
    for name, field in model.model_fields.items():
        inside = [kind for kind in (field.annotation, *get_args(field.annotation)) if isinstance(kind, type)]
        tables = [kind for kind in inside if issubclass(kind, BaseModel)]
        if not tables or field.default_factory:
            yield f"{path}{name}"
        for table in tables:
            yield from keys(table, f"{path}{name}.")


def documented(heading: str) -> dict[str, str]:
    """Name to default, from the table under that heading of the README's settings."""
    part = README.partition("\n## Settings\n")[2].partition(f"\n### {heading}\n")[2].partition("\n##")[0]
    return dict(re.findall(r"^\| `([\w.]+)` \| (.*?) ?\|", part, re.MULTILINE))


class TestDocumentation:
    def test_every_key_of_the_file_is_documented(self) -> None:
        assert documented("webcare.toml").keys() ^ set(keys(Config)) == set()

    def test_every_variable_is_documented(self) -> None:
        assert documented("Environment").keys() ^ set(VARIABLES) == set()
        assert WHERE_TO_FIND.keys() <= set(VARIABLES)

    def test_documented_defaults_are_those_that_hold(self) -> None:
        minimal = tomllib.loads(MINIMAL)
        written: dict[str, Any] = tomllib.loads(MINIMAL)
        for key, default in documented("webcare.toml").items():
            *tables, name = key.split(".")
            if default:
                place = written
                for table in tables:
                    inner = place.setdefault(table, {})
                    place = inner[0] if isinstance(inner, list) else inner
                place.setdefault(name, tomllib.loads(f"value = {default.strip('`')}")["value"])
        assert written != minimal
        assert Config.model_validate(written) == Config.model_validate(minimal)


class TestFile:
    def test_left_out_key_gets_its_default(self, config: Path) -> None:
        settings = read(config)
        desk = settings.desk("Support")
        assert (desk.language, desk.signature, desk.standup, str(desk.timezone)) == (
            "en",
            "^{initials}",
            time(9),
            "UTC",
        )
        assert (desk.undo, desk.keep) == (timedelta(seconds=10), timedelta(days=400))
        assert desk.targets.first_response == timedelta(hours=1)
        assert settings.command == "/webcare"
        assert settings.database_url == f"sqlite:///{config.parent / 'webcare.db'}"
        assert (settings.port, settings.http_port, settings.log_level) == (None, 3000, "INFO")
        assert (settings.slack.api_url, settings.api_urls["x"]) == ("https://slack.com/api/", "https://api.twitter.com")
        assert isinstance(settings.clock, SystemClock)

    def test_whole_file_is_read(self, config: Path) -> None:
        settings = read(config, WHOLE)
        support, sales = settings.desks
        assert (support.standup, str(support.timezone), support.leads) == (time(8, 30), "Europe/Amsterdam", ("U0LEAD",))
        assert (support.undo, support.keep) == (timedelta(seconds=90), timedelta(days=30))
        assert support.targets.next_response == timedelta(minutes=90)
        assert support.networks[0].handle == "acme"
        assert support.agents["U0AGENT"].initials == "AB"
        assert support.escalate_to[0].slack_channel == "C0PRESS"
        assert settings.delivery.network_recheck_after == timedelta(minutes=2)
        assert settings.command == "/desk"
        assert settings.desk_of_channel("G0SALES") is sales
        assert settings.desk_of_channel("C0PRESS") is None
        assert [(desk.name, network.handle) for desk, network in settings.accounts()] == [("Support", "acme")]
        with pytest.raises(KeyError):
            settings.desk("Gone")

    def test_settings_cannot_be_changed(self, config: Path) -> None:
        settings = read(config)
        for part, name in ((settings, "port"), (settings.slack, "api_url"), (settings.desks[0], "name")):
            with pytest.raises((AttributeError, ValueError)):
                setattr(part, name, "other")

    @pytest.mark.parametrize(
        ("line", "problem"),
        [
            ("undo = 10", 'undo: 10 is not a length of time above zero (for example "10s"'),
            ('undo = "0s"', 'undo: "0s" is not a length of time above zero'),
            ('undo = ""', 'undo: "" is not a length'),
            ('undo = "1.5h"', 'undo: "1.5h" is not a length'),
            ('undo = "30m1h"', 'undo: "30m1h" is not a length'),
            ('undo = "-1s"', 'undo: "-1s" is not a length'),
            ('undo = "3651d"', 'undo: "3651d" is longer than 3650d'),
            ('undo = "9999999999999d"', 'undo: "9999999999999d" is not a length'),
            ('timezone = "Europe/Amstredam"', 'did you mean "Europe/Amsterdam"?'),
            ('timezone = "Amsterdam"', 'did you mean "Europe/Amsterdam"?'),
            ('timezone = "../etc/passwd"', "is not the name of a time zone"),
            ('timezone = "Europe"', 'timezone: "Europe" is not the name of a time zone'),
            ('timezone = ""', 'timezone: "" is not the name of a time zone'),
            ("timezone = 1", "timezone: 1 is not the name of a time zone"),
            ('language = "Nl"', 'language: "Nl" is not one of en, nl, sv; did you mean "nl"?'),
            ('language = "de"', 'language: "de" is not one of en, nl, sv'),
            ('standup = "9:00"', 'standup: "9:00" is not a time of day in quotes'),
            ('standup = "24:00"', 'standup: "24:00" is not a time of day'),
            ("standup = 09:00:00", 'standup: "09:00:00" is not a time of day in quotes'),
            ('signature = "^{initial}"', "may hold no {placeholder} but {initials} and {name}"),
            ('signature = "^{initials.x}"', "may hold no {placeholder}"),
            ('signature = "{name!r:>10}"', "may hold no {placeholder}"),
            ('signature = "^{"', "may hold no {placeholder}"),
            ('leads = "U0LEAD"', 'leads: "U0LEAD" is not a list; write ["U0LEAD"]'),
            ("leads = 3", "leads: 3 is not a list"),
            ('networks = {kind = "x"}', 'networks: {"kind": "x"} is not a list; write [[desk.networks]]'),
            (
                'networks = [{handle = "acme"}]',
                f"networks[1].kind: is needed: the network ({' or '.join(map(values.shown, KINDS))})",
            ),
            ('leads = ["joost"]', 'leads[1]: "joost" is not a Slack member id such as "U0LEAD"'),
            ('name = ""', 'name: "" is not a name of 1 to 80 characters'),
            ('slack_channel = "#support"', 'slack_channel: "#support" is not a Slack channel id such as "C0SUPPORT"'),
            ('slack_channel = "D0DIRECT"', 'slack_channel: "D0DIRECT" is not a Slack channel id'),
            ("targets = 3", "targets: 3 is not a table of keys and values"),
            ("targets.warn_at = 1.5", "targets.warn_at: 1.5 is not between 0 and 1 (for example 0.75)"),
            ("targets.warn_at = 0", "targets.warn_at: 0 is not between 0 and 1"),
            ("targets.warn_at = nan", "targets.warn_at: NaN is not between 0 and 1"),
            ("targets.warn_at = true", "targets.warn_at: true is not between 0 and 1"),
            (
                "targets.first_respons = 1",
                "targets.first_respons: is not a setting here (allowed: first_response, next_response, warn_at); "
                'did you mean "first_response"?',
            ),
            ('agents.anna.initials = "AB"', 'agents.anna: "anna" is not a Slack member id'),
            ('agents.U0A.initials = "A B"', 'agents.U0A.initials: "A B" is not 1 to 8 characters without a space'),
            (
                "agents.U0A.initals = 1",
                'agents.U0A.initals: is not a setting here (allowed: initials); did you mean "init',
            ),
            ("agents.U0A = {}", "agents.U0A.initials: is needed: at most 8 characters"),
            ('networks = [{kind = "y", handle = "a"}]', 'networks[1].kind: "y" is not one of x'),
            (
                'networks = [{kind = "x"}]',
                'networks[1].handle: is needed: the account\'s name on X (for example "acme")',
            ),
            (
                'networks = [{kind = "x", handle = "@a-b"}]',
                'networks[1].handle: "@a-b" is not the name of an account on X',
            ),
            ('escalate_to = [{name = "Press"}]', "escalate_to[1].slack_channel: is needed: the channel's id"),
        ],
    )
    def test_wrong_value_is_named_with_what_to_write(self, config: Path, line: str, problem: str) -> None:
        first = {"name": 'name = "Support"', "slack_channel": 'slack_channel = "C0SUPPORT"'}
        first[line.partition(" ")[0]] = line
        said = problems(config, "[[desk]]\n" + "\n".join(first.values()))
        assert any(one.startswith("webcare.toml: desk[1].") and problem in one for one in said), said

    @pytest.mark.parametrize(
        ("toml", "problem"),
        [
            ("", "webcare.toml: desk: is needed: write at least one [[desk]]"),
            ("[desk]\nname = 'x'", 'webcare.toml: desk: {"name": "x"} is not a list; write [[desk]]'),
            ("desk = []", "webcare.toml: desk: is empty: write at least one [[desk]]"),
            (
                "[[desks]]",
                'webcare.toml: desks: is not a setting here (allowed: command, delivery, desk); did you mean "desk"?',
            ),
            ("[[desk]]\nname = 'x'", "webcare.toml: desk[1].slack_channel: is needed"),
            ("command = 'webcare'", 'webcare.toml: command: "webcare" is not a slash command'),
            ("[desk", "webcare.toml: is not valid TOML"),
            (
                MINIMAL + MINIMAL,
                'webcare.toml: desk[2].slack_channel: "C0SUPPORT" is already used by desk[1].slack_channel; '
                "each needs its own",
            ),
            (
                MINIMAL + MINIMAL,
                'webcare.toml: desk[2].name: "Support" is already used by desk[1].name; each needs its own',
            ),
            (
                MINIMAL.replace('name = "Support"', 'name = "Customer care"\nkey = "Support"') + MINIMAL,
                'webcare.toml: desk[2].name: "Support" is already used by desk[1].key; each needs its own',
            ),
            (
                MINIMAL + MINIMAL.replace("acme", "@ACME"),
                'webcare.toml: desk[2].networks[1].handle: "ACME" is already used by desk[1].networks[1].handle; '
                "each needs its own",
            ),
        ],
    )
    def test_wrong_file_is_told_what_is_wrong(self, config: Path, toml: str, problem: str) -> None:
        assert any(one.startswith(problem) for one in problems(config, toml)), problems(config, toml)

    def test_misspelt_table_is_one_line_alone(self, config: Path) -> None:
        (line,) = problems(
            config, MINIMAL.replace("[[desk]]", "[[desks]]").replace("[[desk.", "[[desks.").replace("[desk.", "[desks.")
        )
        assert line.endswith('; did you mean "desk"?')
        lines = problems(config, MINIMAL.replace("slack_channel", "room"))
        assert any("slack_channel: is needed" in one for one in lines)

    def test_two_teams_of_one_desk_need_two_names(self, config: Path) -> None:
        team = '[[desk.escalate_to]]\nname = "press office"\nslack_channel = "C0OTHER"\n'
        assert problems(config, MINIMAL.replace("[desk.agents", team + "[desk.agents")) == [
            'webcare.toml: desk[1].escalate_to[2].name: "press office" is already used by desk[1].escalate_to[1].name; '
            "each needs its own"
        ]

    @pytest.mark.parametrize(
        ("make", "problem"),
        [
            (
                lambda path: path.unlink(),
                "webcare.toml: there is no such file (write one, or name yours in WEBCARE_CONFIG)",
            ),
            (lambda path: (path.unlink(), path.mkdir()), "webcare.toml: cannot be read: "),
            (lambda path: path.write_bytes(b"\xff\xfe"), "webcare.toml: cannot be read: "),
        ],
    )
    def test_unreadable_file_is_named(self, config: Path, make: Any, problem: str) -> None:
        make(config)
        with pytest.raises(SettingsError) as caught:
            load({"WEBCARE_CONFIG": str(config)})
        assert caught.value.problems[0].startswith(f"{config.parent}/{problem}")


class TestEnvironment:
    @pytest.mark.parametrize(
        ("name", "value", "problem"),
        [
            ("SLACK_BOT_TOKEN", "xoxp-1-hush", "is not a bot token, which starts with xoxb-"),
            ("SLACK_APP_TOKEN", "xoxb-1-hush", "is not an app-level token, which starts with xapp-"),
            ("SLACK_API_URL", "slack.com", '"slack.com" is not an address that starts with http:// or https://'),
            ("DATABASE_URL", "mysql://me:hush@host/db", "is neither SQLite nor PostgreSQL"),
            ("DATABASE_URL", "postgresql://me:hush@host:port/db", "has a port that is no number"),
            ("DATABASE_URL", "sqlite://", "must name a file in a folder that is there"),
            ("DATABASE_URL", "sqlite:///:memory:", "must name a file in a folder that is there"),
            ("DATABASE_URL", "sqlite:////no/such/folder/webcare.db", "must name a file in a folder that is there"),
            ("SLACK_API_URL", "http://host:99999/", '"http://host:99999/" is not an address'),
            ("X_API_URL", "http://[::1/", '"http://[::1/" is not an address'),
            ("SLACK_SIGNING_SECRET", "hush\nhush", "holds a space, a line break or another character"),
            ("PORT", "http", '"http" is not a port between 1 and 65535 (for example 3000)'),
            ("PORT", "65536", '"65536" is not a port'),
            ("LOG_LEVEL", "verbose", '"VERBOSE" is not one of DEBUG, INFO, WARNING, ERROR, CRITICAL'),
            ("WEBCARE_CLOCK", "friday", '"friday" cannot be read: write a start instant with its UTC offset @ speed'),
            (
                "WEBCARE_CONFG",
                "x",
                "is not a variable that webcare reads (known: WEBCARE_CONFIG, WEBCARE_CLOCK); did you",
            ),
            ("WEBCARE_ELSE", "x", "is not a variable that webcare reads (known: WEBCARE_CONFIG, WEBCARE_CLOCK)"),
            ("SLACK_BOT_TOKN", "xoxb-hush", 'is not a variable that webcare reads; did you mean "SLACK_BOT_TOKEN"?'),
            ("X_CONSUMERKEY", "hush", 'is not a variable that webcare reads; did you mean "X_CONSUMER_KEY"?'),
        ],
    )
    def test_wrong_variable_is_named_and_no_secret_told(
        self, config: Path, name: str, value: str, problem: str
    ) -> None:
        (said,) = problems(config, **{name: value})
        assert said.startswith(f"environment: {name}: {problem}")
        assert "hush" not in said

    def test_variables_of_other_programs_are_left_alone(self, config: Path) -> None:
        read(config, SLACK_TEAM="acme", SLACK_CLI_XOXB="1", SLACK_CLIENT_SECRET="2", X_WINDOW="3", SLACK_APP_PATH="4")

    def test_every_problem_is_told_at_once(self, config: Path) -> None:
        (config.parent / ".env").write_text("LOG_LEVEL=loud\n")
        said = problems(config, "[[desk]]", PORT="x")
        assert [one.partition(": ")[0] for one in said] == ["environment", ".env", "webcare.toml", "webcare.toml"]

    def test_environment_wins_over_the_env_file(self, config: Path) -> None:
        (config.parent / ".env").write_text("SLACK_BOT_TOKEN='xoxb-${PORT}'\nPORT=4000\nLOG_LEVEL=debug\nOTHER=1\n")
        settings = read(config, PORT="5000", LOG_LEVEL="")
        assert settings.slack.bot_token is not None
        assert settings.slack.bot_token.get_secret_value() == "xoxb-${PORT}"
        assert (settings.port, settings.log_level) == (5000, "DEBUG")

    def test_slip_in_the_env_file_is_told_as_its_own(self, config: Path) -> None:
        (config.parent / ".env").write_text("SLACK_BOT_TOKN=1\nWEBCARE_CONFIG=other.toml\nPORT=x\n")
        assert [one.partition(": is")[0].partition(": belongs")[0].partition(': "')[0] for one in problems(config)] == [
            ".env: SLACK_BOT_TOKN",
            ".env: WEBCARE_CONFIG",
            ".env: PORT",
        ]

    def test_unreadable_env_file_is_told(self, config: Path) -> None:
        (config.parent / ".env").write_bytes(b"PORT=\xff")
        assert problems(config)[0].startswith(".env: cannot be read")

    def test_meaningless_line_of_the_env_file_is_told(self, config: Path) -> None:
        (config.parent / ".env").write_text("LOG_LEVEL=DEBUG\n= what\n")
        assert problems(config) == [".env: line 2: is not NAME=value"]


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://me@host/db", "postgresql+psycopg://me@host/db"),
        ("postgresql://me@host/db", "postgresql+psycopg://me@host/db"),
        ("postgresql+psycopg://me@host/db", "postgresql+psycopg://me@host/db"),
        ("postgresql://me:a/b@[::1]:5432/db", "postgresql+psycopg://me:a/b@[::1]:5432/db"),
        ("postgresql:///db?host=/run/pg", "postgresql+psycopg:///db?host=/run/pg"),
        ("sqlite:///elsewhere.db", "sqlite:///elsewhere.db"),
    ],
)
def test_usual_ways_to_name_a_database_are_taken(config: Path, given: str, used: str) -> None:
    assert read(config, DATABASE_URL=given).database_url == used


def test_addresses_are_brought_to_one_form(config: Path) -> None:
    settings = read(config, SLACK_API_URL="http://127.0.0.1:1/slack/api", X_API_URL="http://127.0.0.1:1/x/")
    assert settings.slack.api_url == "http://127.0.0.1:1/slack/api/"
    assert settings.api_urls["x"] == "http://127.0.0.1:1/x"


def test_clock_can_be_set(config: Path) -> None:
    clock = read(config, WEBCARE_CLOCK="2026-11-20T16:40:00+01:00@60").clock
    assert isinstance(clock, ShiftedClock)
    assert (clock.start, clock.speed) == (datetime(2026, 11, 20, 15, 40, tzinfo=UTC), 60)


X_KEYS = {f"X_{key.name.upper()}": f"(for @acme on X; find it at {SPECS['x'].place(key)})" for key in SPECS["x"].keys}
ADVICE = {name: f"(find it at {place})" for name, place in WHERE_TO_FIND.items()} | X_KEYS
KEYS = {name: f"{name.lower()}-hush" for name in ADVICE} | {
    "SLACK_BOT_TOKEN": "xoxb-hush",
    "SLACK_APP_TOKEN": "xapp-hush",
}


@pytest.mark.parametrize(
    ("needs", "missing"),
    [
        ({}, ["SLACK_BOT_TOKEN"]),
        ({"http": True}, ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"]),
        ({"networks": True}, ["SLACK_BOT_TOKEN", *X_KEYS]),
    ],
)
def test_missing_need_of_a_command_says_where_to_find_it(
    config: Path, needs: dict[str, bool], missing: list[str]
) -> None:
    with pytest.raises(SettingsError) as caught:
        read(config).require(**needs)
    assert list(caught.value.problems) == [f"environment: {name}: is not set {ADVICE[name]}" for name in missing]
    read(config, **{name: KEYS[name] for name in missing}).require(**needs)


def test_slack_comes_in_by_a_socket_or_over_http(config: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read(config, SLACK_BOT_TOKEN="xoxb-hush").require(way_in=True)
    (problem,) = caught.value.problems
    assert problem.startswith("environment: SLACK_APP_TOKEN: is not set (find it at ")
    assert problem.endswith("set it for Socket Mode, or SLACK_SIGNING_SECRET for HTTP")
    for way in ("SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        read(config, SLACK_BOT_TOKEN="xoxb-hush", **{way: KEYS[way]}).require(way_in=True)


def test_desk_without_a_network_needs_no_keys_of_one(config: Path) -> None:
    lone = '[[desk]]\nname = "Support"\nslack_channel = "C0SUPPORT"'
    read(config, lone, SLACK_BOT_TOKEN="xoxb-hush").require(networks=True)


def test_secrets_are_hidden_and_all_known_to_the_log(config: Path) -> None:
    settings = read(config, **KEYS, DATABASE_URL="postgresql://me:p%40ss-hush@host/db")
    assert "hush" not in repr(settings)
    assert settings.secrets() == {*KEYS.values(), "p%40ss-hush", "p@ss-hush"}
    assert read(config).secrets() == frozenset()


def test_account_has_one_key_however_its_handle_is_written() -> None:
    assert AccountConfig(kind="x", handle="@ACME").key == "x:acme"


def test_config_allows_what_the_desk_can_do() -> None:
    assert values.LANGUAGES == LANGUAGES
    assert set(KINDS) == {spec.kind for spec in SPECS.values()} == SPECS.keys()
