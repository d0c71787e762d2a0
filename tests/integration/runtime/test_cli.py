"""The command line as an operator meets it: what is printed, and with which status it ends."""

from __future__ import annotations

import codecs
import csv
import io
import json
import os
import re
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from wsgiref.simple_server import make_server

import pytest
from click.testing import CliRunner, Result
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse
from sqlalchemy import text
from tenacity import wait_none
from werkzeug.test import Client

from bot.platform import slack
from bot.platform.manifest import manifest
from bot.runtime.app import build
from bot.runtime.cli import main
from bot.runtime.web import wsgi
from bot.sandbox.server import Sandbox
from bot.sandbox.slack.webhooks import JSON, signature
from bot.sandbox.x.auth import Credentials
from bot.settings import load
from handlers import USAGE_HINT
from storage.engine import connect, transaction
from tests.support import process
from tests.support.config import account_toml, quick
from tests.support.office import PATIENT
from tests.support.process import environment, free_port

HELP_KEYS = {"X_HELP_ACCESS_TOKEN": "help-access", "X_HELP_ACCESS_TOKEN_SECRET": "help-secret"}
OURS = ("SLACK_", "X_", "WEBCARE_", "DATABASE_", "PORT", "LOG_LEVEL")


def webcare(*arguments: str, env: Mapping[str, str]) -> Result:
    """The command in this process, which is faster, with this environment and nothing else of ours."""
    nothing = {name: None for name in os.environ if name.startswith(OURS)}
    done = CliRunner().invoke(main, arguments, env={**nothing, **env})
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(rate_limits=False, timing=PATIENT) as running:
        running.slack.install(manifest(usage_hint=USAGE_HINT))
        yield running


@pytest.fixture
def env(sandbox: Sandbox, tmp_path: Path) -> dict[str, str]:
    return environment(sandbox, WEBCARE_CONFIG=str(quick(tmp_path)))


class TestStart:
    def test_missing_config_is_told_in_a_line(self, env: dict[str, str], tmp_path: Path) -> None:
        for command in ("run", "web", "worker", "check", "migrate", "export"):
            done = webcare(command, env=env | {"WEBCARE_CONFIG": str(tmp_path / "none.toml")})
            assert done.exit_code == 2
            assert done.stdout == ""
            assert done.stderr.count("\n") == 1
            assert "there is no such file" in done.stderr

    def test_slip_in_the_config_is_named_with_what_was_meant(self, env: dict[str, str], tmp_path: Path) -> None:
        path = tmp_path / "webcare.toml"
        path.write_text(path.read_text().replace("first_response", "first_reponse"))
        done = webcare("run", env=env)
        assert done.exit_code == 2
        assert done.stderr.count("\n") == 1
        assert "first_reponse" in done.stderr
        assert 'did you mean "first_response"?' in done.stderr
        assert not (tmp_path / "webcare.db").exists()

    def test_every_missing_token_says_where_to_find_it(self, env: dict[str, str], tmp_path: Path) -> None:
        bare = {name: value for name, value in env.items() if name in ("PATH", "WEBCARE_CONFIG")}
        done = webcare("run", env=bare)
        assert done.exit_code == 2
        missing = [line.split(": ")[1] for line in done.stderr.splitlines()]
        assert missing[:2] == ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]
        assert set(missing[2:]) == {
            "X_BEARER_TOKEN", "X_CONSUMER_KEY", "X_CONSUMER_SECRET", "X_ACCESS_TOKEN", "X_ACCESS_TOKEN_SECRET",
        }  # fmt: skip
        assert all("find it at" in line for line in done.stderr.splitlines())
        assert not (tmp_path / "webcare.db").exists()
        checked = webcare("check", env=bare)
        assert checked.exit_code == 2
        assert checked.stderr == ""
        failed = [line.removeprefix("FAIL ").split(": ")[0] for line in checked.stdout.splitlines() if "FAIL" in line]
        assert failed == [*missing]
        assert "ok   clock" in checked.stdout

    def test_wrong_token_is_never_repeated(self, env: dict[str, str]) -> None:
        done = webcare("check", env=env | {"SLACK_BOT_TOKEN": "hunter2-is-no-token"})
        assert done.exit_code == 2
        assert "xoxb-" in done.stderr
        assert "hunter2" not in done.stdout + done.stderr

    def test_migrating_twice_is_no_news(self, env: dict[str, str]) -> None:
        first, second = webcare("migrate", env=env), webcare("migrate", env=env)
        assert first.exit_code == second.exit_code == 0
        assert first.stdout == second.stdout
        assert first.stdout.startswith("database at revision ")

    def test_web_and_worker_ask_for_the_migrations_first(self, env: dict[str, str]) -> None:
        for command in ("web", "worker"):
            done = webcare(command, env=env)
            assert done.exit_code == 1
            assert "webcare migrate" in done.stderr


