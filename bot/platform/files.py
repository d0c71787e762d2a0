"""Files that members of the workspace gave to the app."""

from __future__ import annotations

from urllib.parse import urlsplit

from slack_sdk import WebClient

from bot.platform import slack, web

SECONDS = 20.0
SLACK = ".slack.com"
SNIFFED = 200  # bytes


def fetch(client: WebClient, file: str, *, most_bytes: int) -> bytes:
    """Return a file's content. Raises as `slack.call` does; what Slack no longer has is Rejected."""
    about = slack.call(client, "files.info", file=file)["file"]
    url = str(about.get("url_private_download") or about.get("url_private") or "")
    if not _is_slacks(client, url):  # the token goes nowhere else
        raise slack.Rejected("file_not_found", "a file without an address at Slack")
    try:
        answer = web.exchange(
            "GET",
            url,
            {"Authorization": f"Bearer {client.token}", "Accept": "*/*"},
            most_bytes=most_bytes,
            seconds=SECONDS,
        )
    except web.WebError as error:
        if error.code == "too_big":
            raise slack.Rejected("file_too_big") from error
        if error.code == "redirected":  # to where people sign in
            raise slack.Rejected("access_denied", "the file's address redirects") from error
        raise slack.NotDone(f"a file: {error.code}") from error
    if answer.status in (404, 410):
        raise slack.Rejected("file_deleted")
    if answer.status != 200:
        raise slack.NotDone(f"a file: HTTP {answer.status}")
    if answer.content[:SNIFFED].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        raise slack.Rejected("access_denied", "a page to sign in stands for the file")
    return answer.content


def _is_slacks(client: WebClient, url: str) -> bool:
    api, where = urlsplit(client.base_url), urlsplit(url)
    host = where.hostname or ""
    return (where.scheme, where.netloc) == (api.scheme, api.netloc) or (
        where.scheme == "https" and host.endswith(SLACK)
    )
