from __future__ import annotations

import pytest
from click.testing import CliRunner

from bot.runtime import demo
from bot.runtime.cli import main


class Begun(Exception):
    """The demo has its clock."""


@pytest.mark.parametrize("at", ["friday", "9999-12-31 23:59", "0001-01-01 00:00", "1999-12-31 23:59:60"])
def test_time_out_of_reach_is_refused_in_one_line(at: str) -> None:
    done = CliRunner().invoke(main, ["demo", "--at", at])
    refusal = f'--at: "{at}" cannot be read: write a time such as "2026-11-27 16:40" (2011 to 2199)'
    assert (done.exit_code, done.output.strip()) == (2, refusal)


@pytest.mark.parametrize("text", ["9999-12-31T23:59:00Z", "friday"])
def test_clock_of_the_environment_is_refused_in_one_line(text: str) -> None:
    done = CliRunner().invoke(main, ["demo"], env={"WEBCARE_CLOCK": text})
    assert done.exit_code == 2
    assert len(done.output.strip().splitlines()) == 1
    assert done.output.startswith("WEBCARE_CLOCK: ")


@pytest.mark.parametrize("at", [" 2026-11-27 16:40", "2026-11-27 16:40 ", "\t2026-11-27 16:40\n"])
def test_spaces_around_the_time_say_nothing(monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    begun: list[str] = []

    def stage(clock: object) -> None:
        begun.append(str(clock))
        raise Begun

    monkeypatch.setattr(demo, "Stage", stage)
    done = CliRunner().invoke(main, ["demo", "--at", at])
    assert isinstance(done.exception, Begun)
    assert begun[0].startswith("2026-11-27T15:40:00+00:00@1#")
