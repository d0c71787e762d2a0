"""The environment variables and the `.env` beside the config: what they say, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Annotated, TypeVar

from dotenv.parser import parse_stream
from pydantic import BaseModel, ConfigDict, PlainValidator, SecretStr, ValidationError

from bot.platform.clock import Clock, SystemClock
from bot.settings import credentials, values
from bot.settings.config import AccountConfig
from bot.settings.problems import of_table

Secret = Annotated[SecretStr, PlainValidator(values.secret())]
T = TypeVar("T")
_APP = "https://api.slack.com/apps > your app >"
_LIKE = 0.85  # a name this similar to one of our variables is taken for a typing error


class Environment(BaseModel):
    """The desk's own variables, with names in lower case; empty counts as not set."""

    model_config = ConfigDict(frozen=True, extra="ignore", arbitrary_types_allowed=True, alias_generator=str.upper)

    slack_bot_token: Annotated[SecretStr, PlainValidator(values.secret("xoxb-", "a bot token"))] | None = None
    slack_app_token: Annotated[SecretStr, PlainValidator(values.secret("xapp-", "an app-level token"))] | None = None
    slack_signing_secret: Secret | None = None
    crm_secret: Secret | None = None
    webhook_secret: Secret | None = None
    slack_api_url: values.ApiBase = "https://slack.com/api/"
    database_url: values.DatabaseUrl | None = None
    port: values.Port | None = None
    log_level: values.LogLevel = "INFO"
    webcare_config: str = "webcare.toml"
    webcare_clock: Annotated[Clock, PlainValidator(values.clock)] = SystemClock()
    webcare_link_secret: Annotated[SecretStr, PlainValidator(values.link_secret)] | None = None


_OWN = tuple(name.upper() for name in Environment.model_fields)

VARIABLES = (*_OWN, *credentials.variables(), *credentials.api_urls())
"""Every variable that is read regardless of the config."""

WHERE_TO_FIND = {
    "SLACK_BOT_TOKEN": f"{_APP} OAuth & Permissions > Bot User OAuth Token, xoxb-…",
    "SLACK_APP_TOKEN": f"{_APP} Basic Information > App-Level Tokens, xapp-…",
    "CRM_SECRET": "Zendesk's Admin Center > Apps and integrations > Zendesk API; of your own hook, what it checks",
    "SLACK_SIGNING_SECRET": f"{_APP} Basic Information > Signing Secret",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What was read. `network_keys` are by variable; `api_urls` are by variable too, without a slash at the end."""

    own: Environment
    network_keys: Mapping[str, SecretStr]
    api_urls: Mapping[str, str]


def read(
    environ: Mapping[str, str], dotenv: Path, accounts: Sequence[AccountConfig], problems: list[str]
) -> Found | None:
    """Read everything; the environment wins over `.env`. Appends what is wrong to `problems`.

    Returns None if one of the desk's own variables cannot be used.
    """
    beside = _dotenv(dotenv, problems)
    given = {name: value for name in (*beside, *environ) if (value := environ.get(name) or beside.get(name))}
    known = credentials.variables(accounts)
    for source, names in (("environment", environ), (".env", beside)):
        problems += _misnamed(names, source, accounts, given)
    if beside.get("WEBCARE_CONFIG"):
        problems.append(".env: WEBCARE_CONFIG: belongs in the environment, for it says where this file is")

    def parsed(name: str, parse: Callable[[object], T], note: str = "") -> dict[str, T]:
        try:
            return {name: parse(given[name])} if name in given else {}
        except ValueError as problem:
            problems.append(f"{_source(name, environ)}: {name}: {problem}{note}")
            return {}

    keys: dict[str, SecretStr] = {}
    for name, variable in known.items():
        keys |= parsed(name, values.secret(), f" ({variable.purpose})")
    problems += [f"{_source(line.partition(':')[0], environ)}: {line}" for line in credentials.twice(accounts, keys)]
    addresses: dict[str, str] = {}
    for name in credentials.api_urls(accounts):
        addresses |= parsed(name, values.web_address)
    try:
        return Found(Environment.model_validate({name: given[name] for name in _OWN if name in given}), keys, addresses)
    except ValidationError as error:
        problems += [f"{_source(line.partition(':')[0], environ)}: {line}" for line in of_table(error, Environment)]
        return None


def _source(name: str, environ: Mapping[str, str]) -> str:
    return "environment" if environ.get(name) else ".env"


def _dotenv(path: Path, problems: list[str]) -> dict[str, str | None]:
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f".env: cannot be read: {error}")
        return {}
    lines = list(parse_stream(StringIO(text)))
    problems += [f".env: line {line.original.line}: is not NAME=value" for line in lines if line.error]
    return {line.key: line.value for line in lines if line.key is not None}


def _misnamed(
    names: Collection[str], source: str, accounts: Sequence[AccountConfig], given: Collection[str]
) -> list[str]:
    """List variables that look like ours but mean nothing to us, a line each. `given` are all that are set.

    Other programs own SLACK_… and X_… variables too, so these are a problem only if they look like a typing error.
    """
    problems = []
    keys = credentials.variables(accounts)
    missing = credentials.missing(accounts, given)
    shared = len({(account.kind, account.prefix) for account in accounts}) < len({account.key for account in accounts})
    tokens = tuple(variable.ending for variable in keys.values() if variable.key.speaks)
    known = (*VARIABLES, *keys, *credentials.api_urls(accounts))
    endings = sorted({variable.ending for variable in keys.values()}, key=len, reverse=True)
    ours = ("SLACK_", *{name.removesuffix(variable.ending) + "_" for name, variable in keys.items()})
    for name in sorted(set(names) - set(known)):
        hint = ""
        if name.upper().startswith("WEBCARE_"):
            settings = ", ".join(variable for variable in VARIABLES if variable.startswith("WEBCARE_"))
            hint = f" (known: {settings}){values.nearest(name, VARIABLES)}"
        elif name.upper().startswith(ours):
            # It may be the key of an account that left the config: no error, unless another account lacks its key.
            prefix = next((name.removesuffix(ending) for ending in endings if name.endswith(ending)), "")
            likely = missing if prefix else known
            # Beside one that is set it is no slip but another's, such as SLACK_BOT_TOKEN_OLD.
            hint = "" if values.most_like(name, likely, _LIKE) in given else values.nearest(name, likely, _LIKE)
            if hint and prefix:
                hint += f' (or is keys = "{prefix}" missing in webcare.toml?)'
            elif shared and name.endswith(tokens):
                hint = f' (is keys = "{prefix}" missing in webcare.toml?)'
        if hint:
            problems.append(f"{source}: {name}: is not a variable that webcare reads{hint}")
    return problems