def failing(env: dict[str, str]) -> str:
    done = webcare("check", env=env)
    assert done.exit_code == 1
    return "\n".join(line for line in done.stdout.splitlines() if line.startswith("FAIL"))


class TestCheck:
    def test_check_passes_a_set_up_in_order(self, env: dict[str, str]) -> None:
        webcare("migrate", env=env)
        done = webcare("check", env=env)
        assert [line for line in done.stdout.splitlines() if not line.startswith("ok")] == []
        assert done.exit_code == 0
        for what in (
            "clock",
            "DATABASE_URL",
            "SLACK_BOT_TOKEN",
            "Slack scopes",
            "SLACK_APP_TOKEN",
            "x:acme",
            "#webcare",
        ):
            assert what in done.stdout
        assert done.stderr == ""

    @pytest.mark.parametrize(
        ("answers", "said"),
        [
            ("the desk", "ok   public_url: customers reach the desk's page at"),
            ("another", "FAIL public_url: what answers at"),
            ("nobody", "warn public_url: nobody answers at"),
        ],
    )
    def test_check_asks_for_the_page_of_customers_as_they_do(
        self, env: dict[str, str], tmp_path: Path, answers: str, said: str
    ) -> None:
        port = free_port()
        path = quick(tmp_path)
        path.write_text(f'public_url = "http://127.0.0.1:{port}/care"\n{path.read_text()}')
        env |= {"WEBCARE_LINK_SECRET": "s" * 16}
        webcare("migrate", env=env)
        desk = build(load(env))
        served = {"the desk": wsgi(desk), "another": lambda _environ, start: start("200 OK", []) or [b"Hello"]}
        with ExitStack() as after:
            after.callback(desk.close)
            if answers in served:
                server = after.enter_context(make_server("127.0.0.1", port, served[answers]))
                threading.Thread(target=server.handle_request, daemon=True).start()
            done = webcare("check", env=env)
        (told,) = [line for line in done.stdout.splitlines() if "public_url" in line]
        assert told.startswith(said)

    def test_check_tells_what_the_month_costs(self, env: dict[str, str]) -> None:
        env = env | {"WEBCARE_CLOCK": "2026-11-20T12:00:00+01:00@1"}
        assert "cost of" not in webcare("check", env=env).stdout  # there is nothing to count in before the first start
        webcare("migrate", env=env)
        webcare("check", env=env)
        (told,) = [line for line in webcare("check", env=env).stdout.splitlines() if "cost of" in line]
        # The check itself reads our account, which X bills once a day.
        assert told == "ok   cost of x:acme: US$0.01 this month (UTC), about US$0.11 by its end; 1 x user read"

    def test_check_says_what_to_do_about_each_problem(self, env: dict[str, str], tmp_path: Path) -> None:
        path = tmp_path / "webcare.toml"
        path.write_text(path.read_text().replace("C0PRESS", "C0RANDOM").replace("C0SUPPORT", "C0NOWHERE"))
        told = failing(env | {"X_BEARER_TOKEN": "wrong"})
        assert "invite the bot: /invite @webcare in #random" in told
        assert "C0NOWHERE" in told
        assert "channel_not_found" in told
        assert "X_BEARER_TOKEN" in told

    def test_check_tries_the_channels_that_reminders_speak_to(self, env: dict[str, str], tmp_path: Path) -> None:
        path = tmp_path / "webcare.toml"
        ladder = '[[desk.nags]]\nat = "90%"\nto = ["owner", "C0RANDOM"]\n[[desk.escalate_to]]'
        path.write_text(path.read_text().replace("[[desk.escalate_to]]", ladder))
        assert "FAIL nags channel C0RANDOM: invite the bot: /invite @webcare in #random" in failing(env)

    def test_language_without_a_dictionary_is_a_warning(self, env: dict[str, str], tmp_path: Path) -> None:
        path = tmp_path / "webcare.toml"
        path.write_text(path.read_text() + '[desk.words]\nspelling = ["nl", "eo"]\n')
        webcare("migrate", env=env)
        done = webcare("check", env=env)
        assert done.exit_code == 0
        (told,) = [line for line in done.stdout.splitlines() if "spelling" in line]
        assert told.startswith("warn spelling of Support: eo: not checked: install a dictionary")

    def test_clock_that_is_not_real_is_a_warning(self, env: dict[str, str]) -> None:
        webcare("migrate", env=env)
        done = webcare("check", env=env | {"WEBCARE_CLOCK": "2026-11-20T16:40:00+01:00@60"})
        assert done.exit_code == 0
        assert "warn clock: WEBCARE_CLOCK is set to 2026-11-20T15:40:00+00:00@60: no time" in done.stdout

    def test_first_check_says_what_run_will_do_and_does_not_fail(self, env: dict[str, str]) -> None:
        done = webcare("check", env=env)
        assert done.exit_code == 0
        assert "warn DATABASE_URL" in done.stdout
        assert "webcare run makes them" in done.stdout

    @pytest.mark.parametrize("hours", [1, -1])
    def test_clock_is_compared_with_slacks_and_xs(self, env: dict[str, str], sandbox: Sandbox, hours: int) -> None:
        webcare("migrate", env=env)
        sandbox.clock_ahead = timedelta(hours=hours)
        try:
            told = failing(env)
        finally:
            sandbox.clock_ahead = timedelta(0)
        which = "behind" if hours > 0 else "ahead of"
        for who in ("Slack", "x:acme"):
            assert re.search(rf"FAIL clock: 3[56]\d\d s {which} {who}'s", told)

    @pytest.mark.parametrize("header", ["", None])
    def test_scopes_that_slack_does_not_name_are_not_missing(
        self, env: dict[str, str], header: str | None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        webcare("migrate", env=env)
        asked = slack.response

        def response(client: WebClient, method: str, **arguments: object) -> SlackResponse:
            answer = asked(client, method, **arguments)
            answer.headers = {name: value for name, value in answer.headers.items() if name != "x-oauth-scopes"}
            answer.headers |= {} if header is None else {"x-oauth-scopes": header}
            return answer

        monkeypatch.setattr(slack, "response", response)
        done = webcare("check", env=env)
        assert done.exit_code == 0
        assert "warn Slack scopes: could not be checked" in done.stdout

    def test_archived_channel_is_named(self, env: dict[str, str], sandbox: Sandbox) -> None:
        webcare("migrate", env=env)
        sandbox.slack.set_channel("C0PRESS", archived=True)
        try:
            assert "#press-office is archived" in failing(env)
        finally:
            sandbox.slack.set_channel("C0PRESS", archived=False)

    def test_wrong_slack_tokens_are_told(self, env: dict[str, str]) -> None:
        webcare("migrate", env=env)
        told = failing(env | {"SLACK_BOT_TOKEN": "xoxb-of-another-app", "SLACK_APP_TOKEN": "xapp-of-another-app"})
        assert "SLACK_BOT_TOKEN: Slack says invalid_auth" in told
        assert "SLACK_APP_TOKEN: Slack says invalid_auth" in told

    def test_unreachable_slack_is_not_blamed_on_the_token(self, env: dict[str, str]) -> None:
        webcare("migrate", env=env)
        told = failing(env | {"SLACK_API_URL": "http://127.0.0.1:9/api/"})
        for token in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):
            assert f"{token}: Slack cannot be reached" in told
        assert told.count("look at the network and SLACK_API_URL") == 2
        assert "install the app" not in told

    def test_unreachable_x_is_not_blamed_on_the_keys(self, env: dict[str, str]) -> None:
        webcare("migrate", env=env)
        told = failing(env | {"X_API_URL": "http://127.0.0.1:9"})
        assert told.count("FAIL") == 1
        assert "look at the network and X_API_URL" in told
        assert "keys and tokens" not in told


