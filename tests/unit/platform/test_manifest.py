from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from bot.platform.manifest import SCOPES, manifest

HINT = "open | mine | show 1042 | claim 1042 | reply 1042 | help"
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    "made", [manifest(usage_hint=HINT), manifest("/desk", "https://desk.example.com/", usage_hint=HINT)]
)
def test_manifest_keeps_slacks_published_limits(made: dict[str, object]) -> None:
    match made:
        case {
            "_metadata": {"major_version": 2},
            "display_information": {"name": str(name), "description": str(about), "background_color": str(colour)},
            "features": {"bot_user": {"display_name": str(bot)}, "slash_commands": [dict(command)]},
        }:
            assert len(name) <= 35
            assert len(about) <= 140
            assert re.fullmatch("#[0-9a-f]{6}", colour)
            assert re.fullmatch(r"[a-z0-9._-]{1,80}", bot)
            assert re.fullmatch(r"/[a-z0-9_-]{1,31}", command["command"])
            assert len(command["description"]) <= 2000
            assert len(command["usage_hint"]) <= 1000
        case _:
            pytest.fail(f"parts are missing: {made}")
    assert json.loads(json.dumps(made)) == made


def test_manifest_without_an_address_uses_socket_mode() -> None:
    made = manifest(usage_hint=HINT)
    assert made["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in json.dumps(made)


def test_manifest_with_an_address_sends_everything_there() -> None:
    made = manifest("/desk", "https://desk.example.com/", usage_hint=HINT)
    wanted = "https://desk.example.com/slack/events"
    assert made["settings"]["socket_mode_enabled"] is False
    assert made["settings"]["event_subscriptions"]["request_url"] == wanted
    assert made["settings"]["interactivity"]["request_url"] == wanted
    command = made["features"]["slash_commands"][0]
    assert (command["command"], command["url"], command["should_escape"]) == ("/desk", wanted, True)


def test_shortcuts_keep_slacks_limits_and_need_no_more_than_the_commands_scope() -> None:
    made = manifest(usage_hint=HINT)
    for shortcut in made["features"]["shortcuts"]:
        assert shortcut["type"] in ("message", "global")
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150
        assert len(shortcut["callback_id"]) <= 255
    assert "commands" in made["oauth_config"]["scopes"]["bot"]


def test_bot_hears_messages_and_can_be_written_to() -> None:
    made = manifest(usage_hint=HINT)
    events = made["settings"]["event_subscriptions"]["bot_events"]
    assert {"message.channels", "message.groups", "message.im"} <= set(events)
    assert made["features"]["app_home"]["messages_tab_read_only_enabled"] is False


def test_address_that_slack_would_refuse_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^http://desk.example.com does not start with https://"):
        manifest(url="http://desk.example.com", usage_hint=HINT)


def test_scopes_are_asked_for_once_each() -> None:
    assert manifest(usage_hint=HINT)["oauth_config"]["scopes"]["bot"] == list(SCOPES)
    assert len(set(SCOPES)) == len(SCOPES)


def test_slack_run_finds_commands_that_exist() -> None:
    config = json.loads((ROOT / ".slack/hooks.json").read_text())
    # The Slack CLI adds --source=DIR to the manifest's command and hands the line to a shell; # keeps it from us.
    line = config["hooks"]["get-manifest"] + " --source=/somewhere"
    assert shlex.split(line, comments=True) == ["webcare", "manifest"]
    assert shlex.split(config["hooks"]["start"]) == ["webcare", "run"]
    assert config["config"]["sdk-managed-connection-enabled"] is True
