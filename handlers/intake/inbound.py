"""The address to which other tools post: what they send, and what they get."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from contextlib import suppress
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIEnvironment

from bot.networks.inbound.mapping import Unreadable, decoded
from bot.platform.proof import Unproven
from bot.settings import Desk, InboundConfig
from bot.usecases.desk.context import Context
from bot.usecases.intake import hear as usecase
from storage.engine import DatabaseError, cause

log = logging.getLogger(__name__)

PATH = "/inbound/"
LARGEST = 1_048_576  # bytes of a body
RETRY_SECONDS = 30
_ADVICE = {
    "nothing": "nothing, unless the tool itself is to post: then have it send its signature or secret",
    "time": "set this machine's clock (NTP), unless somebody repeats an old message",
    "signature": "copy the secret from the tool into {variable} again",
}


def source_of(path: str) -> str | None:
    """Return the name in the address if it is that of a tool that posts to us, else None."""
    return path.removeprefix(PATH) if path.startswith(PATH) else None


def respond(ctx: Context, environ: WSGIEnvironment, start_response: StartResponse, name: str) -> Iterable[bytes]:
    """Store what a tool posts, and answer once that is committed."""
    headers = [("Cache-Control", "no-store")]
    said: Mapping[str, object] | None = None
    try:
        status, said = _answer(ctx, environ, name)
    except DatabaseError as error:
        ctx.database_troubles.warn(
            log, "the database did not take what was posted; its sender repeats it", cause(error)
        )
        status = HTTPStatus.SERVICE_UNAVAILABLE
        headers.append(("Retry-After", str(RETRY_SECONDS)))
    except Exception:
        log.exception("what was posted could not be taken in", extra={"fields": {"source": name[:40]}})
        status = HTTPStatus.INTERNAL_SERVER_ERROR
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers.append(("Allow", "POST"))
    content = b"" if said is None else json.dumps(said).encode()
    headers += [("Content-Type", "application/json")] if said is not None else []
    start_response(f"{status.value} {status.phrase}", [*headers, ("Content-Length", str(len(content)))])
    return [content]


def _answer(ctx: Context, environ: WSGIEnvironment, name: str) -> tuple[HTTPStatus, Mapping[str, object] | None]:
    found = ctx.settings.inbound(name)
    if found is None:
        return HTTPStatus.NOT_FOUND, None
    if environ["REQUEST_METHOD"] != "POST":
        return HTTPStatus.METHOD_NOT_ALLOWED, None
    desk, source = found
    body = _body(environ)
    if body is None:
        why = "its body is larger than 1 MiB"
        ctx.webhook_troubles.warn(log, "a webhook was refused", why, key=f"{name} size", source=name)
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, None
    message_id = _proven(ctx, source, environ, body)
    if message_id is None:
        return HTTPStatus.UNAUTHORIZED, None
    return _taken(ctx, desk, source, body, message_id)


def _taken(
    ctx: Context, desk: Desk, source: InboundConfig, body: bytes, message_id: str
) -> tuple[HTTPStatus, Mapping[str, object]]:
    try:
        content = decoded(body)
    except Unreadable as problem:
        key = f"{source.name} json"
        ctx.webhook_troubles.warn(log, "a webhook was refused", str(problem), key=key, source=source.name)
        return HTTPStatus.BAD_REQUEST, {"error": str(problem)}
    taken = usecase.hear(ctx, desk, source, content, message_id)
    counted = {"new": taken.new, "changed": taken.changed, "known": taken.known, "without_words": taken.left_out}
    counted |= {"returned": 1} if taken.returned else {}
    return HTTPStatus.OK, counted


def _proven(ctx: Context, source: InboundConfig, environ: WSGIEnvironment, body: bytes) -> str | None:
    """Return what the source calls the message; None if it is not proven to be its own, which is then on record."""
    secret = ctx.settings.credentials(source.account).plain()["secret"]
    given = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_") and isinstance(value, str)
    }
    try:
        if not secret:
            raise Unproven("signature")
        return source.proof.check(secret, given, body)
    except Unproven as refused:
        do = _ADVICE[refused.why].format(variable=source.variable)
        key = f"{source.name} {refused.why}"
        if ctx.webhook_troubles.warn(log, "a webhook was refused", refused.why, key=key, source=source.name, do=do):
            with suppress(DatabaseError):
                usecase.refuse(ctx, source, refused.why)
        return None


def _body(environ: WSGIEnvironment) -> bytes | None:
    """Return the body; None if it is too large."""
    length = environ.get("CONTENT_LENGTH") or ""
    if length and not (length.isascii() and length.isdigit() and int(length) <= LARGEST):
        return None
    if not length and "chunked" not in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
        return b""
    body = environ["wsgi.input"].read(LARGEST + 1)
    return body if len(body) <= LARGEST else None