def accounts(check: Result) -> list[str]:
    """The lines about accounts whose keys could be tried."""
    return [line for line in check.stdout.splitlines() if line.startswith("ok   x:")]


class TestAccounts:
    """`check` where a second account has keys of its own."""

    @pytest.fixture
    def env(self, env: dict[str, str], sandbox: Sandbox, tmp_path: Path) -> dict[str, str]:
        sandbox.x.let_in("acme_help", "Acme helps", Credentials(token="help-access", token_secret="help-secret"))
        path = tmp_path / "webcare.toml"
        second = account_toml("acme_help", "X_HELP")
        path.write_text(path.read_text().replace("[desk.agents.U0ANNA]", f"{second}[desk.agents.U0ANNA]"))
        webcare("migrate", env=env)
        return env | HELP_KEYS

    def test_every_account_is_tried_and_named(self, env: dict[str, str]) -> None:
        done = webcare("check", env=env)
        assert done.exit_code == 0
        assert accounts(done) == ["ok   x:acme: @acme", "ok   x:acme_help: @acme_help"]

    def test_missing_key_leaves_the_other_account_to_be_tried(self, env: dict[str, str]) -> None:
        del env["X_HELP_ACCESS_TOKEN"]
        done = webcare("check", env=env)
        assert done.exit_code == webcare("worker", env=env).exit_code == 2
        assert "FAIL X_HELP_ACCESS_TOKEN: is not set (for @acme_help on X; find it at https://" in done.stdout
        assert accounts(done) == ["ok   x:acme: @acme"]

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"X_HELP_BEARER_TOKEN": "wrong"}, "X_HELP_BEARER_TOKEN: X answered 401 to GET: Unauthorized; see "),
            ({"X_HELP_BEARER_TOKEN": "wrong"}, "> your app > Keys and tokens > Bearer Token"),
            (
                {"X_HELP_ACCESS_TOKEN": "wrong"},
                "X_CONSUMER_KEY, X_CONSUMER_SECRET, X_HELP_ACCESS_TOKEN, X_HELP_ACCESS_TOKEN_SECRET: X answered 401 ",
            ),
        ],
    )
    def test_wrong_key_is_named_by_its_variable(self, env: dict[str, str], wrong: dict[str, str], said: str) -> None:
        told = failing(env | wrong)
        assert told.startswith("FAIL x:acme_help: ")
        assert said in told
        assert told.count("FAIL") == 1


