"""The only reader of the environment, of the `.env` beside the config, and of webcare.toml. What it gives is frozen."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from dotenv.parser import parse_stream
from pydantic import SecretStr, ValidationError

from bot.platform.clock import Clock
from bot.settings.config import AccountConfig, AgentConfig, Config, Delivery, Desk, Roles, TargetsConfig, Team, clashes
from bot.settings.environment import VARIABLES, WHERE_TO_FIND, Environment, misnamed
from bot.settings.problems import SettingsError, of_table
from bot.settings.values import password_of

__all__ = [
    "AccountConfig",
    "AgentConfig",
    "Delivery",
    "Desk",
    "Roles",
    "Settings",
    "SettingsError",
    "SlackKeys",
    "TargetsConfig",
    "Team",
    "XKeys",
    "load",
]

DEFAULT_PORT = 3000


@dataclass(frozen=True, slots=True)
class SlackKeys:
    """What Slack knows us by. `api_url` ends with a slash."""

    bot_token: SecretStr | None
    app_token: SecretStr | None
    signing_secret: SecretStr | None
    api_url: str


@dataclass(frozen=True, slots=True)
class XKeys:
    """What X knows us by. `api_url` has no slash at its end."""

    bearer_token: SecretStr | None
    consumer_key: SecretStr | None
    consumer_secret: SecretStr | None
    access_token: SecretStr | None
    access_token_secret: SecretStr | None
    api_url: str


@dataclass(frozen=True, slots=True)
class Settings:
    """All that an operator can set, read once at start. `database_url` is SQLAlchemy's and may hold a password."""

    slack: SlackKeys
    x: XKeys
    database_url: str = field(repr=False)
    port: int | None
    log_level: str
    clock: Clock
    command: str
    delivery: Delivery
    desks: tuple[Desk, ...]
    config_path: Path

    @property
    def http_port(self) -> int:
        """Where HTTP is served: PORT, else 3000."""
        return self.port or DEFAULT_PORT

    def desk(self, name: str) -> Desk:
        """The desk of that name; KeyError when the config has none (any more)."""
        return {desk.name: desk for desk in self.desks}[name]

    def desk_if_any(self, name: str) -> Desk | None:
        """The desk of that name, for what is shown of one that may be gone from the config."""
        return next((desk for desk in self.desks if desk.name == name), None)

    def desk_of_channel(self, channel: str) -> Desk | None:
        """The desk whose own channel this is, by Slack id."""
        return next((desk for desk in self.desks if desk.slack_channel == channel), None)

    def accounts(self) -> tuple[tuple[Desk, AccountConfig], ...]:
        """Every account with the desk that answers for it."""
        return tuple((desk, network) for desk in self.desks for network in desk.networks)

    def secrets(self) -> frozenset[str]:
        """Every configured value that may appear in no log, as logs.setup wants them."""
        password = password_of(self.database_url)
        return frozenset(key for key in (*self._keys().values(), password, unquote(password)) if key)

    def missing(self, *, http: bool = False, way_in: bool = False, networks: bool = False) -> dict[str, str]:
        """What is not set of the bot token and what a command needs beside it: by variable, what to do.

        `http` (Slack calls us): the signing secret. `way_in` (Slack calls us, or we keep a socket open): that or the
        app-level token. `networks` (polling and sending): all five keys of X, when a desk is on X.
        """
        on_x = networks and any(network.kind == "x" for _, network in self.accounts())
        keys = self._keys()
        wanted = {
            "SLACK_BOT_TOKEN": True,
            "SLACK_APP_TOKEN": way_in and not keys["SLACK_SIGNING_SECRET"],
            "SLACK_SIGNING_SECRET": http,
            **{name: on_x for name in WHERE_TO_FIND if name.startswith("X_")},
        }
        advice = {name: f"is not set (find it at {place})" for name, place in WHERE_TO_FIND.items()}
        advice["SLACK_APP_TOKEN"] += ": set it for Socket Mode, or SLACK_SIGNING_SECRET for HTTP"
        return {name: advice[name] for name, needed in wanted.items() if needed and not keys[name]}

    def require(self, *, http: bool = False, way_in: bool = False, networks: bool = False) -> None:
        """Raise SettingsError with a line for each that is missing."""
        if missing := self.missing(http=http, way_in=way_in, networks=networks):
            raise SettingsError([f"environment: {name}: {advice}" for name, advice in missing.items()])

    def _keys(self) -> dict[str, str]:
        keys = {
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_APP_TOKEN": self.slack.app_token,
            "SLACK_SIGNING_SECRET": self.slack.signing_secret,
            "X_BEARER_TOKEN": self.x.bearer_token,
            "X_CONSUMER_KEY": self.x.consumer_key,
            "X_CONSUMER_SECRET": self.x.consumer_secret,
            "X_ACCESS_TOKEN": self.x.access_token,
            "X_ACCESS_TOKEN_SECRET": self.x.access_token_secret,
        }
        return {name: key.get_secret_value() if key else "" for name, key in keys.items()}


