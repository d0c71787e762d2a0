"""Claim next 5 takes the nearest deadlines, gives each to one agent, and ignores a repeated click."""

from __future__ import annotations

from dataclasses import replace

import pytest
from slack_bolt import BoltRequest

from bot.domain.common.errors import Refused
from bot.runtime.app import build
from bot.settings import Roles, load
from bot.usecases.cases.claim import claim, claim_next, shown
from bot.usecases.desk.context import Actor, Context
from tests.support.bench import Bench
from tests.support.cast import ANNA, LARS
from tests.support.clock import TurnedClock
from tests.support.team import Team
from tests.support.together import together


def test_claim_next_takes_the_five_nearest_deadlines(bench: Bench, team: Team, clock: TurnedClock) -> None:
    bench.flood(4)
    bench.flood(4, posted_at=clock.at.replace(hour=14))
    claim(team.ctx, LARS, 6)
    assert claim_next(team.ctx, ANNA, team.ctx.settings.desks[0]) == [5, 7, 8, 1, 2]
    assert [team.thread(number).owner for number in range(1, 9)] == [
        *("U0ANNA", "U0ANNA", None, None),
        *("U0ANNA", "U0LARS", "U0ANNA", "U0ANNA"),
    ]
    assert team.kinds(7) == ["received", "claimed"]
    assert "card:7" in team.wanted("card")


def test_claim_next_race_gives_different_threads(bench: Bench, team: Team) -> None:
    bench.flood(20)
    agents = iter([Actor(f"U{number}", "button") for number in range(6)])
    claimed = together([lambda: _taken(team.ctx, next(agents))] * 6)
    assert sorted(number for numbers in claimed for number in numbers) == list(range(1, 21))
    assert max(len(numbers) for numbers in claimed) == 5
    assert all(team.thread(number).owner for number in range(1, 21))


def test_repeated_click_claims_nothing_more(bench: Bench, team: Team) -> None:
    bench.flood(20)
    click = replace(ANNA, idempotency_key="the same click")
    claim_next(team.ctx, click, team.ctx.settings.desks[0])
    with pytest.raises(Refused, match="repeated"):
        claim_next(team.ctx, click, team.ctx.settings.desks[0])
    assert [team.thread(number).owner for number in (5, 6)] == ["U0ANNA", None]


def test_fast_taps_claim_once(bench: Bench, team: Team, clock: TurnedClock) -> None:
    bench.flood(20)
    desk, since = team.ctx.settings.desks[0], team.ctx.clock.now()
    claim_next(team.ctx, ANNA, desk)
    for _ in range(2):
        clock.turn(seconds=0.3)
        with pytest.raises(Refused, match="still_claiming"):
            claim_next(team.ctx, ANNA, desk)
    assert claim_next(team.ctx, LARS, desk) == [6, 7, 8, 9, 10]
    shown(team.ctx, ANNA, since)
    with pytest.raises(Refused, match="still_claiming"):  # shown, and too soon to have been read
        claim_next(team.ctx, ANNA, desk)
    clock.turn(seconds=0.5)
    assert claim_next(team.ctx, ANNA, desk) == [11, 12, 13, 14, 15]


def test_taps_at_one_instant_claim_once(bench: Bench, team: Team) -> None:
    bench.flood(20)
    claimed = together([lambda: _taken(team.ctx, ANNA)] * 3)
    assert sorted(map(len, claimed)) == [0, 0, 5]


def test_tap_counts_again_if_slack_never_showed_the_first(bench: Bench, team: Team, clock: TurnedClock) -> None:
    bench.flood(3)
    claim_next(team.ctx, ANNA, team.ctx.settings.desks[0], limit=1)
    clock.turn(seconds=29)
    with pytest.raises(Refused, match="still_claiming"):
        claim_next(team.ctx, ANNA, team.ctx.settings.desks[0], limit=1)
    clock.turn(seconds=1)
    assert claim_next(team.ctx, ANNA, team.ctx.settings.desks[0], limit=1) == [2]


def test_typed_command_is_no_tap(bench: Bench, team: Team) -> None:
    bench.flood(3)
    typed = replace(ANNA, via="command")
    assert [claim_next(team.ctx, typed, team.ctx.settings.desks[0], limit=1) for _ in range(2)] == [[1], [2]]


def test_empty_list_has_nothing_to_claim(bench: Bench, team: Team) -> None:
    with pytest.raises(Refused, match="nothing_unclaimed"):
        claim_next(team.ctx, ANNA, team.ctx.settings.desks[0])


def test_claim_next_needs_the_claim_role(bench: Bench, team: Team) -> None:
    bench.flood(2)
    desk = team.ctx.settings.desks[0].model_copy(update={"roles": Roles(claim=("U0LARS",))})
    ctx = replace(team.ctx, settings=replace(team.ctx.settings, desks=(desk,)))
    with pytest.raises(Refused, match="not_allowed"):
        claim_next(ctx, ANNA, desk)
    assert team.thread(1).owner is None


def test_button_answers_with_what_is_theirs_now(bench: Bench, team: Team, database_url: str) -> None:
    bench.flood(7)
    settings = load(
        {
            "WEBCARE_CONFIG": str(team.ctx.settings.config_path),
            "DATABASE_URL": database_url,
            "SLACK_API_URL": bench.sandbox.slack_api_url,
            "SLACK_BOT_TOKEN": "xoxb-sandbox",
            "SLACK_SIGNING_SECRET": "sandbox-signing-secret",
        }
    )
    desk = build(settings)
    click = {
        "type": "block_actions",
        "user": {"id": "U0ANNA"},
        "channel": {"id": "C0SUPPORT"},
        "trigger_id": "1.2.abc",
        "actions": [{"type": "button", "action_id": "claim_next", "block_id": "b", "value": "another desk"}],
    }
    answer = desk.bolt.dispatch(BoltRequest(body=click, mode="socket_mode"))
    desk.close()
    assert answer.status == 200
    assert [team.thread(number).owner for number in (1, 5, 6)] == ["U0ANNA", "U0ANNA", None]
    (message,) = bench.sandbox.slack.ephemerals("U0ANNA")
    buttons = [block["accessory"] for block in message.blocks or [] if "accessory" in block]
    assert [(button["action_id"], button["value"]) for button in buttons] == [
        ("reply", str(number)) for number in range(1, 6)
    ]


def _taken(ctx: Context, agent: Actor) -> list[int]:
    try:
        return claim_next(ctx, agent, ctx.settings.desks[0])
    except Refused:
        return []
