"""`webcare listen try`, and what `webcare check` says of rules of listening."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.domain.cases.mention import Author, Mention
from bot.domain.listening.rule import Rule
from bot.runtime.cli import main
from bot.sandbox.server import Sandbox
from bot.views.listening import tried as view
from bot.views.listening.models import Tried
from storage import migrate
from storage.engine import connect, reading
from storage.tables import metadata
from tests.support import config
from tests.support.process import environment

RULE = '[[desk.listen]]\naccount = "acme"\nwords = ["acme", "storing"]\nnot_words = ["vacature"]\n'
AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def x() -> Iterator[Sandbox]:
    with Sandbox(rate_limits=False) as sandbox:
        yield sandbox


def run(sandbox: Sandbox, folder: Path, *arguments: str, more: str = RULE) -> Result:
    config.write(folder, config.toml() + more)
    url = f"sqlite:///{folder / 'webcare.db'}"
    engine = connect(url)
    migrate.upgrade(engine)
    engine.dispose()
    env = environment(sandbox, WEBCARE_CONFIG=str(folder / "webcare.toml"), DATABASE_URL=url)
    return CliRunner(env=env).invoke(main, ["listen", "try", *arguments])


def test_it_shows_what_the_last_day_would_have_brought_and_stores_nothing(x: Sandbox, tmp_path: Path) -> None:
    x.x.post("bob", "acme is stuk\n\x1b[31mrood")
    x.x.post("eva", "acme vacature")
    x.x.post("kim", "storing bij de bakker")
    done = run(x, tmp_path, "acme")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "X, the last day: 2 found (1 about acme, 1 about storing)"
    assert "@bob: acme is stuk \ufffd[31mrood  https://x.com/bob/status/" in lines[1]
    assert lines[3:] == ["each would be a card", "nothing of this was stored"]
    engine = connect(f"sqlite:///{tmp_path / 'webcare.db'}")
    with reading(engine) as connection:
        filled = {table.name for table in metadata.sorted_tables if connection.execute(table.select()).first()}
    engine.dispose()
    assert filled <= {"spend", "billed"}  # what the search has cost is counted


def test_words_that_are_in_no_rule_can_be_tried_too(x: Sandbox, tmp_path: Path) -> None:
    x.x.post("bob", "fiets te koop")
    done = run(x, tmp_path, "fiets te koop, racefiets", "--account", "x:acme", more="")
    assert done.stdout.splitlines()[0] == "X, the last day: 1 found (1 about fiets te koop)"


def test_rule_of_the_file_goes_by_its_number(x: Sandbox, tmp_path: Path) -> None:
    x.x.post("bob", "een storing")
    assert "1 found (1 about storing)" in run(x, tmp_path, "1").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("acme", "--account", "x:nobody"), "x:nobody is none of the accounts x:acme"),
        ((" , ",), "there is no word in it"),
        (("acme, a",), '"a" is not a word, several words or a hashtag'),
        (("\u200b\u200b\u200b",), "is not a word, several words or a hashtag"),
        (("#acme storing",), '"#acme storing" is not a hashtag'),
        ((", ".join(f"merk{number:04}" for number in range(60)),), "X takes 512"),
    ],
)
def test_what_cannot_be_tried_says_why(x: Sandbox, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    done = run(x, tmp_path, *arguments)
    assert done.exit_code != 0
    assert said in done.stderr


def test_network_that_does_not_answer_is_said_in_a_line(x: Sandbox, tmp_path: Path) -> None:
    x.x.troubles["*"] = "locked"
    done = run(x, tmp_path, "acme")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert "x:acme was not searched" in done.stderr


def test_more_than_an_hour_may_bring_is_said() -> None:
    mentions = tuple(
        Mention(str(number), "1", Author("7", "bob", "Bob"), "acme", AT, "https://x.com/1", found_by="acme")
        for number in range(3)
    )
    rule = Rule("Support", "x:acme", ("acme",), asks=True, budget=2)
    lines = view.shown(Tried(rule, "X", mentions, 1, 9, too_many=True)).splitlines()
    assert lines[0].endswith("and there were more than were read")
    assert "each would be asked about before it is a card" in lines
    assert "left out as colleagues taught: 1" in lines
    assert "not meant, by our own or muted, or here already: 5" in lines
    assert "one hour had 3, more than its budget of 2" in lines
