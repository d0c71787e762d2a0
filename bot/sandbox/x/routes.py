"""The front door of X's v2 API: authentication, rate limit, parameters, and then the work."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.sandbox.faults import suffer
from bot.sandbox.x import endpoints, publish, timelines, uploads
from bot.sandbox.x.auth import Asked
from bot.sandbox.x.endpoints import Endpoint
from bot.sandbox.x.limits import Who
from bot.sandbox.x.params import HANDLE, ID, read
from bot.sandbox.x.posts import Account
from bot.sandbox.x.present import Answer
from bot.sandbox.x.problems import (
    TROUBLES,
    Problem,
    credits_depleted,
    invalid,
    no_such_path,
    too_many_requests,
    unsupported_authentication,
)
from bot.sandbox.x.service import Call, XService

Handler = Callable[[XService, Answer, str], dict[str, Any]]


class Api:
    """Answers everything under /x/2."""

    def __init__(self, x: XService) -> None:
        self._x = x

    async def handle(self, request: web.Request) -> web.StreamResponse:
        path = "/2/" + request.match_info["tail"]
        found = endpoints.find(request.method, path)
        body = await request.read()

        async def work() -> web.StreamResponse:
            return self._answer(request, path, found, body)

        fault = self._x.faults.take("x", found[0].pattern if found else f"{request.method} {path}")
        if fault is None:
            return await work()
        return await suffer(fault, request, work, self._rate_limited)

    def _rate_limited(self, seconds: int) -> web.StreamResponse:
        refused = self._x.refused_for(seconds)
        return _response(429, too_many_requests().body, refused.headers())

    def _answer(
        self, request: web.Request, path: str, found: tuple[Endpoint, str] | None, body: bytes
    ) -> web.StreamResponse:
        x, headers, who = self._x, {}, None
        try:
            if found is None:
                raise no_such_path()
            who, account = self._identify(request, path)
            endpoint, blank = found
            limit = endpoint.app if who == "app" else endpoint.user
            if limit is None:
                raise unsupported_authentication()
            allowance = x.take(endpoint.pattern, who if who == "app" else account.id, limit)
            headers = allowance.headers()
            if not allowance.allowed:
                raise too_many_requests()
            if x.out_of_credit:
                raise credits_depleted(account.id)
            if trouble := x.troubles.get(endpoint.pattern, x.troubles.get("*")):
                raise TROUBLES[trouble]
            with x.lock:
                status, answer = self._work(request, endpoint, account, blank, body)
        except Problem as problem:
            status, answer = problem.status, problem.body
        x.log(Call(request.method, path, dict(request.query), x.now(), who == "user", status))
        return _response(status, answer, headers)

    def _identify(self, request: web.Request, path: str) -> tuple[Who, Account]:
        here = str(request.url.origin()) + request.rel_url.raw_path
        authorization = request.headers.get("Authorization", "")
        return self._x.identify(Asked(request.method, path, request.rel_url.raw_query_string, here, authorization))

    def _work(
        self, request: web.Request, endpoint: Endpoint, account: Account, blank: str, body: bytes
    ) -> tuple[int, dict[str, Any]]:
        x = self._x
        if endpoint is endpoints.CREATE:
            return 201, _created(x, account, body)
        if endpoint is endpoints.LIKE:
            publish.like(x, account, blank, _json(body))
            return 200, {"data": {"liked": True}}
        if endpoint in UPLOADS:
            return 200, {"data": UPLOADS[endpoint](x, account, _json(body))}
        query = read(endpoint, request.query, x.field_names)
        if ":id" in endpoint.path and not ID.fullmatch(blank):
            message = f"The `id` query parameter value [{blank}] is not valid"
            raise invalid([{"parameters": {"id": [blank]}, "message": message}])
        if endpoint is endpoints.HIDE:
            return 200, {"data": {"hidden": publish.hide(x, account, blank, _json(body))}}
        if endpoint is endpoints.DELETE:
            publish.withdraw(x, account, blank)
            return 200, {"data": {"deleted": True}}
        asked_after = account.id if endpoint is endpoints.ME else blank
        answer = HANDLERS[endpoint.pattern](x, Answer(x, query, str(request.url.origin())), asked_after)
        data, includes = answer.get("data", []), answer.get("includes", {})
        kind = "user" if endpoint.price == endpoints.USER_READ else str(endpoint.price)
        x.charge_for(kind, [one["id"] for one in (data if isinstance(data, list) else [data])], endpoint.price)
        x.charge_for("user", [one["id"] for one in includes.get("users", [])], endpoints.USER_READ)
        others = [*includes.get("tweets", []), *includes.get("posts", [])]
        x.charge_for(str(endpoints.POST_READ), [one["id"] for one in others], endpoints.POST_READ)
        return 200, answer


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _created(x: XService, author: Account, body: bytes) -> dict[str, Any]:
    post = publish.create(x, author, _json(body))
    answer = Answer(x, read(endpoints.CREATE, {}, x.field_names), "")
    return answer.body(answer.post(post, post.id))


def _user(x: XService, answer: Answer, key: str) -> dict[str, Any]:
    account = x.account(key)
    return answer.body(answer.user(account)) if account else _nobody(answer, "id", key)


def _user_by_name(x: XService, answer: Answer, handle: str) -> dict[str, Any]:
    if not HANDLE.fullmatch(handle):
        message = f"The `username` query parameter value [{handle}] does not match ^[A-Za-z0-9_]{{1,15}}$"
        raise invalid([{"parameters": {"username": [handle]}, "message": message}])
    account = x.account(handle)
    return answer.body(answer.user(account)) if account else _nobody(answer, "username", handle)


def _users_by_name(x: XService, answer: Answer, _blank: str) -> dict[str, Any]:
    data = []
    for handle in answer.query.usernames:
        if account := x.account(handle):
            data.append(answer.user(account))
        else:
            answer.lost("user", "usernames", handle)
    return answer.body(data)


def _mentions(x: XService, answer: Answer, key: str) -> dict[str, Any]:
    account = x.account(key)
    return _page(answer, timelines.mentions(x, account)) if account else _nobody(answer, "id", key)


def _timeline(x: XService, answer: Answer, key: str) -> dict[str, Any]:
    account = x.account(key)
    if account is None:
        return _nobody(answer, "id", key)
    return _page(answer, timelines.timeline(x, account, answer.query.exclude))


def _search(x: XService, answer: Answer, _blank: str) -> dict[str, Any]:
    return _page(answer, timelines.search(x, answer.query))


def _page(answer: Answer, posts: list[Any]) -> dict[str, Any]:
    shown, meta = timelines.page(posts, answer.query)
    return answer.body(answer.posts((post, post.id) for post in shown), meta)


def _posts(x: XService, answer: Answer, _blank: str) -> dict[str, Any]:
    found = []
    for post_id in answer.query.ids:
        try:
            post = x.standing(post_id)
        except KeyError:
            answer.lost("tweet", "ids", post_id)
            continue
        if post.author.handle.lower() in x.protected:
            answer.forbidden("tweet", "ids", post_id)
        elif x.unseen.isdisjoint(version.id for version in post.versions):
            found.append((post, post_id))
        else:
            answer.lost("tweet", "ids", post_id)
    return answer.body(answer.posts(found))


def _post(x: XService, answer: Answer, post_id: str) -> dict[str, Any]:
    try:
        return answer.body(answer.posts([(x.standing(post_id), post_id)])[0])
    except KeyError:
        answer.lost("tweet", "id", post_id)
        return answer.body()


def _nobody(answer: Answer, parameter: str, value: str) -> dict[str, Any]:
    answer.lost("user", parameter, value)
    return answer.body()


UPLOADS = {endpoints.UPLOAD: uploads.add, endpoints.METADATA: uploads.describe}
HANDLERS: dict[str, Handler] = {
    endpoints.ME.pattern: _user,
    endpoints.USER.pattern: _user,
    endpoints.USER_BY_NAME.pattern: _user_by_name,
    endpoints.USERS_BY_NAME.pattern: _users_by_name,
    endpoints.MENTIONS.pattern: _mentions,
    endpoints.TIMELINE.pattern: _timeline,
    endpoints.SEARCH.pattern: _search,
    endpoints.POSTS.pattern: _posts,
    endpoints.POST.pattern: _post,
}


def _response(status: int, body: dict[str, Any], headers: dict[str, str]) -> web.StreamResponse:
    kind = "application/json" if status < 400 else "application/problem+json"
    return web.json_response(body, status=status, headers=headers, content_type=kind)
