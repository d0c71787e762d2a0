"""The demo plays a team's own webcare.toml with its own workspace put in, and names what it cannot play."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.runtime.demo import own_desk
from bot.settings import Desk, SettingsError, load
from tests.support import config

OWN = """\
command = "/klant"
[[desk]]
name = "Klantenservice 🛍️"
slack_channel = "C0991ABCD"
leads = ["U07654321"]
timezone = "Europe/Amsterdam"
hours = "Mo-Fr 09:00-17:00"
closed = [{closed}]
{more}
[desk.targets]
first_response = "30m"
warn_at = 0.5
[desk.roles]
claim = ["S0TEAM"]
[[desk.escalate_to]]
name = "Logistiek"
slack_channel = "C0LOGIST"
[[desk.nags]]
at = "75%"
to = ["owner", {to}]
[[desk.networks]]
kind = "x"
handle = "acmebv"
keys = "X_BV"
[[desk.networks]]
kind = "x"
handle = "acme_service"
[desk.agents.U07654321]
initials = "QQ"
"""


def written(folder: Path, *, more: str = "", to: str = '"channel"', closed: str = '"2026-12-28"') -> Path:
    return config.write(folder, OWN.format(more=more, to=to, closed=closed))


def played(file: Path) -> Desk:
    """The desk as the demo reads it."""
    copy = file.with_name("played.toml")
    copy.write_text(own_desk.written(own_desk.read(file)), encoding="utf-8")
    settings = load({"WEBCARE_CONFIG": str(copy)})
    assert settings.command == "/klant"
    return settings.desks[0]


class TestPlayed:
    def test_the_rules_stay_and_the_workspace_is_the_demos(self, tmp_path: Path) -> None:
        desk = played(written(tmp_path))
        assert (desk.name, desk.hours, desk.targets.warn_at) == ("Klantenservice 🛍️", "Mo-Fr 09:00-17:00", 0.5)
        assert (desk.slack_channel, desk.leads, desk.roles.claim) == ("C0SUPPORT", ("U0LEAD",), ())
        assert [account.key for account in desk.networks] == ["x:acme", "bluesky:acme.example.com"]
        assert set(desk.agents) == {"U0ANNA", "U0LARS", "U0EMMA"}
        assert [(team.name, team.slack_channel) for team in desk.escalate_to] == [("Logistiek", "C0PRESS")]

    @pytest.mark.parametrize(
        ("to", "channel"),
        [('"C0LOGIST"', "C0PRESS"), ('"C0991ABCD"', "C0SUPPORT"), ('"C0PRESS"', "C0PRESS"), ('"leads"', "leads")],
    )
    def test_a_channel_that_it_names_becomes_the_demos(self, tmp_path: Path, to: str, channel: str) -> None:
        assert played(written(tmp_path, to=to)).nags[0].to == ("owner", channel)

    def test_what_it_listens_for_is_searched_on_the_demos_account(self, tmp_path: Path) -> None:
        rules = "".join(
            f'[[desk.listen]]\naccount = "{account}"\nwords = ["acme bv"]\n' for account in ("acmebv", "acme_service")
        )
        (rule,) = played(written(tmp_path, more=rules)).listen
        assert (rule.account, rule.words) == ("x:acme", ("acme bv",))

    def test_a_calendar_file_is_found_beside_it(self, tmp_path: Path) -> None:
        roster = played(written(tmp_path, more='roster = "oncall.ics"')).roster
        assert roster is not None
        assert roster.place == str(tmp_path / "oncall.ics")

    def test_a_wrong_value_is_left_for_the_settings_to_name(self, tmp_path: Path) -> None:
        with pytest.raises(SettingsError, match=r"closed.*2026-13-01"):
            played(written(tmp_path, closed='"2026-13-01"'))


class TestRefused:
    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"more": 'roster = "S0ONCALL"'}, "desk.roster: the demo reads a calendar file"),
            ({"more": 'roster = "https://example.com/oncall.ics"'}, "desk.roster: the demo reads a calendar file"),
            ({"to": '"C0OTHER"'}, 'desk.nags.to: the demo has no channel C0OTHER; write "C0PRESS" in its place'),
        ],
    )
    def test_what_the_demo_does_not_have_is_named(self, tmp_path: Path, change: dict[str, str], said: str) -> None:
        file = written(tmp_path, **change)
        with pytest.raises(SettingsError) as refused:
            own_desk.read(file)
        assert str(refused.value).startswith(f"{file}: {said}")
        assert "example.com" not in str(refused.value)

    @pytest.mark.parametrize("text", ["", "desk = 1", 'command = "/webcare"', config.MINIMAL + config.MINIMAL])
    def test_it_plays_exactly_one_desk(self, tmp_path: Path, text: str) -> None:
        with pytest.raises(SettingsError, match="desk: the demo plays one desk"):
            own_desk.read(config.write(tmp_path, text))

    @pytest.mark.parametrize("content", [b"[[desk]", b"\xff\xfe"])
    def test_what_is_no_config_is_named_in_a_line(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "webcare.toml"
        path.write_bytes(content)
        with pytest.raises(SettingsError, match=r"webcare\.toml: (is not valid TOML|cannot be read)"):
            own_desk.read(path)


def test_real_crm_hears_nothing_of_the_demo(tmp_path: Path) -> None:
    told = '[crm]\nkind = "http"\nurl = "https://crm.example.com"\n'
    assert "crm" not in own_desk.read(config.write(tmp_path, told + config.MINIMAL))
