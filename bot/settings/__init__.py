"""The only reader of the environment, of the `.env` beside the config, and of webcare.toml. Its result is frozen."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr, ValidationError

from bot.domain.cases.routing import Route
from bot.domain.common.errors import Gone
from bot.domain.listening.rule import Rule
from bot.platform.clock import Clock
from bot.platform.proof import Way, unfit
from bot.settings import credentials, environment
from bot.settings.config import (
    AccountConfig,
    AgentConfig,
    Config,
    CrmConfig,
    Delivery,
    Desk,
    HookConfig,
    InboundConfig,
    Roles,
    TargetsConfig,
    Team,
    clashes,
)
from bot.settings.credentials import Credentials
from bot.settings.environment import WHERE_TO_FIND
from bot.settings.problems import SettingsError, of_table
from bot.settings.values import RosterPlace, password_of

__all__ = [
    "AccountConfig",
    "AgentConfig",
    "Credentials",
    "CrmConfig",
    "Delivery",
    "Desk",
    "HookConfig",
    "InboundConfig",
    "Roles",
    "RosterPlace",
    "Settings",
    "SettingsError",
    "SlackKeys",
    "TargetsConfig",
    "Team",
    "config_path",
    "load",
]

DEFAULT_PORT = 3000
UNSIGNED = (
    "is not set, and public_url needs it: write 16 random characters or more (for example what `openssl rand -hex 16` "
    "prints)"
)
UNTOLD = (
    "is not set, and [[desk.webhooks]] needs it: write what its receivers check the signature with (for example what "
    '`echo "whsec_$(openssl rand -base64 24)"` prints)'
)
UNSERVED = "is not set, and over Socket Mode nothing serves /inbound/… without it: write a port (for example 3000)"
SHORTEST_SECRET = 8  # of a path; hiding a shorter one would hide other words


@dataclass(frozen=True, slots=True)
class SlackKeys:
    """The bot's keys for Slack. `api_url` ends with a slash."""

    bot_token: SecretStr | None
    app_token: SecretStr | None
    signing_secret: SecretStr | None
    api_url: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that an operator can set, read once at start.

    `network_keys` are by variable. `api_urls` are by variable too, without a slash at the end. `database_url` is
    SQLAlchemy's and may hold a password. `public_url` is where customers reach our pages, without a slash at the
    end, or ""; `link_secret` signs the links to them. `budget` is what a month may cost by UTC, in dollars.
    """

    slack: SlackKeys
    network_keys: Mapping[str, SecretStr]
    api_urls: Mapping[str, str]
    database_url: str = field(repr=False)
    port: int | None
    log_level: str
    clock: Clock
    command: str
    delivery: Delivery
    desks: tuple[Desk, ...]
    config_path: Path
    public_url: str = ""
    link_secret: SecretStr | None = None
    crm: CrmConfig | None = None
    crm_secret: SecretStr | None = None
    routes: tuple[Route, ...] = ()
    listening: tuple[Rule, ...] = ()
    budget: float | None = None
    webhook_secret: SecretStr | None = None

    @property
    def http_port(self) -> int:
        """The port for HTTP: PORT, else 3000."""
        return self.port or DEFAULT_PORT

    def desk(self, key: str) -> Desk:
        """Return the desk of that key. Raises Gone if the config has none (any more)."""
        desk = self.desk_if_any(key)
        if desk is None:
            raise Gone(key)
        return desk

    def desk_if_any(self, key: str) -> Desk | None:
        """Return the desk of that key, or None, for showing things of a desk that may be gone from the config."""
        return next((desk for desk in self.desks if desk.stable_key == key), None)

    def desk_or_heir(self, key: str, account: str) -> Desk:
        """Return the desk of that key, or the one that has the account now and so what is left of it. Raises Gone."""
        desk = self.desk_if_any(key) or self.desk_of_account(account)
        if desk is None:
            raise Gone(key)
        return desk

    def desk_name(self, key: str) -> str:
        """Return what people call the desk of that key; the key itself if the config has no such desk."""
        desk = self.desk_if_any(key)
        return desk.name if desk else key

    def desk_of_channel(self, channel: str) -> Desk | None:
        """Return the desk whose own channel this is, by Slack id."""
        return next((desk for desk in self.desks if channel in desk.own_channels), None)

    def desk_of_account(self, key: str) -> Desk | None:
        """Return the desk that answers for the account of that key, such as "x:acme"."""
        return next((desk for desk, account in self.accounts() if account.key == key), None)

    def account(self, key: str) -> AccountConfig | None:
        """Return the account of that key, such as "x:acme", if it is in the config."""
        return next((account for _, account in self.accounts() if account.key == key), None)

    def accounts(self) -> tuple[tuple[Desk, AccountConfig], ...]:
        """Return every account with the desk that answers for it."""
        return tuple((desk, account) for desk in self.desks for account in desk.accounts)

    def inbound(self, name: str) -> tuple[Desk, InboundConfig] | None:
        """Return the tool that posts to /inbound/<name>, with its desk; None if there is none."""
        sources = ((desk, source) for desk in self.desks for source in desk.inbound)
        return next(((desk, source) for desk, source in sources if source.name == name), None)

    def credentials(self, account: AccountConfig) -> Credentials:
        """Return the keys that this account uses."""
        return credentials.of(account, self.network_keys)

    def api_url(self, account: AccountConfig) -> str:
        """Return where this account's network is: by its own variable, the network's, or as usual."""
        spec = account.spec
        places = (spec.api_url_variable(account.prefix), spec.api_url_variable(spec.prefix))
        given = (self.api_urls[place] for place in places if place in self.api_urls)
        return next(given, spec.default_api_url(account.handle))

    def secrets(self) -> frozenset[str]:
        """Return every configured value that must not be logged, in the form that logs.setup wants."""
        password = password_of(self.database_url)
        of_networks = [key.get_secret_value() for key in self.network_keys.values()]
        feeds = [desk.roster.place for desk in self.desks if desk.roster and desk.roster.kind == "feed"]
        feeds += [hook.url for desk in self.desks for hook in desk.webhooks]
        paths = [path for feed in feeds if len(path := urlsplit(feed).path) > SHORTEST_SECRET]
        known = (*self._keys().values(), *of_networks, password, unquote(password), *feeds, *paths)
        return frozenset(key for key in known if key)

    def missing(self, *, http: bool = False, way_in: bool = False, networks: bool = False) -> dict[str, str]:
        """Return the unset variables that a command needs beside the bot token, each with what to do.

        `http` (Slack calls us) needs the signing secret. `way_in` (Slack calls us, or we keep a socket open) needs that
        or the app-level token. `networks` (polling and sending) needs every key of every account.
        """
        keys = self._keys()
        wanted = {
            "SLACK_BOT_TOKEN": True,
            "SLACK_APP_TOKEN": way_in and not keys["SLACK_SIGNING_SECRET"],
            "SLACK_SIGNING_SECRET": http,
            "CRM_SECRET": networks and self.crm is not None,
        }
        advice = {name: f"is not set (find it at {place})" for name, place in WHERE_TO_FIND.items()}
        advice["SLACK_APP_TOKEN"] += ": set it for Socket Mode, or SLACK_SIGNING_SECRET for HTTP"
        unset = {name: advice[name] for name, needed in wanted.items() if needed and not keys[name]}
        if self.public_url and self.link_secret is None and (http or way_in or networks):
            unset["WEBCARE_LINK_SECRET"] = UNSIGNED
        if (
            way_in
            and self.slack.app_token is not None
            and self.port is None
            and any(desk.inbound for desk in self.desks)
        ):
            unset["PORT"] = UNSERVED
        if networks and self.webhook_secret is None and any(desk.webhooks for desk in self.desks):
            unset["WEBHOOK_SECRET"] = UNTOLD
        if networks or http:
            # Over HTTP alone only what is posted to us needs its secret.
            needed = [account for _, account in self.accounts() if networks or not account.spec.is_asked]
            lacking = credentials.missing(needed, self.network_keys)
            unset |= {name: variable.not_set(name) for name, variable in lacking.items()}
        return unset

    def require(self, *, http: bool = False, way_in: bool = False, networks: bool = False) -> None:
        """Raise SettingsError with a line for each missing variable."""
        if missing := self.missing(http=http, way_in=way_in, networks=networks):
            raise SettingsError([f"environment: {name}: {advice}" for name, advice in missing.items()])

    def _keys(self) -> dict[str, str]:
        keys = {
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_APP_TOKEN": self.slack.app_token,
            "SLACK_SIGNING_SECRET": self.slack.signing_secret,
            "CRM_SECRET": self.crm_secret,
            "WEBHOOK_SECRET": self.webhook_secret,
            "WEBCARE_LINK_SECRET": self.link_secret,
        }
        return {name: key.get_secret_value() if key else "" for name, key in keys.items()}


def config_path(environ: Mapping[str, str]) -> Path:
    """Return where the config is, or would be."""
    return Path(environ.get("WEBCARE_CONFIG") or "webcare.toml")


def load(environ: Mapping[str, str]) -> Settings:
    """Read everything. The environment wins over `.env`. Raises SettingsError with all problems at once."""
    path = config_path(environ)
    of_file: list[str] = []
    config = _config(path, of_file)
    problems: list[str] = []
    accounts = [account for desk in config.desk for account in desk.accounts] if config else []
    found = environment.read(environ, path.with_name(".env"), accounts, problems)
    if found is not None and config is not None:
        problems += _unfit_secrets(config, found.network_keys, found.own.webhook_secret)
    problems += of_file
    if problems or found is None or config is None:
        raise SettingsError(problems)
    own = found.own
    return Settings(
        slack=SlackKeys(own.slack_bot_token, own.slack_app_token, own.slack_signing_secret, own.slack_api_url),
        network_keys=found.network_keys,
        api_urls=found.api_urls,
        database_url=own.database_url or f"sqlite:///{path.resolve().parent / 'webcare.db'}",
        port=own.port,
        log_level=own.log_level,
        clock=own.webcare_clock,
        command=config.command,
        delivery=config.delivery,
        desks=config.desk,
        config_path=path,
        public_url=config.public_url,
        link_secret=own.webcare_link_secret,
        crm=config.crm,
        crm_secret=own.crm_secret,
        routes=config.routes,
        listening=config.listening,
        budget=config.budget.month if config.budget else None,
        webhook_secret=own.webhook_secret,
    )


def _unfit_secrets(config: Config, found: Mapping[str, SecretStr], ours: SecretStr | None) -> list[str]:
    """List the secrets with which nothing could be proven as webcare.toml wants it, a line each."""
    sources = [source for desk in config.desk for source in desk.inbound if source.variable in found]
    given = [(source.variable, source.verify, found[source.variable]) for source in sources]
    given += [("WEBHOOK_SECRET", Way.STANDARD, ours)] if ours is not None else []
    said = [(variable, unfit(way, secret.get_secret_value())) for variable, way, secret in given]
    return [f"environment: {variable}: {problem}" for variable, problem in said if problem]


def _config(path: Path, problems: list[str]) -> Config | None:
    try:
        content: dict[str, Any] = tomllib.loads(path.read_text("utf-8-sig"))
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