def load(environ: Mapping[str, str]) -> Settings:
    """Read everything, or raise SettingsError with every problem at once. The environment wins over `.env`."""
    path = Path(environ.get("WEBCARE_CONFIG") or "webcare.toml")
    problems: list[str] = []
    env = _environment(environ, path, problems)
    config = _config(path, problems)
    if problems or env is None or config is None:
        raise SettingsError(problems)
    return Settings(
        slack=SlackKeys(env.slack_bot_token, env.slack_app_token, env.slack_signing_secret, env.slack_api_url),
        x=XKeys(
            env.x_bearer_token,
            env.x_consumer_key,
            env.x_consumer_secret,
            env.x_access_token,
            env.x_access_token_secret,
            env.x_api_url,
        ),
        database_url=env.database_url or f"sqlite:///{path.resolve().parent / 'webcare.db'}",
        port=env.port,
        log_level=env.log_level,
        clock=env.webcare_clock,
        command=config.command,
        delivery=config.delivery,
        desks=config.desk,
        config_path=path,
    )


def _environment(environ: Mapping[str, str], config: Path, problems: list[str]) -> Environment | None:
    beside = _dotenv(config.with_name(".env"), problems)
    problems += misnamed(environ, "environment") + misnamed(beside, ".env")
    if beside.pop("WEBCARE_CONFIG", None):
        problems.append(".env: WEBCARE_CONFIG: belongs in the environment, for it says where this file is")
    found = {name: value for name in VARIABLES if (value := environ.get(name) or beside.get(name))}
    try:
        return Environment.model_validate(found)
    except ValidationError as error:
        for line in of_table(error, Environment):
            name = line.partition(":")[0]
            problems.append(f"{'environment' if environ.get(name) else '.env'}: {line}")
        return None


def _dotenv(path: Path, problems: list[str]) -> dict[str, str | None]:
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f".env: cannot be read: {error}")
        return {}
    lines = list(parse_stream(StringIO(text)))
    problems += [f".env: line {one.original.line}: is not NAME=value" for one in lines if one.error]
    return {one.key: one.value for one in lines if one.key is not None}


def _config(path: Path, problems: list[str]) -> Config | None:
    try:
        content: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
        config = Config.model_validate(content)
    except FileNotFoundError:
        problems.append(f"{path}: there is no such file (write one, or name yours in WEBCARE_CONFIG)")
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{path}: cannot be read: {error}")
    except tomllib.TOMLDecodeError as error:
        problems.append(f"{path}: is not valid TOML: {error}")
    except ValidationError as error:
        problems += [f"{path}: {line}" for line in of_table(error, Config)]
    else:
        problems += [f"{path}: {line}" for line in clashes(config)]
        return config
    return None
