"""What may stand in webcare.toml, and what is said about a wrong one."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.clock.ladder import Step, steps
from bot.domain.common.errors import Gone
from bot.domain.customers.customer import INBOUND
from bot.networks import KINDS, SPECS
from bot.platform.clock import SystemClock
from bot.platform.i18n import LANGUAGES
from bot.settings import SettingsError, load, values
from bot.settings.config import AccountConfig
from tests.support.config import MINIMAL
from tests.support.settings import problems, read

WHOLE = """
command = "/desk"
[delivery]
slack_recheck_after = "20s"
network_recheck_after = "2m"
[[desk]]
name = "Support"
slack_channel = "C0SUPPORT"
leads = ["U0LEAD"]
timezone = "Europe/Amsterdam"
language = "nl"                 # en, nl, sv
standup = "08:30"
signature = "{name} ^{initials}"
undo = "1m30s"
keep = "30d"
[desk.targets]
first_response = "1h"
next_response = "1h30m"
warn_at = 0.5
[[desk.escalate_to]]
name = "Press office"
slack_channel = "C0PRESS"
[[desk.networks]]
kind = "x"
handle = "@acme"
poll_every = "1m"
look_back = "2d"
recheck_every = "1h"
[desk.agents.U0AGENT]
initials = "AB"
[[desk]]
name = "Sales"
slack_channel = "G0SALES"
"""


class TestFile:
    def test_left_out_key_gets_its_default(self, config: Path) -> None:
        settings = read(config)
        desk = settings.desk("Support")
        assert (desk.language, desk.signature, desk.standup, str(desk.timezone)) == (
            "en",
            "^{initials}",
            time(9),
            "UTC",
        )
        assert (desk.undo, desk.keep) == (timedelta(seconds=10), timedelta(days=400))
        assert desk.targets.first_response == timedelta(hours=1)
        assert settings.command == "/webcare"
        assert settings.database_url == f"sqlite:///{config.parent / 'webcare.db'}"
        assert (settings.port, settings.http_port, settings.log_level) == (None, 3000, "INFO")
        assert settings.slack.api_url == "https://slack.com/api/"
        assert [settings.api_url(account) for _, account in settings.accounts()] == ["https://api.twitter.com"]
        assert isinstance(settings.clock, SystemClock)

    def test_whole_file_is_read(self, config: Path) -> None:
        settings = read(config, WHOLE)
        support, sales = settings.desks
        assert (support.standup, str(support.timezone), support.leads) == (time(8, 30), "Europe/Amsterdam", ("U0LEAD",))
        assert (support.undo, support.keep) == (timedelta(seconds=90), timedelta(days=30))
        assert support.targets.next_response == timedelta(minutes=90)
        assert support.networks[0].handle == "acme"
        assert support.agents["U0AGENT"].initials == "AB"
        assert support.escalate_to[0].slack_channel == "C0PRESS"
        assert settings.delivery.network_recheck_after == timedelta(minutes=2)
        assert settings.command == "/desk"
        assert settings.desk_of_channel("G0SALES") is sales
        assert settings.desk_of_channel("C0PRESS") is None
        assert [(desk.name, network.handle) for desk, network in settings.accounts()] == [("Support", "acme")]
        with pytest.raises(Gone):
            settings.desk("Gone")

    def test_settings_cannot_be_changed(self, config: Path) -> None:
        settings = read(config)
        for part, name in ((settings, "port"), (settings.slack, "api_url"), (settings.desks[0], "name")):
            with pytest.raises((AttributeError, ValueError)):
                setattr(part, name, "other")

    @pytest.mark.parametrize(
        ("line", "problem"),
        [
            ("undo = 10", 'undo: 10 is not a length of time above zero (for example "10s"'),
            ('keep = "0s"', 'keep: "0s" is not a length of time above zero'),
            ('undo = ""', 'undo: "" is not a length'),
            ('undo = "1.5h"', 'undo: "1.5h" is not a length'),
            ('undo = "30m1h"', 'undo: "30m1h" is not a length'),
            ('undo = "-1s"', 'undo: "-1s" is not a length'),
            ('undo = "3651d"', 'undo: "3651d" is longer than 3650d'),
            ('undo = "9999999999999d"', 'undo: "9999999999999d" is not a length'),
            ('timezone = "Europe/Amstredam"', 'did you mean "Europe/Amsterdam"?'),
            ('timezone = "Amsterdam"', 'did you mean "Europe/Amsterdam"?'),
            ('timezone = "../etc/passwd"', "is not the name of a time zone"),
            ('timezone = "Europe"', 'timezone: "Europe" is not the name of a time zone'),
            ('timezone = ""', 'timezone: "" is not the name of a time zone'),
            ("timezone = 1", "timezone: 1 is not the name of a time zone"),
            ('language = "Nl"', 'language: "Nl" is not one of en, nl, sv; did you mean "nl"?'),
            ('language = "de"', 'language: "de" is not one of en, nl, sv'),
            ('standup = "9:00"', 'standup: "9:00" is not a time of day in quotes'),
            ('standup = "24:00"', 'standup: "24:00" is not a time of day'),
            ("standup = 09:00:00", 'standup: "09:00:00" is not a time of day in quotes'),
            ('signature = "^{initial}"', "may hold no {placeholder} but {initials} and {name}"),
            ('signature = "^{initials.x}"', "may hold no {placeholder}"),
            ('signature = "{name!r:>10}"', "may hold no {placeholder}"),
            ('signature = "^{"', "may hold no {placeholder}"),
            (
                "targets_for = [{language = 'dutch', first_response = '9m'}]",
                'targets_for[1].language: "dutch" is not the code of a language (for example "nl", "sv" or "pt-BR"); '
                'did you mean "nl" (Dutch)?',
            ),
            ("targets_for = [{first_response = '9m'}]", "targets_for[1]: says not for which mentions"),
            ("targets_for = [{language = 'nl'}]", "targets_for[1]: has no target: write first_response"),
            (
                "targets_for = [{network = 'y', first_response = '9m'}]",
                'targets_for[1].network: "y" is not one of x',
            ),
            (
                "labels = [{name = 'Storing'}, {name = 'Delay'}, {name = ' STORING '}]",
                'desk[1].labels[3].name: "STORING" is already used by desk[1].labels[1].name',
            ),
            ("labels = [{name = ' '}]", 'labels[1].name: " " is not a label of 1 to 40 characters'),
            (f"labels = [{{name = '{'x' * 41}'}}]", 'labels[1].name: "xxxxxxxx'),
            (
                "labels = [{name = 'a\\u200bb'}]".replace("'", '"'),
                "is not a label of 1 to 40 characters that can be seen",
            ),
            (
                "labels = [" + ", ".join(f"{{name = '{n}'}}" for n in range(100)) + "]",
                "labels: has 100 labels, and at most 99 fit into a menu of Slack",
            ),
            ('labels = ["Storing"]', "labels[1]"),
            (
                "targets_for = [{label = 'Storng', first_response = '9m'}]\nlabels = [{name = 'Storing'}]",
                'targets_for[1].label: "Storng" is no label of this desk; did you mean "Storing"?',
            ),
            (
                "targets_for = [{label = 'Refund', first_response = '9m'}]",
                '"Refund" is no label of this desk; write [[desk.labels]] name = "Refund"',
            ),
            ("mandate = {all = 'yes'}", 'mandate.all: "yes" is neither true nor false; write true'),
            ("mandate = {last_resort = ['press']}", 'case, audience, any; did you mean "audience"?'),
            ("mandate = {last_resort = ['waitin']}", 'mandate.last_resort[1]: "waitin" is not one of'),
            (
                "mandate = {approvers = ['@lars']}",
                'mandate.approvers[1]: "@lars" is not a Slack member or user group id',
            ),
            ("mandate = {trainee = ['U0EMMA']}", 'last_resort, words); did you mean "trainees"?'),
            (
                "mandate = {labels = ['Storng']}\nlabels = [{name = 'Storing'}]",
                'desk[1].mandate.labels[1]: "Storng" is no label of this desk; did you mean "Storing"?',
            ),
            (
                "leads = ['U0LEAD']\nmandate = {trainees = ['U0EMMA', 'U0LEAD']}",
                'desk[1].mandate.trainees[2]: "U0LEAD" is in desk[1].leads too; name each colleague in one of them',
            ),
            (
                "mandate = {trainees = ['S0NEW'], alone = ['S0NEW']}",
                '"S0NEW" is in desk[1].mandate.alone too',
            ),
            (
                "targets_for = [{label = 'a', first_response = '9m'}, {label = 'A', first_response = '8m'}]\n"
                "labels = [{name = 'a'}]",
                "is already used by desk[1].targets_for[1]",
            ),
            (
                "references = [{pattern = '(?=A)A', url = 'https://a.nl/{0}'}]",
                'references[1].pattern: "(?=A)A" is not a regular expression (for example ',
            ),
            (
                "references = [{pattern = '(A)\\1', url = 'https://a.nl/{0}'}]",
                "without look-around and back references, which could take for ever: invalid escape sequence",
            ),
            ("references = [{pattern = 'A*', url = 'https://a.nl/{0}'}]", "it also matches where nothing is written"),
            (f"references = [{{pattern = '{'A' * 201}', url = 'https://a.nl/{{0}}'}}]", "of 1 to 200 characters"),
            (
                "references = [{pattern = '(A)', url = 'http://a.nl/{0}'}]",
                'references[1].url: "http://a.nl/{0}" is not an https address with {0} in the place of the number',
            ),
            *(
                (f"references = [{{pattern = '(A)', url = '{url}'}}]", f'"{url}" is not an https address with {{0}}')
                for url in (
                    "https://a.nl/",
                    "https://{0}.a.nl/",
                    "https://a.nl@{0}/",
                    "https://a.nl/{name}",
                    "https://a.nl/{0!r}",
                    "https://a.nl/{",
                    "javascript:{0}",
                )
            ),
            (
                "references = [{pattern = '(A)', url = 'https://a.nl/{2}'}]",
                'references[1].url: "https://a.nl/{2}" has {2}, and the pattern has 1 group: write {0} for the whole',
            ),
            ('reasons = ["Spam", "spam"]', 'reasons: has "spam" twice'),
            (
                'away = ["palm_tree"]',
                'away[1]: "palm_tree" is not an emoji between colons (for example ":palm_tree:"); did',
            ),
            ('away = ["Palm tree:"]', 'did you mean ":palm_tree:"?'),
            ('away = ["🌴"]', 'away[1]: "🌴" is not an emoji between colons (for example ":palm_tree:")'),
            ('away = ":palm_tree:"', 'away: ":palm_tree:" is not a list; write [":palm_tree:"]'),
            ('outcomes = ["Solved", "solved"]', 'outcomes: has "solved" twice'),
            (f"outcomes = {[str(n) for n in range(21)]}", "outcomes: has 21 outcomes, and at most 20 fit"),
            ('outcomes = [""]', 'outcomes[1]: "" is not an outcome of 1 to 75 characters'),
            ('feedback_channel = "#product"', 'feedback_channel: "#product" is not a Slack channel id'),
            ('reasons = [" "]', 'reasons[1]: " " is not a reason of 1 to 75 characters'),
            (f'reasons = ["{"x" * 76}"]', "is not a reason of 1 to 75 characters that can be seen"),
            (f"reasons = {[str(n) for n in range(21)]}", "reasons: has 21 reasons, and at most 20 fit"),
            ('leads = "U0LEAD"', 'leads: "U0LEAD" is not a list; write ["U0LEAD"]'),
            ("leads = 3", "leads: 3 is not a list"),
            ('networks = {kind = "x"}', 'networks: {"kind": "x"} is not a list; write [[desk.networks]]'),
            (
                'networks = [{handle = "acme"}]',
                f"networks[1].kind: is needed: the network ({' or '.join(map(values.shown, KINDS))})",
            ),
            ('leads = ["joost"]', 'leads[1]: "joost" is not a Slack member id such as "U0LEAD"'),
            ('name = ""', 'name: "" is not a name of 1 to 80 characters'),
            ('name = "Sup\\u0000port"', 'name: "Sup\\u0000port" is not a name of 1 to 80 characters that can be seen'),
            ('key = "\\u0007Support"', 'key: "\\u0007Support" is not a name of 1 to 80 characters that can be seen'),
            ('key = "Support\\u200b"', "is not a name of 1 to 80 characters that can be seen"),
            ('slack_channel = "#support"', 'slack_channel: "#support" is not a Slack channel id such as "C0SUPPORT"'),
            ('slack_channel = "D0DIRECT"', 'slack_channel: "D0DIRECT" is not a Slack channel id'),
            ("targets = 3", "targets: 3 is not a table of keys and values"),
            ("targets.warn_at = 1.5", "targets.warn_at: 1.5 is not between 0 and 1 (for example 0.75)"),
            ("targets.warn_at = 0", "targets.warn_at: 0 is not between 0 and 1"),
            ("targets.warn_at = nan", "targets.warn_at: NaN is not between 0 and 1"),
            ("targets.warn_at = true", "targets.warn_at: true is not between 0 and 1"),
            (
                "targets.first_respons = 1",
                "targets.first_respons: is not a setting here "
                "(allowed: first_response, next_response, resolution, escalation, warn_at); "
                'did you mean "first_response"?',
            ),
            ('agents.anna.initials = "AB"', 'agents.anna: "anna" is not a Slack member id'),
            ('agents.U0A.initials = "A B"', 'agents.U0A.initials: "A B" is not 1 to 8 characters without a space'),
            (
                "agents.U0A.initals = 1",
                'agents.U0A.initals: is not a setting here (allowed: initials); did you mean "init',
            ),
            ("agents.U0A = {}", "agents.U0A.initials: is needed: at most 8 characters"),
            ('networks = [{kind = "y", handle = "a"}]', 'networks[1].kind: "y" is not one of x'),
            (
                'networks = [{kind = "x"}]',
                'networks[1].handle: is needed: the account\'s name on X (for example "acme")',
            ),
            (
                'networks = [{kind = "x", handle = "@a-b"}]',
                'networks[1].handle: "@a-b" is not the name of an account on X',
            ),
            ('escalate_to = [{name = "Press"}]', "escalate_to[1].slack_channel: is needed: the channel's id"),
        ],
    )
    def test_wrong_value_is_named_with_what_to_write(self, config: Path, line: str, problem: str) -> None:
        first = {"name": 'name = "Support"', "slack_channel": 'slack_channel = "C0SUPPORT"'}
        first[line.partition(" ")[0]] = line
        said = problems(config, "[[desk]]\n" + "\n".join(first.values()))
        assert any(one.startswith("webcare.toml: desk[1].") and problem in one for one in said), said

    @pytest.mark.parametrize(
        ("toml", "problem"),
        [
            ("", "webcare.toml: desk: is needed: write at least one [[desk]]"),
            ("[desk]\nname = 'x'", 'webcare.toml: desk: {"name": "x"} is not a list; write [[desk]]'),
            ("desk = []", "webcare.toml: desk: is empty: write at least one [[desk]]"),
            (
                "[[desks]]",
                "webcare.toml: desks: is not a setting here "
                '(allowed: command, public_url, delivery, budget, crm, desk, route); did you mean "desk"?',
            ),
            ("[[desk]]\nname = 'x'", "webcare.toml: desk[1].slack_channel: is needed"),
            ("command = 'webcare'", 'webcare.toml: command: "webcare" is not a slash command'),
            ("[desk", "webcare.toml: is not valid TOML"),
            (
                "[crm]\nkind = 'hubspot'\nurl = 'https://a.nl'\n" + MINIMAL,
                'webcare.toml: crm.kind: "hubspot" is not one of',
            ),
            ("[crm]\nkind = 'http'\n" + MINIMAL, "webcare.toml: crm.url: is needed"),
            (
                "[crm]\nkind = 'http'\nurl = 'http://crm.example.com'\n" + MINIMAL,
                'webcare.toml: crm.url: "http://crm.example.com" is not an https address',
            ),
            (
                "[crm]\nkind = 'http'\nurl = 'https://u:p@crm.example.com'\n" + MINIMAL,
                "webcare.toml: crm.url: holds a name and a password",
            ),
            (
                "[crm]\nkind = 'zendesk'\nurl = 'https://acme.zendesk.com'\n" + MINIMAL,
                "webcare.toml: crm: lacks the mail address",
            ),
            (
                MINIMAL + MINIMAL,
                'webcare.toml: desk[2].slack_channel: "C0SUPPORT" is already used by desk[1].slack_channel; '
                "each needs its own",
            ),
            (
                MINIMAL + MINIMAL,
                'webcare.toml: desk[2].name: "Support" is already used by desk[1].name; each needs its own',
            ),
            (
                MINIMAL.replace('name = "Support"', 'name = "Customer care"\nkey = "Support"') + MINIMAL,
                'webcare.toml: desk[2].name: "Support" is already used by desk[1].key; each needs its own',
            ),
            (
                MINIMAL + MINIMAL.replace("acme", "@ACME"),
                'webcare.toml: desk[2].networks[1].handle: "ACME" is already used by desk[1].networks[1].handle; '
                "each needs its own",
            ),
        ],
    )
    def test_wrong_file_is_told_what_is_wrong(self, config: Path, toml: str, problem: str) -> None:
        assert any(one.startswith(problem) for one in problems(config, toml)), problems(config, toml)

    def test_misspelt_table_is_one_line_alone(self, config: Path) -> None:
        (line,) = problems(
            config, MINIMAL.replace("[[desk]]", "[[desks]]").replace("[[desk.", "[[desks.").replace("[desk.", "[desks.")
        )
        assert line.endswith('; did you mean "desk"?')
        lines = problems(config, MINIMAL.replace("slack_channel", "room"))
        assert any("slack_channel: is needed" in one for one in lines)

    def test_two_teams_of_one_desk_need_two_names(self, config: Path) -> None:
        team = '[[desk.escalate_to]]\nname = "press office"\nslack_channel = "C0OTHER"\n'
        assert problems(config, MINIMAL.replace("[desk.agents", team + "[desk.agents")) == [
            'webcare.toml: desk[1].escalate_to[2].name: "press office" is already used by desk[1].escalate_to[1].name; '
            "each needs its own"
        ]

    @pytest.mark.parametrize(
        ("make", "problem"),
        [
            (
                lambda path: path.unlink(),
                "webcare.toml: there is no such file (write one, or name yours in WEBCARE_CONFIG)",
            ),
            (lambda path: (path.unlink(), path.mkdir()), "webcare.toml: cannot be read: "),
            (lambda path: path.write_bytes(b"\xff\xfe"), "webcare.toml: cannot be read: "),
        ],
    )
    def test_unreadable_file_is_named(self, config: Path, make: Any, problem: str) -> None:
        make(config)
        with pytest.raises(SettingsError) as caught:
            load({"WEBCARE_CONFIG": str(config)})
        assert caught.value.problems[0].startswith(f"{config.parent}/{problem}")


def test_account_has_one_key_however_its_handle_is_written() -> None:
    assert AccountConfig(kind="x", handle="@ACME").key == "x:acme"


def test_config_allows_what_the_desk_can_do() -> None:
    assert values.LANGUAGES == LANGUAGES
    assert {*KINDS, INBOUND} == {spec.kind for spec in SPECS.values()} == SPECS.keys()


@pytest.mark.parametrize("undo", ["0s", "0m", "off"])
def test_replies_may_go_at_once(tmp_path: Path, undo: str) -> None:
    path = tmp_path / "webcare.toml"
    path.write_text(f'[[desk]]\nname = "Support"\nslack_channel = "C0SUPPORT"\nundo = "{undo}"\n')
    assert load({"WEBCARE_CONFIG": str(path)}).desks[0].undo == timedelta(0)


DESK = '[[desk]]\nname = "Support"\nslack_channel = "C0SUPPORT"\n'
LADDER = """
[[desk.nags]]
at = "80%"
to = ["owner"]
[[desk.nags]]
at = "+1h30m"
to = ["leads", "C0NIGHT", "leads"]
[[desk.nags]]
at = "every 25%"
to = ["channel", "oncall"]
at_most = 2
[[desk.nags]]
at = "every 2h"
to = ["owner"]
"""


class TestLadder:
    def test_steps_are_read(self, config: Path) -> None:
        (desk,) = read(config, DESK + LADDER).desks
        assert steps(desk.ladder, 0.75) == (
            Step(0.8, timedelta(0), 0, ("owner",)),
            Step(1, timedelta(minutes=90), 0, ("leads", "C0NIGHT")),
            Step(0.25, timedelta(0), 2, ("channel", "oncall")),
            Step(0, timedelta(hours=2), 5, ("owner",)),
        )

    def test_desk_without_one_has_the_default(self, config: Path) -> None:
        assert read(config, DESK).desks[0].ladder == ""

    @pytest.mark.parametrize(
        ("step", "problem"),
        [
            ('at = "75"', '.at: "75" is not a share of the target or a time around the deadline (for example "75%"'),
            ('at = "75"', 'did you mean "75%"?'),
            ("at = 75", 'did you mean "75%"?'),
            ("at = 0.75", 'did you mean "75%"?'),
            ('at = "0%"', '.at: "0%" is not above 0%'),
            ('at = "99999%"', "at most 10000%"),
            ('at = "-5%"', "is not a share"),
            ('at = "30m"', 'did you mean "+30m"?'),
            ('at = "30m after"', 'did you mean "+30m"?'),
            ('at = "every -10m"', "is not a share"),
            ('at = "every"', "is not a share"),
            ('at = "+0m"', "is not a length of time above zero"),
            ('at = "+9999d"', "longer than 3650d"),
            ('to = ["owners"]', '.to: "owners" is not one of owner, channel, oncall, leads or a channel\'s id'),
            ('to = ["on-call"]', 'did you mean "oncall"?'),
            ('to = ["lead"]', 'did you mean "leads"?'),
            ('to = ["U0ANNA"]', '"U0ANNA" is not one of'),
            ('to = ["#support"]', "is not one of"),
            ("to = [7]", "7 is not one of"),
            ('to = "owner"', '.to: "owner" is not a list; write ["owner"]'),
            ("to = []", ".to: is empty: write at least one of owner"),
            ("at_most = 0", ".at_most: 0 is not a number from 1 to 50"),
            ("at_most = true", ".at_most: true is not a number"),
            ("at_most = 51", "from 1 to 50"),
            ("at_most = 3", '3 is for a step that repeats ("every 50%"); this one is reached once: write 1'),
            ("when = 3", ".when: is not a setting here (allowed: at, to, at_most)"),
        ],
    )
    def test_wrong_step_is_one_line_that_says_what_to_write(self, config: Path, step: str, problem: str) -> None:
        name = step.partition(" ")[0]
        usual = {"at": 'at = "75%"', "to": 'to = ["owner"]'} | {name: step}
        (line,) = problems(config, DESK + "[[desk.nags]]\n" + "\n".join(usual.values()))
        assert "desk[1].nags[1]" in line
        assert problem in line

    def test_step_needs_a_moment_and_a_recipient(self, config: Path) -> None:
        lines = problems(config, DESK + "[[desk.nags]]\nat_most = 1\n")
        assert [line.partition("desk[1].")[2].partition(" ")[0] for line in lines] == ["nags[1].at:", "nags[1].to:"]


class TestNeverOpen:
    @pytest.mark.parametrize(
        "lines",
        [
            'hours = "Dec 25 09:00-17:00"\nholidays = ["NL"]\n',
            'hours = "Jan 01 10:00-12:00"\nholidays = ["SE"]\n',
            'hours = "Dec 25 09:00-17:00"\nclosed = ['
            + ",".join(f'"{year}-12-25"' for year in range(2025, 2060))
            + "]\n",
        ],
    )
    def test_desk_that_is_closed_whenever_it_would_open_is_one_line(self, config: Path, lines: str) -> None:
        (line,) = problems(config, DESK.replace("slack_channel", f"{lines}slack_channel", 1))
        assert line.startswith('webcare.toml: desk[1].hours: "Support" is closed whenever it would be open')

    def test_day_that_is_open_all_the_same_is_enough(self, config: Path) -> None:
        days = ",".join(f'"{year}-12-25 10:00-12:00"' for year in range(2025, 2060))
        lines = f'hours = "Dec 25 09:00-17:00"\nholidays = ["NL"]\nopen = [{days}]\n'
        assert read(config, DESK.replace("slack_channel", f"{lines}slack_channel", 1))
