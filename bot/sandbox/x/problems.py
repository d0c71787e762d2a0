"""X's refusals in X's words: problem JSON (RFC 7807) as the v2 API answers it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TYPES = "https://api.twitter.com/2/problems/"


class Problem(Exception):
    """A refusal: its HTTP status and JSON body."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {body.get('detail', '')}")
        self.status = status
        self.body = dict(body)


def _blank(status: int, title: str, detail: str) -> Problem:
    return Problem(status, {"detail": detail, "type": "about:blank", "title": title, "status": status})


def invalid(errors: list[dict[str, Any]]) -> Problem:
    """Build the 400. `errors` has one {"parameters", "message"} for each mistake."""
    return Problem(
        400,
        {
            "errors": errors,
            "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": TYPES + "invalid-request",
        },
    )


def unauthorized() -> Problem:
    return _blank(401, "Unauthorized", "Unauthorized")


def unsupported_authentication() -> Problem:
    return Problem(
        403,
        {
            "title": "Unsupported Authentication",
            "detail": "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint.  Supported "
            "authentication types are [OAuth 1.0a User Context, OAuth 2.0 User Context].",
            "type": TYPES + "unsupported-authentication",
            "status": 403,
        },
    )


def credits_depleted(account: str) -> Problem:
    return Problem(
        402,
        {
            "account_id": int(account),
            "title": "CreditsDepleted",
            "detail": f"Your enrolled account [{account}] does not have any credits to fulfill this request.",
            "type": TYPES + "credits",
        },
    )


def too_many_requests() -> Problem:
    return _blank(429, "Too Many Requests", "Too Many Requests")


def forbidden(detail: str) -> Problem:
    return _blank(403, "Forbidden", detail)


def _typed(status: int, title: str, detail: str, kind: str, **more: str) -> Problem:
    return Problem(status, {"title": title, "detail": detail, "type": TYPES + kind, "status": status, **more})


TROUBLES: Mapping[str, Problem] = {
    "usage_cap": _typed(
        429,
        "UsageCapExceeded",
        "Usage cap exceeded: Monthly product cap",
        "usage-capped",
        period="Monthly",
        scope="Product",
    ),
    "spend_cap": _typed(
        403, "SpendCapReached", "Your enrolled account has reached its billing cycle spend cap.", "credits"
    ),
    "suspended": _blank(403, "Forbidden", "Your account is suspended and is not permitted to access this feature."),
    "locked": _blank(
        403,
        "Forbidden",
        "To protect our users from spam and other malicious activity, this account is temporarily locked. "
        "Please log in to https://x.com to unlock your account.",
    ),
    "read_only": _typed(
        403,
        "Forbidden",
        "Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.",
        "oauth1-permissions",
    ),
    "app_suspended": _blank(403, "Forbidden", "This application has been suspended."),
    "not_enrolled": _typed(
        403,
        "Client Forbidden",
        "When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from a Twitter "
        "developer App that is attached to a Project.",
        "client-forbidden",
        reason="client-not-enrolled",
        required_enrollment="Appropriate Level of API Access",
    ),
}
"""Faults of the account or the app, by name."""


def bad_request(detail: str) -> Problem:
    return _blank(400, "Bad Request", detail)


def no_such_path() -> Problem:
    return _blank(404, "Not Found", "Not Found")


def not_found(kind: str, parameter: str, value: str) -> dict[str, Any]:
    """Build one entry of a 200 answer's `errors`. `kind` is "tweet" or "user"; deleted posts look unknown."""
    return {
        "value": value,
        "detail": f"Could not find {kind} with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": value,
        "type": TYPES + "resource-not-found",
    }


def not_authorized(kind: str, parameter: str, value: str) -> dict[str, Any]:
    """Build the entry for a post whose author protects their posts."""
    return {
        "value": value,
        "detail": f"Sorry, you are not authorized to see the {kind.capitalize()} with {parameter}: [{value}].",
        "title": "Authorization Error",
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": value,
        "type": TYPES + "not-authorized-for-resource",
    }
