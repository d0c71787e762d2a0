"""Messages about the whole desk show several customers, and forget one who has to be forgotten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.alerts.backlog import ENTER_ABOVE
from bot.usecases.alerts import backlog, volume_spike
from bot.usecases.desk import desk_takeover
from bot.usecases.privacy import erase
from tests.support.bench import Bench


@pytest.fixture
def storm(bench: Bench) -> str:
    """@zqplant writes first in a storm, which is told to the channel and to the lead: the id of that post."""
    bench.sandbox.x.post("earlier", "@acme hello")
    bench.fetch()
    bench.finish()
    bench.clock.turn(days=2)
    first = bench.sandbox.x.post("zqplant", "@acme stroomstoring")
    for number in range(ENTER_ABOVE):
        bench.sandbox.x.post(f"c{number}", "@acme stroomstoring")
    bench.fetch()
    assert volume_spike.tick(bench.ctx) == 1
    assert backlog.tick(bench.ctx) == 1
    bench.deliver()
    shown = bench.everything_shown()
    assert "zqplant" in str([message.blocks for message in bench.sandbox.slack.messages("C0SUPPORT")][-1])
    assert f"zqplant/status/{first.id}" in shown, "in the lead's message"
    return first.id


def test_erased_customer_leaves_digest_and_spike_signal(bench: Bench, storm: str) -> None:
    erase.erase(bench.ctx, "zqplant")
    bench.deliver()
    shown = bench.everything_shown()
    assert "zqplant" not in shown
    assert storm not in shown
    assert "Stroomstoring" in shown or "stroomstoring" in shown


def test_erased_customer_of_a_renamed_desk_leaves_them_too(bench: Bench, storm: str) -> None:
    settings = bench.ctx.settings
    desk = settings.desks[0].model_copy(update={"name": "Customer care"})
    later = Bench(
        replace(bench.ctx, settings=replace(settings, desks=(desk,))),
        bench.sandbox,
        bench.clock,
    )
    desk_takeover.pass_on(later.ctx)
    erase.erase(later.ctx, "zqplant")
    later.deliver()
    shown = later.everything_shown()
    assert "zqplant" not in shown
    assert storm not in shown


def test_deleted_post_leaves_them_too_until_it_stands_again(bench: Bench, storm: str) -> None:
    bench.sandbox.x.unseen.add(storm)
    bench.clock.turn(minutes=20)
    assert bench.recheck_twice() == 1
    bench.deliver()
    assert storm not in bench.everything_shown()
    bench.sandbox.x.unseen.clear()
    bench.clock.turn(hours=23)
    assert bench.recheck() == 1
    bench.finish()
    assert storm in str([message.blocks for message in bench.told()])
