"""The knowledge bank's form and word as Slack sends them: what is refused, who may, and what the log keeps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.runtime.app import App
from bot.usecases.desk import desk_takeover
from bot.usecases.knowledge import bank
from tests.support.acting import send, whole_bot
from tests.support.bench import Bench
from tests.support.cast import ANNA, HERE

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ENTRY = {"question": "Waar is mijn geheimpakket?", "answer": "Het staat morgen geheim voor je deur."}


@pytest.fixture
def desk(bench: Bench, database_url: str) -> Iterator[App]:
    with whole_bot(bench, database_url) as app:
        yield app


def submitted(bench: Bench, desk: App, **changes: Any) -> Any:
    """Open an empty form, fill it in and send it: the answer, None if it closed."""
    button = {"type": "button", "action_id": "bank_new", "block_id": "b", "value": "new"}
    send(bench, desk, type="block_actions", channel={"id": HERE}, actions=[button])
    shown = bench.sandbox.slack.views(ANNA.id)[-1]
    fields = {name: {name: {"type": "plain_text_input", "value": value}} for name, value in (ENTRY | changes).items()}
    fields["valid_until"] = {"valid_until": {"type": "datepicker", "selected_date": changes.get("valid_until")}}
    fields["owner"] = {"owner": {"type": "users_select", "selected_user": changes.get("owner", ANNA.id)}}
    answer = send(bench, desk, type="view_submission", view=shown | {"state": {"values": fields}})
    return json.loads(answer) if answer else None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"question": "\u200b "}, "Please write both a question and its answer."),
        ({"answer": "\u200b"}, "Please write both a question and its answer."),
        ({"valid_until": "2001-01-01"}, "That day is over. Please choose a later one, or none."),
        ({"answer": "Vraag het <!here>"}, "Nobody outside Slack can read “@here”"),
    ],
)
def test_form_names_what_is_wrong_beside_the_field(bench: Bench, desk: App, changes: dict[str, str], said: str) -> None:
    (field,) = changes
    assert submitted(bench, desk, **changes)["errors"][field].startswith(said)
    assert bench.team.rows("SELECT * FROM bank_entry") == []


def test_log_has_no_word_of_the_bank(bench: Bench, desk: App, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    assert submitted(bench, desk) is None
    found = send(bench, desk, command="/webcare", text="kennisbank geheimpakket", channel_id=HERE)
    assert "Het staat morgen geheim" in found
    assert "geheim" not in caplog.text


def test_bank_follows_a_desk_that_is_renamed(bench: Bench, desk: App) -> None:
    submitted(bench, desk)
    bench.team.write("Waar blijft mijn pakket toch")
    (old,) = bench.ctx.settings.desks
    new = old.model_copy(update={"name": "Klantenservice", "key": None})
    bench.ctx.settings = replace(bench.ctx.settings, desks=(new,))
    desk_takeover.pass_on(bench.ctx)
    assert len(bank.find(bench.ctx, ANNA, "geheimpakket").found) == 1