def test_missing_scope_is_told(env: dict[str, str], sandbox: Sandbox) -> None:
    webcare("migrate", env=env)
    sandbox.slack.scopes.discard("users:read")
    try:
        told = failing(env)
    finally:
        sandbox.slack.scopes.add("users:read")
    assert told.count("FAIL") == 1
    assert "add users:read" in told


def test_scopes_are_read_from_any_spelling_of_their_header(
    env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    webcare("migrate", env=env)
    tried = WebClient.auth_test

    def proxied(client: WebClient) -> SlackResponse:
        answer = tried(client)
        answer.headers["X-OAuth-Scopes"] = answer.headers.pop("x-oauth-scopes")
        return answer

    monkeypatch.setattr(WebClient, "auth_test", proxied)
    assert webcare("check", env=env).exit_code == 0


def test_missing_way_in_for_slack_is_told(env: dict[str, str]) -> None:
    webcare("migrate", env=env)
    del env["SLACK_APP_TOKEN"], env["SLACK_SIGNING_SECRET"]
    done = webcare("check", env=env)
    assert done.exit_code == 2
    (told,) = (line for line in done.stdout.splitlines() if "FAIL" in line)
    assert "SLACK_APP_TOKEN: is not set" in told
    assert "SLACK_SIGNING_SECRET for HTTP" in told


def test_taken_port_is_told_before_anything_starts(
    env: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.runtime.process._take_and_leave.retry.wait", wait_none())
    with socket.create_server(("", 0)) as taken:
        port = str(taken.getsockname()[1])
        for command in ("run", "web"):
            done = webcare(command, env=env | {"PORT": port})
            assert done.exit_code == 2
            assert done.stderr.startswith(f"environment: PORT: {port} cannot be used")
            assert done.stderr.count("\n") == 1
    assert not (tmp_path / "webcare.db").exists()


def test_no_signature_is_taken_without_a_signing_secret(env: dict[str, str]) -> None:
    webcare("migrate", env=env)
    del env["SLACK_SIGNING_SECRET"]
    desk = build(load(env))
    stamp, body = str(int(time.time())), json.dumps({"type": "url_verification", "challenge": "let me in"})
    for guess in ("", "unset", "None"):
        signed = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature(guess, stamp, body)}
        answer = Client(wsgi(desk)).post("/slack/events", data=body, headers=signed | {"Content-Type": JSON})
        assert answer.status_code == 401
    desk.close()


def test_missing_database_is_told(env: dict[str, str]) -> None:
    told = failing(env | {"DATABASE_URL": "postgresql://somebody:hunter2@127.0.0.1:9/none"})
    assert "cannot be reached" in told
    assert "hunter2" not in told
    done = webcare("migrate", env=env | {"DATABASE_URL": "postgresql://somebody:hunter2@127.0.0.1:9/none"})
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
    assert "Connection refused" in done.stderr or "connection failed" in done.stderr
    assert "hunter2" not in done.stderr


def test_manifest_is_json_whatever_the_slack_cli_adds(env: dict[str, str], tmp_path: Path) -> None:
    bare = {"PATH": env["PATH"]}
    over_socket = json.loads(webcare("manifest", env=bare).stdout)
    assert over_socket["settings"]["socket_mode_enabled"] is True
    over_http = json.loads(webcare("manifest", "--url", "https://desk.example.com", env=bare).stdout)
    assert over_http["settings"]["interactivity"]["request_url"] == "https://desk.example.com/slack/events"
    wrong = webcare("manifest", "--url", "http://desk.example.com", env=bare)
    assert wrong.exit_code == 2
    named = tmp_path / "webcare.toml"
    named.write_text('command = "/care"\n' + named.read_text())
    renamed = json.loads(webcare("manifest", env=bare | {"WEBCARE_CONFIG": str(named)}).stdout)
    assert renamed["features"]["slash_commands"][0]["command"] == "/care"


class TestExport:
    def test_export_of_nothing_has_its_columns(self, env: dict[str, str], tmp_path: Path) -> None:
        webcare("migrate", env=env)
        done = webcare("export", env=env)
        assert done.exit_code == 0
        assert done.stdout_bytes.startswith(codecs.BOM_UTF8), "by which Excel knows UTF-8"
        bare = webcare("export", "--encoding", "utf-8", env=env)
        assert next(csv.reader(io.StringIO(bare.stdout)))[:3] == ["event", "at", "kind"]
        assert webcare("export", "--format", "jsonl", env=env).stdout == ""
        file = tmp_path / "out.csv"
        done = webcare("export", "--output", str(file), env=env)
        assert done.stdout == ""
        assert "0 events" in done.stderr
        assert file.read_bytes().startswith(codecs.BOM_UTF8 + b"event,at,kind")
        webcare("export", "--format", "jsonl", "--output", str(file), env=env)
        assert not file.read_bytes().startswith(codecs.BOM_UTF8)

    def test_export_before_the_migration_says_what_to_do(self, env: dict[str, str]) -> None:
        done = webcare("export", env=env)
        assert done.exit_code == 1
        assert done.stderr.count("\n") == 1
        assert "webcare migrate" in done.stderr


class TestNewerDatabase:
    @pytest.mark.parametrize("command", ["migrate", "run", "worker", "web", "export", "check", "erase"])
    def test_newer_database_is_said_in_a_line(self, env: dict[str, str], command: str) -> None:
        webcare("migrate", env=env)
        engine = connect(load(env).database_url)
        with transaction(engine) as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        engine.dispose()
        done = webcare(command, *(("klant", "--yes") if command == "erase" else ()), env=env)
        assert done.exit_code == 1
        said = done.stdout + done.stderr
        assert "written by a newer version (revision 9999" in said
        assert "webcare migrate" not in said
        assert ("FAIL DATABASE_URL" in said) is (command == "check"), "beside all else that it checks"


class TestOfficeFiles:
    def test_config_and_env_with_a_byte_order_mark_are_read(self, env: dict[str, str]) -> None:
        path = Path(env["WEBCARE_CONFIG"])
        path.write_bytes(codecs.BOM_UTF8 + path.read_bytes().replace(b"\n", b"\r\n"))
        path.with_name(".env").write_bytes(codecs.BOM_UTF8 + b"PORT=4711\r\n")
        assert load(env).port == 4711
        assert load(env).desks[0].name == "Support"


def test_each_command_runs_as_an_operator_calls_it(env: dict[str, str]) -> None:
    assert process.webcare("rnu", env=env).returncode == 2
    assert process.webcare("migrate", env=env).returncode == 0
    done = process.webcare("check", env=env)
    assert done.returncode == 0
    assert done.stderr == ""
    assert process.webcare("export", env=env).returncode == 0
