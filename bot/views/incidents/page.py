"""An incident as one page for the press office: a file, in HTML or Markdown."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import datetime

from bot.domain.incidents.incident import IncidentEvent, IncidentEventKind
from bot.domain.incidents.public_update import PublicUpdate
from bot.platform.i18n import N_, Translator
from bot.views.common.text import quoted
from bot.views.incidents.models import Page

_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~])")
_DONE = {
    IncidentEventKind.OPENED: N_("opened by {person}"),
    IncidentEventKind.PROPOSED: N_("{person} wrote the line"),
    IncidentEventKind.APPROVED: N_("{person} approved the line"),
    IncidentEventKind.WITHDRAWN: N_("{person} took the line back"),
    IncidentEventKind.UPDATE_PROPOSED: N_("{person} wrote a public update"),
    IncidentEventKind.UPDATE_APPROVED: N_("{person} approved a public update"),
    IncidentEventKind.UPDATE_POSTED: N_("a public update was posted"),
    IncidentEventKind.EDIT_PROPOSED: N_("{person} wrote an edit of a public update"),
    IncidentEventKind.EDIT_APPROVED: N_("{person} approved an edit of a public update"),
    IncidentEventKind.UPDATE_EDITED: N_("a public update was edited"),
    IncidentEventKind.SOLVED: N_("solved, says {person}"),
    IncidentEventKind.CLOSED: N_("closed by {person}"),
}


def markdown(page: Page, t: Translator) -> str:
    """Write the page as Markdown. What people wrote is escaped, so that it formats nothing."""
    parts = [f"# {_marked(page.incident.name)}", ""]
    parts += [f"- {_marked(line)}" for line in _figures(page, t)]
    for heading, lines in _sections(page, t):
        parts += ["", f"## {heading}", "", *(f"- {_marked(line)}" for line in lines)]
    parts += ["", f"## {t('What customers say')}", "", *(f"> {_marked(quote)}\n" for quote in page.quotes)]
    return "\n".join(parts).rstrip() + "\n"


def document(page: Page, t: Translator) -> str:
    """Write the page as one HTML file that loads nothing from elsewhere."""
    name = html.escape(page.incident.name)
    parts = [f"<h1>{name}</h1>", _list(_figures(page, t))]
    for heading, lines in _sections(page, t):
        parts += [f"<h2>{html.escape(heading)}</h2>", _list(lines)]
    quotes = "".join(f"<blockquote>{html.escape(quote)}</blockquote>" for quote in page.quotes)
    parts += [f"<h2>{html.escape(t('What customers say'))}</h2>", quotes]
    style = "body{font:16px/1.5 sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}"
    return (
        f'<!doctype html>\n<html lang="{t.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        f"<title>{name}</title><style>{style}</style></head>\n<body>{''.join(parts)}</body></html>\n"
    )


def _figures(page: Page, t: Translator) -> list[str]:
    standing, incident = page.standing, page.incident
    lines = [
        t("As of {time}", time=_time(page.at, page)),
        t.n("{n} customer", "{n} customers", standing.customers),
        t("{n} answered", n=t.number(standing.told)),
    ]
    if incident.solved_at is not None:
        lines.append(t("{n} told that it is solved", n=t.number(standing.told_end)))
    if standing.first and standing.newest:
        first, newest = _time(standing.first[1], page), _time(standing.newest[1], page)
        lines.append(t("First at {first}, newest at {newest}", first=first, newest=newest))
    return lines


def _sections(page: Page, t: Translator) -> list[tuple[str, Sequence[str]]]:
    line = [page.incident.line] if page.incident.line else []
    public = [_public(update, page, t) for update in page.posted]
    done = [_done(event, page, t) for event in page.events]
    sections = ((t("What customers are told"), line), (t("Public updates"), public), (t("Timeline"), done))
    return [(heading, lines) for heading, lines in sections if lines]


def _public(update: PublicUpdate, page: Page, t: Translator) -> str:
    said = f"{_time(update.sent_at, page)} · {update.text} {update.url}".strip()
    if update.picture is None:
        return said
    return f"{said} · {t('🖼️ With a picture: {description}', description=update.picture.alt)}"


def _done(event: IncidentEvent, page: Page, t: Translator) -> str:
    said = t(_DONE[event.kind], person=page.names.get(event.actor, event.actor))
    words = f": {quoted(event.text, t)}" if event.text and event.kind is not IncidentEventKind.OPENED else ""
    return f"{_time(event.at, page)} · {said}{words}"


def _time(at: datetime | None, page: Page) -> str:
    return f"{(at or page.at).astimezone(page.zone):%Y-%m-%d %H:%M}"


def _marked(text: str) -> str:
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def _list(lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{html.escape(line)}</li>' for line in lines)}</ul>"
