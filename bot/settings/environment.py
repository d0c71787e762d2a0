"""The environment variables, and where an operator finds what belongs in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainValidator, SecretStr

from bot.platform.clock import Clock, SystemClock
from bot.settings import values

Secret = Annotated[SecretStr, PlainValidator(values.secret())]
_APP = "https://api.slack.com/apps > your app >"
_X = "https://developer.x.com > your app > Keys and tokens >"


class Environment(BaseModel):
    """Every variable by its own name in lower case; empty counts as not set."""

    model_config = ConfigDict(frozen=True, extra="ignore", arbitrary_types_allowed=True, alias_generator=str.upper)

    slack_bot_token: Annotated[SecretStr, PlainValidator(values.secret("xoxb-", "a bot token"))] | None = None
    slack_app_token: Annotated[SecretStr, PlainValidator(values.secret("xapp-", "an app-level token"))] | None = None
    slack_signing_secret: Secret | None = None
    slack_api_url: values.ApiBase = "https://slack.com/api/"
    x_bearer_token: Secret | None = None
    x_consumer_key: Secret | None = None
    x_consumer_secret: Secret | None = None
    x_access_token: Secret | None = None
    x_access_token_secret: Secret | None = None
    x_api_url: values.WebAddress = "https://api.twitter.com"
    database_url: values.DatabaseUrl | None = None
    port: values.Port | None = None
    log_level: values.LogLevel = "INFO"
    webcare_config: str = "webcare.toml"
    webcare_clock: Annotated[Clock, PlainValidator(values.clock)] = SystemClock()


VARIABLES = tuple(name.upper() for name in Environment.model_fields)

WHERE_TO_FIND = {
    "SLACK_BOT_TOKEN": f"{_APP} OAuth & Permissions > Bot User OAuth Token, xoxb-…",
    "SLACK_APP_TOKEN": f"{_APP} Basic Information > App-Level Tokens, xapp-…",
    "SLACK_SIGNING_SECRET": f"{_APP} Basic Information > Signing Secret",
    "X_BEARER_TOKEN": f"{_X} Bearer Token",
    "X_CONSUMER_KEY": f"{_X} API Key",
    "X_CONSUMER_SECRET": f"{_X} API Key Secret",
    "X_ACCESS_TOKEN": f"{_X} Access Token, with Read and Write permission",
    "X_ACCESS_TOKEN_SECRET": f"{_X} Access Token Secret",
}


def misnamed(names: Mapping[str, str | None], source: str) -> list[str]:
    """Variables that are ours or nearly so by name, and mean nothing to us; a line each.

    Other programs own SLACK_… and X_… variables too, so those are a problem only when they look like a slip of ours.
    """
    problems = []
    for name in sorted(set(names) - set(VARIABLES)):
        hint = values.nearest(name, VARIABLES, 0.85) if name.upper().startswith(("SLACK_", "X_")) else ""
        if name.upper().startswith("WEBCARE_"):
            known = ", ".join(variable for variable in VARIABLES if variable.startswith("WEBCARE_"))
            hint = f" (known: {known}){values.nearest(name, VARIABLES)}"
        if hint:
            problems.append(f"{source}: {name}: is not a variable that webcare reads{hint}")
    return problems
