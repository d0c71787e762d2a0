"""Messages about the whole desk show several customers, and forget one who has to be forgotten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.alerts.backlog import ENTER_ABOVE
from bot.usecases.alerts import backlog, volume_spike
from bot.usecases.desk import desk_takeover
from bot.usecases.privacy import erase
from tests.support.house import House


@pytest.fixture
def storm(house: House) -> str:
    """@zqplant writes first in a storm, which is told to the channel and to the lead: the id of that post."""
    house.sandbox.x.post("earlier", "@acme hello")
    house.poll()
    house.settle()
    house.clock.turn(days=2)
    first = house.sandbox.x.post("zqplant", "@acme stroomstoring")
    for number in range(ENTER_ABOVE):
        house.sandbox.x.post(f"c{number}", "@acme stroomstoring")
    house.poll()
    assert volume_spike.tick(house.ctx) == 1
    assert backlog.tick(house.ctx) == 1
    house.deliver()
    shown = house.slack_shows()
    assert "zqplant" in str([message.blocks for message in house.sandbox.slack.messages("C0SUPPORT")][-1])
    assert shown.count(f"zqplant/status/{first.id}") > 1, "in the digest and in the lead's message"
    return first.id


def test_an_erased_customer_is_taken_out_of_the_digest_and_of_the_signal_to_the_leads(house: House, storm: str) -> None:
    erase.erase(house.ctx, "zqplant")
    house.deliver()
    shown = house.slack_shows()
    assert "zqplant" not in shown
    assert storm not in shown
    assert "Stroomstoring" in shown or "stroomstoring" in shown


def test_so_is_one_whose_desk_has_another_name_by_then(house: House, storm: str) -> None:
    settings = house.ctx.settings
    desk = settings.desks[0].model_copy(update={"name": "Customer care"})
    later = House(
        replace(house.ctx, settings=replace(settings, desks=(desk,))),
        house.sandbox,
        house.clock,
    )
    desk_takeover.pass_on(later.ctx)
    erase.erase(later.ctx, "zqplant")
    later.deliver()
    shown = later.slack_shows()
    assert "zqplant" not in shown
    assert storm not in shown


def test_so_is_a_post_that_its_customer_deleted(house: House, storm: str) -> None:
    house.sandbox.x.delete(storm)
    house.clock.turn(minutes=20)
    assert house.recheck() == 1
    house.deliver()
    assert storm not in house.slack_shows()
