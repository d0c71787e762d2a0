"""A disk that is full, and has room again: nobody is forgotten, and nothing is done twice."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from bot.sandbox.server import Sandbox
from tests.support.config import quick
from tests.support.faults.invariants import violations
from tests.support.faults.world import World
from tests.support.office import PATIENT, english
from tests.support.process import Process, answers, environment, eventually, free_port

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@ON_SQLITE
class TestFullForAnHour:
    def test_who_writes_meanwhile_is_served_afterwards(self, world: World, caplog: pytest.LogCaptureFixture) -> None:
        world.disk_is_full = True
        for number in range(20):
            world.sandbox.x.post(f"c{number}", f"@acme where is my parcel {number}? {'please ' * 30}")
        world.work(3600, step=180)
        assert any("full" in str(vars(record).get("fields")) for record in caplog.records)
        world.disk_is_full = False
        world.work(120, step=10)
        world.settled()
        assert violations(world.sandbox, world.ctx.engine) == []
        assert world.errors == []

    def test_reply_that_x_took_is_looked_up_and_not_sent_again(self, world: World) -> None:
        thread = world.mention("where is my parcel?", "klant")
        world.settled()
        world.answer(thread, "On its way. " + "x" * 200)
        world.disk_is_full = True
        world.work(1800, step=180)
        world.disk_is_full = False
        world.work(600, step=30)
        world.settled()
        assert sum(post.author.handle == "acme" for post in world.sandbox.x.posts) == 1
        assert violations(world.sandbox, world.ctx.engine) == []
        assert world.errors == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 6 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no file system may be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)  # noqa: S607 (wherever it is)


def test_process_on_a_real_full_disk_says_so_and_goes_on_when_there_is_room(small_disk: Path, tmp_path: Path) -> None:
    port = free_port()
    with english(Sandbox(rate_limits=False, timing=PATIENT)) as sandbox:
        env = environment(
            sandbox,
            WEBCARE_CONFIG=str(quick(tmp_path)),
            DATABASE_URL=f"sqlite:///{small_disk}/webcare.db",
            PORT=str(port),
        )
        bot = Process("run", env, tmp_path / "bot.log")
        try:
            ready = f"http://127.0.0.1:{port}/readyz"
            eventually(lambda: answers(ready))
            filler = small_disk / "filler"
            with pytest.raises(OSError, match="No space left"):
                filler.write_bytes(b"x" * 6 * 2**20)
            sandbox.x.post("klant", "@acme where is my parcel?")
            eventually(lambda: "disk" in _database(ready))
            filler.unlink()
            eventually(lambda: "where is my parcel" in str([m.blocks for m in sandbox.slack.messages("C0SUPPORT")]))
            eventually(lambda: answers(ready))
        finally:
            bot.stop()
    assert bot.log.count("it takes nothing; the next tick tries again") < 10


def _database(url: str) -> str:
    """What a process that is not ready says of its database."""
    answer = requests.get(url, timeout=10)
    return str(answer.json()["database"]) if answer.status_code == 503 else ""
