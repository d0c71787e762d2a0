"""The Web API over HTTP: tokens, scopes, limits and faults around each method."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.sandbox.faults import Faults, suffer
from bot.sandbox.slack.args import Args
from bot.sandbox.slack.delivery import Delivery
from bot.sandbox.slack.errors import RateLimited, SlackError
from bot.sandbox.slack.methods import METHODS
from bot.sandbox.slack.methods.base import Method
from bot.sandbox.slack.records import Call, Json
from bot.sandbox.slack.seed import APP_TOKEN, BOT_TOKEN
from bot.sandbox.slack.state import State


class Api:
    """Answers /slack/api/<method>. Every call with a valid token is logged, refused or not."""

    def __init__(self, state: State, delivery: Delivery, faults: Faults) -> None:
        self._state = state
        self._delivery = delivery
        self._faults = faults

    async def serve(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        fault = self._faults.take("slack", name)
        if fault is None:
            return await self._work(request, name)
        return await suffer(fault, request, lambda: self._work(request, name), too_many)

    async def _work(self, request: web.Request, name: str) -> web.Response:
        try:
            args = await _arguments(request)
            if name == "apps.connections.open":
                answer = self._open_connection(request, args)
            else:
                answer = self._call(name, _token(request, args), args)
        except RateLimited as limit:
            return too_many(limit.retry_after)
        except SlackError as refusal:
            answer = {"ok": False, "error": refusal.code} | refusal.extra
        headers = {"x-oauth-scopes": ",".join(sorted(self._state.scopes)), "x-slack-req-id": "sandbox"}
        return web.json_response(answer, headers=headers)

    def _call(self, name: str, token: str | None, args: Args) -> Json:
        method = METHODS.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        if name != "api.test":
            self._authorise(method, token)
        with self._state.lock:
            error = None
            try:
                if method.tier is not None:
                    self._state.rates.call(name, method.tier)
                return {"ok": True} | method.run(self._state, args)
            except SlackError as refusal:
                error = refusal.code
                raise
            except RateLimited:
                error = "ratelimited"
                raise
            finally:
                shown = {key: value for key, value in args.values.items() if key != "token"}
                self._state.calls.append(Call(name, shown, self._state.now().isoformat(), error))

    def _authorise(self, method: Method, token: str | None) -> None:
        if not token:
            raise SlackError("not_authed")
        if token == APP_TOKEN:
            raise SlackError("not_allowed_token_type")
        if token != BOT_TOKEN:
            raise SlackError("invalid_auth")
        if method.scopes and not self._state.scopes.intersection(method.scopes):
            provided = ",".join(sorted(self._state.scopes))
            raise SlackError("missing_scope", needed=method.scopes[0], provided=provided)

    def _open_connection(self, request: web.Request, args: Args) -> Json:
        token = _token(request, args)
        if not token:
            raise SlackError("not_authed")
        if token == BOT_TOKEN:
            raise SlackError("not_allowed_token_type")
        if token != APP_TOKEN:
            raise SlackError("invalid_auth")
        with self._state.lock:
            self._state.calls.append(Call("apps.connections.open", {}, self._state.now().isoformat(), None))
        return {"ok": True, "url": f"ws://{request.host}/slack/link/?ticket={self._delivery.sockets.ticket()}"}


def too_many(retry_after: int) -> web.Response:
    """Build Slack's 429."""
    headers = {"Retry-After": str(retry_after)}
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)


def _token(request: web.Request, args: Args) -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" and token else args.text("token")


async def _arguments(request: web.Request) -> Args:
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json" and request.can_read_body:
        try:
            given = await request.json()
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(given, dict):
            raise SlackError("json_not_object")
        return Args(values | given)
    return Args(values | dict(await request.post()))
