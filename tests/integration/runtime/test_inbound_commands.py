"""`webcare inbound try` and what `webcare check` says of tools that post to us."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.platform.manifest import manifest
from bot.runtime.check import _source
from bot.runtime.cli import main
from bot.sandbox.server import Sandbox
from handlers import USAGE_HINT
from storage.intake.sources import Source
from tests.support import config
from tests.support.inbound import FORUM, SECRET, item
from tests.support.process import environment, webcare

AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    config.write(tmp_path, config.toml() + FORUM)
    return tmp_path


def tried(folder: Path, body: object, *options: str) -> Result:
    (folder / "body.json").write_text(body if isinstance(body, str) else json.dumps(body), "utf-8")
    env = {"WEBCARE_CONFIG": str(folder / "webcare.toml"), "INBOUND_FORUM_SECRET": None}
    return CliRunner(env=env).invoke(main, ["inbound", "try", str(folder / "body.json"), *options])


class TestTry:
    def test_it_shows_what_would_be_stored_and_stores_nothing(self, folder: Path) -> None:
        event = item("p1", "Hallo\n\x1b[31mrood", created_at="2020-11-20T09:00:00+01:00")
        done = tried(folder, {"items": [event, {"id": 2}]})
        assert done.exit_code == 0
        lines = done.stdout.splitlines()
        assert lines[0] == "forum: 1 mention and 1 event without words"
        assert "   author        Joris de Boer, @u-p1 (forum:u-p1)" in lines
        assert "   at            2020-11-20 08:00:00 UTC" in lines
        assert "   answer_url    (none that may be called: answer there)" in lines
        assert "                 \ufffd[31mrood" in lines
        assert lines[-1] == "found nowhere: answer_url, answer_until"
        assert not (folder / "webcare.db").exists()

    def test_body_in_which_nothing_is_found_ends_with_one(self, folder: Path) -> None:
        done = tried(folder, {"data": []})
        assert (done.exit_code, done.stdout.splitlines()[0]) == (1, "forum: nothing")

    def test_body_that_is_no_json_says_where(self, folder: Path) -> None:
        done = tried(folder, '{"items": [}')
        assert done.exit_code == 1
        assert "it is no JSON: Expecting value at character 12" in done.stderr

    def test_unknown_tool_is_named_with_those_there_are(self, folder: Path) -> None:
        assert "there are forum" in tried(folder, {}, "--source", "form").stderr
        config.write(folder, config.toml())
        assert "has no [[desk.inbound]] yet" in tried(folder, {}).stderr
        config.write(folder, config.toml() + FORUM + FORUM.replace('"forum"', '"form"'))
        assert "--source with one of forum, form" in tried(folder, {}).stderr
        assert tried(folder, {"items": [item()]}, "--source", "form").stdout.startswith("form: 1 mention")


class TestCheck:
    def test_tools_that_post_and_listen_are_listed(self, tmp_path: Path) -> None:
        hook = '[[desk.webhooks]]\nurl = "https://bi.example.com/secret-path"\nevents = ["closed"]\n'
        token = 'verify = "token"\nheader = "X-Token"'
        form = FORUM.replace('"forum"', '"form"').replace('verify = "standard"', token)
        shop = form.replace('"form"', '"shop"').replace(token, f'{token}\nanswer_to = ["https://shop.example.com/a"]')
        config.write(tmp_path, config.toml() + FORUM + form + shop + hook)
        with Sandbox(rate_limits=False) as sandbox:
            sandbox.slack.install(manifest(usage_hint=USAGE_HINT))
            secrets = {"INBOUND_FORUM_SECRET": "whsec_c2hvcnQ=", "WEBHOOK_SECRET": SECRET, "PORT": "3000"}
            secrets |= {"INBOUND_FORM_SECRET": SECRET, "INBOUND_SHOP_SECRET": SECRET}
            env = environment(sandbox, WEBCARE_CONFIG=str(tmp_path / "webcare.toml"), **secrets)
            assert webcare("migrate", env=env).returncode == 0
            said = webcare("check", env=env).stdout
        assert "warn inbound forum: INBOUND_FORUM_SECRET has 14 characters, which can be guessed" in said
        assert "ok   inbound forum: nothing was posted to /inbound/forum yet" in said
        assert 'warn inbound form: with verify = "token" answers would give the secret away' in said
        assert "warn inbound shop" not in said
        assert 'is told of threads closed at desk "Support", without any words' in said
        assert "secret-path" not in said
        assert "x:acme: @acme" in said

    @pytest.mark.parametrize(
        ("heard", "said", "refused", "why", "warns", "told"),
        [
            (None, None, None, None, False, "nothing was posted to /inbound/forum yet"),
            (0, 0, None, None, False, "last posted at 2026-11-20 08:00 UTC"),
            (0, None, None, None, True, "the map found no words in what was posted at 2026-11-20 08:00 UTC"),
            (5, 0, None, None, False, "the map found no words in what was posted at 2026-11-20 08:05 UTC"),
            (0, 0, 5, "signature", True, "was refused: it was not made with INBOUND_FORUM_SECRET"),
            (None, None, 5, "time", True, "was refused: its time was off by more than 5 minutes"),
            (None, None, 5, "nothing", True, "was refused: it held no signature or secret"),
            (5, 5, 0, "signature", False, "last posted at 2026-11-20 08:05 UTC"),
        ],
    )
    def test_what_is_wrong_is_said_until_it_is_right(
        self, heard: int | None, said: int | None, refused: int | None, why: str | None, warns: bool, told: str
    ) -> None:
        def at(minutes: int | None) -> datetime | None:
            return None if minutes is None else AT + timedelta(minutes=minutes)

        known = Source("inbound:forum", at(heard), at(said), at(refused), why)
        finding = _source("inbound forum", "INBOUND_FORUM_SECRET", known)
        assert finding.ok
        assert finding.warning is warns
        assert told in finding.advice
