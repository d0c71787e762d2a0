"""The other team's card, reminders, lists, history, standup and the small lines."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.card import Card, History, Nag, Overview
from bot.domain.command import WORDS as COMMANDS
from bot.domain.conversation import Event, ReplyState
from bot.domain.standup import AgentFigures, Durations, Figures, Now, Standup, Wait
from bot.domain.targets import Nagged, Target
from bot.i18n import translator
from bot.views import blocks as b
from bot.views import close, escalate, handover, help, history, home, nag, note, show, standup  # noqa: A004
from tests.unit.views.samples import (
    AT,
    answered,
    card,
    closed,
    escalation,
    fine,
    markup,
    owned,
    post,
    pressable,
    reply,
    thread,
)

EN = translator("en")


@pytest.mark.parametrize(
    ("facts", "request_", "words", "buttons"),
    [
        (card(), escalation(), "*Open* · 🔔 *Unclaimed*", ["take_over"]),
        (card(thread=owned()), escalation(), "*Open* · 👤 <@U0ANNA>", ["take_over"]),
        (card(thread=owned()), escalation(taken_by="U0LARS", taken_at=AT), "*Taken over* by <@U0LARS>", ["reply"]),
        (card(thread=owned(), reply=reply()), escalation(), "Reply on its way", []),
        (card(thread=answered(), reply=reply(ReplyState.SENT)), escalation(), "*Answered* by <@U0ANNA>", []),
        (card(thread=closed()), escalation(), "*Closed without a reply:* Solved by phone", []),
        (
            card(thread=owned(), reply=reply(ReplyState.REFUSED, error="duplicate")),
            escalation(taken_by="U0ANNA", taken_at=AT),
            "Wat vervelend, Jan! Ik zoek het meteen uit. ^AB",
            ["reply"],
        ),
        (
            card(thread=owned(), reply=reply(ReplyState.UNKNOWN, tried_at=AT)),
            escalation(taken_by="U0ANNA", taken_at=AT),
            "Wat vervelend, Jan! Ik zoek het meteen uit. ^AB",
            ["open_post", "mark_sent", "send_again"],
        ),
    ],
)
def test_the_other_teams_card_stays_in_step(facts: Card, request_: Any, words: str, buttons: list[str]) -> None:
    message = escalate.card(facts, request_, EN)
    text = fine(message)
    assert words in text
    assert pressable(message) == buttons
    for fact in (
        "<@U0ANNA> asks for help",
        "A journalist asks",
        "Waar blijft mijn pakket",
        "|See its card at Support>",
    ):
        assert fact in text


def test_the_small_modals_name_their_thread_and_fields() -> None:
    modals = [
        (escalate.modal(12, [("lead:U0LEAD", "Joost"), ("team:Press", "Press office")], EN), "escalate", "target why"),
        (close.modal(12, EN), "close", "reason"),
        (handover.modal(12, EN), "hand_over", "to"),
    ]
    for modal, callback, fields in modals:
        fine(modal)
        inputs = [block for block in modal["blocks"] if block["type"] == "input"]
        assert modal["callback_id"] == callback
        assert [block["block_id"] for block in inputs] == fields.split()
        assert [block["element"]["action_id"] for block in inputs] == fields.split()
        assert json.loads(modal["private_metadata"]) == {"thread": 12}


def test_more_teams_than_slack_has_room_for_and_long_names_still_open_the_modal() -> None:
    fine(escalate.modal(12, [(f"team:{n}", "name " * 50) for n in range(150)], EN))


def nagged(level: Nagged, facts: Card | None = None, wait: Wait | None = None) -> Nag:
    return Nag(facts or card(), level, AT, ("U0LEAD", "U0EMMA"), wait)


def over(outcome: str) -> Wait:
    return Wait(Target.FIRST, AT - timedelta(minutes=42), AT, AT, outcome, "U0ANNA")


@pytest.mark.parametrize(
    ("facts", "words", "buttons"),
    [
        (nagged(Nagged.WARNING, card(thread=owned())), ["<@U0ANNA>, please answer Jan de Vries"], []),
        (nagged(Nagged.WARNING), ["Nobody owns", "Jan de Vries should have an answer by"], ["claim"]),
        (nagged(Nagged.BREACH, card(thread=owned())), ["<@U0ANNA>", "past its target", "<@U0LEAD>, <@U0EMMA>"], []),
        (nagged(Nagged.BREACH), ["nobody owns it", "<@U0LEAD>, <@U0EMMA>"], ["claim"]),
        (nagged(Nagged.NOT_YET, wait=over("answered")), ["Answered by <@U0ANNA> after 42 min."], []),
        (nagged(Nagged.NOT_YET, wait=over("closed")), ["Closed without a reply by <@U0ANNA>"], []),
        (nagged(Nagged.NOT_YET, wait=over("withdrawn")), ["The customer deleted what they wrote"], []),
        (nagged(Nagged.NOT_YET), ["Nobody waits here any more"], []),
    ],
)
def test_a_reminder_is_what_is_true_now_and_calls_who_must_know(
    facts: Nag, words: list[str], buttons: list[str]
) -> None:
    message = nag.nag(facts, EN)
    fine(message)
    for word in words:
        assert word in message.text
    assert pressable(message) == buttons


def test_a_warning_leaves_the_leads_alone() -> None:
    assert "U0LEAD" not in fine(nag.nag(nagged(Nagged.WARNING), EN))


def test_a_lead_can_go_to_the_card_and_is_told_how_it_ended() -> None:
    breach = nag.lead(nagged(Nagged.BREACH), EN)
    assert "<https://acme.slack.com/archives/C0SUPPORT/p1763653860000200|#1042> at Support" in breach.text
    assert "Waar blijft mijn pakket" in fine(breach)
    assert "Answered by <@U0ANNA>" in nag.lead(nagged(Nagged.NOT_YET, wait=over("answered")), EN).text


def test_notes_mention_who_must_know() -> None:
    given = note.note("handed_over", {"from": "U0ANNA", "to": "U0LARS"}, EN)
    assert fine(given).count("<@U0LARS>, this is yours now: <@U0ANNA>")
    taken = note.note("taken_over", {"by": "U0LARS", "from": "U0ANNA"}, EN)
    assert taken.text.startswith("<@U0ANNA>, <@U0LARS> has taken")
    with pytest.raises(ValueError, match="no words"):
        note.note("invented", {}, EN)


def overview(*threads: Card, total: int | None = None) -> Overview:
    return Overview("Support", threads, len(threads) if total is None else total, AT)


def test_a_list_has_a_line_and_the_next_step_for_each_thread() -> None:
    rows = (
        card(),
        card(thread=owned()),
        card(thread=owned(), reply=reply()),
        card(thread=owned(no_reply="not_mentioned")),
    )
    message = home.listing(overview(*rows, total=24), EN, "Waiting")
    text = fine(message)
    assert pressable(message) == ["claim", "reply"]
    assert "*Waiting* · 24 threads" in message.text
    assert "and 20 more" in text
    for fact in ("|#1042>", "🔔 *Unclaimed*", "👤 <@U0ANNA>", "Reply on its way", "Waar blijft mijn pakket"):
        assert fact in text


def test_an_empty_list_says_so() -> None:
    assert "Nothing here" in fine(home.listing(overview(), EN, "Mine"))


def test_home_shows_mine_first_and_nobody_twice() -> None:
    mine, other = card(thread=owned(id=1)), card(thread=thread(id=2))
    view = home.home([(overview(mine), overview(mine, other, total=9))], (), EN)
    text = fine(view)
    assert [block["text"]["text"] for block in view["blocks"] if block["type"] == "header"] == [
        "Yours",
        "Waiting at Support",
    ]
    assert pressable(view) == ["reply", "history", "claim", "history"]
    assert text.count("|#1>") == 1
    assert "and 7 more" in text


def test_an_empty_home_is_friendly() -> None:
    text = fine(home.home([(overview(), overview())], (), EN))
    assert "Nothing is yours now" in text
    assert "Nobody else waits" in text


def test_home_never_says_that_nobody_waits_while_somebody_does() -> None:
    mine = tuple(card(thread=owned(id=number)) for number in range(20))
    text = fine(home.home([(overview(*mine), overview(*mine, total=23))], (), EN))
    assert "and 3 more" in text
    assert "Nobody else waits" not in text


def test_a_home_of_many_desks_stays_within_slacks_limit() -> None:
    full = overview(*(card(thread=thread(id=number)) for number in range(30)))
    fine(home.home([(full, full)] * 5, (), EN))


def test_the_history_tells_who_did_what() -> None:
    def event(kind: str, actor: str = "U0ANNA", **facts: str | int | None) -> Event:
        return Event(1042, AT, kind, actor, "button", facts)

    events = (
        event("received", "U0FAKE", post="91"),
        event("handed_over", to="U0LARS"),
        event("taken_over", owner=None),
        event("taken_over", owner="U0LARS"),
        event("escalated", to="lead:U0LEAD, team:Press <!channel>", why="*Press*"),
        event("nagged", "desk", level="warning"),
        event("nagged", "desk", level="breach"),
        event("refused", "desk", error="duplicate"),
        event("closed", reason="<!here>"),
    )
    text = fine(history.modal(History(card(), events, (card(thread=closed(id=7)),)), EN))
    for line in (
        "@jan_de_vries wrote",
        "<@U0ANNA> handed it over to <@U0LARS>",
        "<@U0ANNA> took it over\\n",
        "<@U0ANNA> took it over from <@U0LARS>",
        "<@U0ANNA> escalated it to <@U0LEAD>, Press &lt;!channel&gt;: \u2217Press\u2217",
        "reminded that the target is near",
        "reminded that the target has passed",
        "X refused the reply: the same text was sent before",
        "<@U0ANNA> closed it without a reply: &lt;!here&gt;",
        "|#7>",
    ):
        assert line in text


@pytest.mark.parametrize("kind", sorted(history.WORDS))
def test_a_line_without_its_facts_is_still_shown(kind: str) -> None:
    fine(history.modal(History(card(), (Event(1042, AT, kind, "desk", "desk", {}),), ()), EN))


def test_the_lines_of_a_history_are_parted_only_where_slacks_limit_wants_it() -> None:
    lines = tuple(Event(1042, AT, "released", "U0ANNA", "button", {}) for _ in range(20))
    shown = [
        block["text"]["text"].count("\n") + 1 for block in history.modal(History(card(), lines, ()), EN)["blocks"][1:-1]
    ]
    assert shown == [20]


def test_a_long_history_fits_a_modal() -> None:
    events = tuple(Event(1042, AT, "closed", "U0ANNA", "button", {"reason": "<" * 3000}) for _ in range(500))
    fine(history.modal(History(card(), events, (card(),) * 100), EN))


def test_a_customers_threads_are_listed() -> None:
    message = history.message([card(thread=closed()), card()], "@jan_de_vries", EN)
    assert "*@jan_de_vries* · 2 threads" in message.text
    assert pressable(message) == ["history", "history"]


FIRST = Durations(18, timedelta(minutes=12), timedelta(hours=1, minutes=5))
NOTHING = Durations(0, None, None)
DAY = Figures(
    day=date(2026, 11, 20),
    received=41,
    answered=38,
    met=35,
    breached=4,
    first_response=FIRST,
    agents=(AgentFigures("U0ANNA", 20, FIRST), AgentFigures("U0LARS", 18, NOTHING)),
    now=Now(5, 2, 1, 1042, AT),
)


def test_the_standup_has_its_figures_with_their_n_and_rings_nobody() -> None:
    message = standup.standup(Standup("Support", DAY, {"U0ANNA": "Anna Bakker", "U0LARS": "Lars Nilsson"}), EN)
    text = fine(message)
    for figure in (
        "Support, Friday, 20 November 2026",
        "Received\\n*41*",
        "Answered\\n*38*",
        "Within target\\n*90%* (n = 39)",
        "First response, median\\n*12 min* (n = 18)",
        "First response, p90\\n*1 hr 5 min* (n = 18)",
        "Unclaimed\\n*2*",
        "Waiting longest\\n*#1042, <!date^",
        "Anna Bakker",
    ):
        assert figure in text
    assert "<@U" not in text
    assert "user_id" not in text


def test_a_day_on_which_nothing_happened_has_a_standup_too() -> None:
    quiet = replace(
        DAY, received=0, answered=0, met=0, breached=0, first_response=NOTHING, agents=(), now=Now(0, 0, 0, None, None)
    )
    text = fine(standup.standup(Standup("Support", quiet), EN))
    assert "Within target\\n*—* (n = 0)" in text
    assert '"table"' not in text


def test_a_standup_of_more_agents_than_a_table_holds() -> None:
    many = replace(DAY, agents=tuple(AgentFigures(f"U{n}", 1, FIRST) for n in range(200)))
    fine(standup.standup(Standup("Support" * 40, many), EN))


@pytest.mark.parametrize("language", ["en", "nl", "sv"])
def test_help_has_every_command(language: str) -> None:
    text = fine(help.help("/care", translator(language)))
    for word in COMMANDS:
        assert f"`/care {word}" in text


def test_a_post_of_25000_characters_is_shown_whole() -> None:
    words = "".join(f"{number:05d}" for number in range(5000))
    view = show.modal(card(messages=(post(text=words),)), EN)
    fine(view)
    quoted = [part["text"].removeprefix(">") for part in markup(view["blocks"]) if part["text"].startswith(">")]
    assert "".join(quoted) == words


def test_a_message_never_has_more_than_fifty_blocks_and_never_none() -> None:
    assert len(b.message("text", *(b.section("x") for _ in range(80))).blocks) == 50
    assert b.message("text", None).blocks == [b.section("text")]
