"""The page behind the link of "Was this helpful?": what a browser asks for, and what it gets."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import parse_qs
from wsgiref.types import StartResponse, WSGIEnvironment

from bot.domain.replies.rating import SCORES
from bot.platform.i18n import translator
from bot.usecases.desk.context import Context
from bot.usecases.replies import rating as usecase
from bot.views.replies import rating_page as view
from storage.engine import DatabaseError

LARGEST = 16_384  # bytes of a form
FORM = "application/x-www-form-urlencoded"


def token_of(ctx: Context, path: str) -> str | None:
    """Return what the address ends with if it is that of our page, else None."""
    before, found, token = path.partition(usecase.PATH)
    return token if found and ctx.settings.public_url.endswith(before) and usecase.is_on(ctx) else None


def respond(ctx: Context, environ: WSGIEnvironment, start_response: StartResponse, token: str) -> Iterable[bytes]:
    """Show the page, and store what was tapped. Only POST does that: previews of links use GET and HEAD."""
    method = environ["REQUEST_METHOD"]
    try:
        status, page = (HTTPStatus.METHOD_NOT_ALLOWED, "") if method not in _METHODS else _answer(ctx, environ, token)
    except DatabaseError:
        status, page = HTTPStatus.SERVICE_UNAVAILABLE, ""
    body = page.encode()
    headers = [*view.HEADERS, ("Content-Length", str(len(body)))]
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers.append(("Allow", ", ".join(_METHODS)))
    start_response(f"{status.value} {status.phrase}", headers)
    return [] if method == "HEAD" else [body]


_METHODS = ("GET", "HEAD", "POST")


def _answer(ctx: Context, environ: WSGIEnvironment, token: str) -> tuple[HTTPStatus, str]:
    rating = usecase.opened(ctx, token)
    if rating is None:
        return HTTPStatus.NOT_FOUND, view.gone(translator(ctx.settings.desks[0].language))
    t, desk = translator(rating.language), usecase.asked_by(ctx, rating)
    if environ["REQUEST_METHOD"] != "POST":
        return HTTPStatus.OK, view.ask(desk, t)
    given = _form(environ)
    if given is None:
        return HTTPStatus.BAD_REQUEST, view.ask(desk, t)
    score, words = given
    if not usecase.score(ctx, rating, score, words):
        return HTTPStatus.NOT_FOUND, view.gone(t)
    return HTTPStatus.OK, view.thanks(desk, score, t, written=bool(words and words.strip()))


def _form(environ: WSGIEnvironment) -> tuple[int, str | None] | None:
    """Return the score and the words, None if there were none; None if no browser would send that with our page."""
    length = environ.get("CONTENT_LENGTH") or "0"
    kind = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if kind != FORM or not (length.isascii() and length.isdigit() and int(length) <= LARGEST):
        return None
    try:
        fields = parse_qs(
            environ["wsgi.input"].read(int(length)).decode(), max_num_fields=4, errors="replace", keep_blank_values=True
        )
    except ValueError:
        return None
    (score, *more), words = fields.get("score", [""]), fields.get("words")
    if more or score not in {str(each) for each in SCORES}:
        return None
    return int(score), words[0] if words else None
