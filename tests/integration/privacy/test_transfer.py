"""Moving bench: everything arrives, and the next mention gets the next number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.usecases.replies import reply
from storage import migrate, transfer
from storage.engine import connect, transaction
from tests.support.bench import Bench, live, webcare
from tests.support.cast import ANNA

SECRET = "correct-horse"


@pytest.fixture
def target(request: pytest.FixtureRequest, tmp_path: Path, database_url: str) -> Iterator[Engine]:
    """An empty database of the other kind than the desk's own."""
    url = f"sqlite:///{tmp_path / 'new.db'}"
    if database_url.startswith("sqlite"):
        url = request.getfixturevalue("postgres_url")
    engine = connect(url)
    yield engine
    engine.dispose()


def test_everything_arrives_and_numbers_go_on(bench: Bench, target: Engine) -> None:
    live(bench)
    before = bench.tables()
    assert len(before["thread"]) == 3
    assert dict(transfer.copy(bench.ctx.engine, target)) == {name: len(rows) for name, rows in before.items()}
    moved = Bench(replace(bench.ctx, engine=target), bench.sandbox, bench.clock)
    assert moved.tables() == before
    bench.sandbox.x.post("ada", "@acme new here")
    moved.fetch()
    assert moved.thread("ada") == max(row["id"] for row in before["thread"]) + 1
    reply.submit(moved.ctx, ANNA, moved.thread("ada"), "dag Ada", seen=None, idempotency_key="r2")
    bench.clock.turn(minutes=1)
    moved.finish()
    assert "dag Ada" in moved.everything_shown()


def test_filled_database_is_refused_and_left_as_it_is(bench: Bench, target: Engine) -> None:
    live(bench)
    dict(transfer.copy(bench.ctx.engine, target))
    moved = Bench(replace(bench.ctx, engine=target), bench.sandbox, bench.clock)
    there = moved.tables()
    with pytest.raises(transfer.NotCopied, match=r"holds .*thread.* already: name an empty one"):
        dict(transfer.copy(bench.ctx.engine, target))
    assert moved.tables() == there


def test_working_desk_is_not_copied_by_halves(bench: Bench, target: Engine) -> None:
    live(bench)
    steps = transfer.copy(bench.ctx.engine, target)
    next(steps)
    bench.sandbox.x.post("ada", "@acme meanwhile")
    bench.fetch()
    with pytest.raises(transfer.NotCopied, match="changed meanwhile: stop the desk"):
        list(steps)
    moved = Bench(replace(bench.ctx, engine=target), bench.sandbox, bench.clock)
    assert not any(moved.tables().values())


def test_older_shape_is_refused_before_anything_is_touched(tmp_path: Path) -> None:
    source, target = (connect(f"sqlite:///{tmp_path / name}") for name in ("old.db", "new.db"))
    with pytest.raises(transfer.NotCopied, match="webcare migrate"):
        list(transfer.copy(source, target))
    with transaction(target) as connection:
        assert migrate.current(connection) is None
    source.dispose()
    target.dispose()


def test_copy_says_what_it_did_and_what_comes_next(bench: Bench, target: Engine) -> None:
    live(bench)
    url = target.url.render_as_string(hide_password=False)
    done = webcare(bench, "copy", "--to", url)
    assert done.exit_code == 0, done.output
    assert {"thread: 3", "post: 4", "reply: 1"} <= set(done.output.splitlines())
    assert "DATABASE_URL" in done.output.splitlines()[-1]
    again = webcare(bench, "copy", "--to", url)
    assert (again.exit_code, again.output.count("\n")) == (1, 1)


@pytest.mark.parametrize("url", ["mysql://host/name", f"postgresql://me:{SECRET}@127.0.0.1:9/none"])
def test_refused_address_is_told_without_its_password(bench: Bench, url: str) -> None:
    failed = webcare(bench, "copy", "--to", url)
    assert failed.exit_code in (1, 2)
    assert SECRET not in failed.output
    assert "Traceback" not in failed.output
    assert isinstance(failed.exception, SystemExit)
