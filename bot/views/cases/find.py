"""What a search found, in an answer or in its modal."""

from __future__ import annotations

from bot.domain.cases.search import LONGEST, Place
from bot.platform.i18n import N_, Translator
from bot.views.cases.models import Found, FoundPage
from bot.views.cases.state import called, state, up_to_us, urgency
from bot.views.common import blocks as b
from bot.views.common import rich
from bot.views.common.blocks import Block, SlackMessage, View
from bot.views.common.budget import fitted
from bot.views.common.text import date, escape, link

DAY = "{date_short}"
QUOTED = 300  # characters of what is quoted
MARKED = 4  # places in it
_PLACES = {
    Place.NUMBER: N_("its number"),
    Place.HANDLE: N_("the handle"),
    Place.REFERENCE: N_("a number in a message of {day}"),
    Place.NAME: N_("the name"),
    Place.LABEL: N_("the label"),
    Place.NOTE: N_("in a note of {day}"),
    Place.POST: N_("in a message of {day}"),
}


def message(page: FoundPage, t: Translator) -> SlackMessage:
    """Answer whoever typed the command."""
    heading = _heading(page, t)
    return b.message(heading, *_results(page, "history", t))


def modal(page: FoundPage | None, words: str, channel: str | None, t: Translator) -> View:
    """Ask for words, and show what was found by them; `page` is None before anything was searched for.

    `channel` is where the modal was opened: it decides what can be seen.
    """
    field: Block = {
        "type": "plain_text_input",
        "action_id": "words",
        "max_length": LONGEST,
        "focus_on_load": page is None,
        "placeholder": b.plain(t("A name, @handle, order number or words"), 150),
    }
    if words:
        field["initial_value"] = words[:LONGEST]
    asked = b.input_block(t("Search for"), "words", field)
    results = _results(page, "history_pushed", t) if page else []
    shown = fitted([block for block in (asked, *results) if block is not None])
    return b.modal(
        "find", t("Search"), shown, submit=t("Search"), close=t("Close"), metadata={"channel": channel, "words": words}
    )


def _heading(page: FoundPage, t: Translator) -> str:
    found = t.n("*{words}* · {n} thread", "*{words}* · {n} threads", page.total, words=escape(page.words, 100))
    if page.pages == 1:
        return found
    return f"{found} · {t('page {number} of {total}', number=page.page + 1, total=page.pages)}"


def _results(page: FoundPage, history: str, t: Translator) -> list[Block | None]:
    rows: list[Block | None] = [b.section(_heading(page, t))]
    for one in page.found:
        rows.append(b.section(_row(one, t), b.button(t("History"), history, one.case.thread.id)))
        if one.excerpt and one.excerpt.hits:
            rows.append(rich.marked(one.excerpt.text, one.excerpt.hits, QUOTED, most=MARKED))
        elif one.excerpt:
            rows.append(rich.quotation(one.excerpt.text, QUOTED))
    return [*rows, b.actions(_turn(t("Earlier"), page, page.page + 1), _turn(t("Later"), page, page.page - 1))]


def _row(one: Found, t: Translator) -> str:
    case = one.case
    stands = urgency(case, t) if up_to_us(case) else None
    number = link(case.permalink, f"#{case.thread.id}")
    place = t(_PLACES[one.place], day=date(one.at, DAY) if one.at else "—")
    return " · ".join(filter(None, (f"*{number}* {called(case)}", place, stands, state(case, t))))


def _turn(label: str, page: FoundPage, to: int) -> Block | None:
    """Offer another page, if there is one. What is more relevant has the lower number."""
    if not 0 <= to < page.pages:
        return None
    return b.button(label, "find_page" if to > page.page else "find_page_back", f"{to}:{page.words}")
