"""What the environment and the `.env` may hold, and what is said about a wrong or missing variable."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.networks import SPECS
from bot.platform.clock import ShiftedClock
from bot.settings import SettingsError
from bot.settings.environment import WHERE_TO_FIND
from tests.support.settings import problems, read

UNKNOWN = "is not a variable that webcare reads (known: WEBCARE_CONFIG, WEBCARE_CLOCK, WEBCARE_LINK_SECRET)"


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
                f"{UNKNOWN}; did you",
            ),
            (
                "WEBCARE_ELSE",
                "x",
                UNKNOWN,
            ),
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
    ((_, account),) = settings.accounts()
    assert settings.api_url(account) == "http://127.0.0.1:1/x"


@pytest.mark.parametrize(
    ("variables", "used"),
    [
        ({}, "https://api.twitter.com"),
        ({"X_API_URL": "http://127.0.0.1:1"}, "http://127.0.0.1:1"),
        ({"X_API_URL": "http://127.0.0.1:1", "X_NORDIC_API_URL": "http://127.0.0.1:2/"}, "http://127.0.0.1:2"),
    ],
)
def test_account_with_keys_of_its_own_may_have_an_address_of_its_own(
    config: Path, variables: dict[str, str], used: str
) -> None:
    config.write_text(config.read_text().replace('handle = "acme"', 'handle = "acme"\nkeys = "X_NORDIC"'))
    settings = read(config, **variables)
    ((_, account),) = settings.accounts()
    assert settings.api_url(account) == used


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
