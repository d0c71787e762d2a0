"""[[desk.webhooks]]: what may be written, and what is said about what may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.settings import missing, problems, read

DESK = """\
[[desk]]
name = "Support"
slack_channel = "C0SUPPORT"
"""
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def hook(lines: str) -> str:
    return f"{DESK}[[desk.webhooks]]\n{lines}\n"


class TestWebhooks:
    def test_address_is_told_some_or_all_events(self, config: Path) -> None:
        some = hook('url = "https://a.nl/x"\nevents = ["received", "closed"]')
        assert read(config, some, WEBHOOK_SECRET=SECRET).desks[0].webhooks[0].events == ("received", "closed")
        every = read(config, hook('url = "https://a.nl/secret-path"'), WEBHOOK_SECRET=SECRET)
        assert len(every.desks[0].webhooks[0].events) == 5
        assert {SECRET, "/secret-path"} <= every.secrets()

    @pytest.mark.parametrize(
        ("lines", "said"),
        [
            ('url = "http://a.nl/x"', 'url: "http://a.nl/x" is not an https address'),
            ('url = "https://u:hush@a.nl/x"', "url: holds a name and a password"),
            ('events = ["closed"]', "url: is needed"),
            (
                'url = "https://a.nl"\nevents = ["recieved"]',
                'events: "recieved" is not one of received, claimed, answered',
            ),
            ('url = "https://a.nl"\nevents = "closed"', 'events: "closed" is not a list; write ["closed"]'),
            ('url = "https://a.nl"\nevents = []', "events: is empty: write at least one of received, claimed"),
            ('url = "https://a.nl"\nwords = "yes"', 'words: "yes" is neither true nor false'),
        ],
    )
    def test_what_cannot_be_used_is_named(self, config: Path, lines: str, said: str) -> None:
        (problem,) = problems(config, hook(lines), WEBHOOK_SECRET=SECRET)
        assert problem.startswith(f"webcare.toml: desk[1].webhooks[1].{said}")

    def test_one_address_is_told_once(self, config: Path) -> None:
        twice = hook('url = "https://a.nl"') + '[[desk.webhooks]]\nurl = "https://a.nl"\n'
        (problem,) = problems(config, twice, WEBHOOK_SECRET=SECRET)
        assert "is already used by desk[1].webhooks[1].url" in problem

    def test_secret_is_needed_and_must_be_one(self, config: Path) -> None:
        config.write_text(hook('url = "https://a.nl"'))
        (said,) = missing(config, SLACK_BOT_TOKEN="xoxb-1")
        assert said.startswith("environment: WEBHOOK_SECRET: is not set, and [[desk.webhooks]] needs it")
        (said,) = problems(config, WEBHOOK_SECRET="no secret".replace(" ", "-"))
        assert said.startswith("environment: WEBHOOK_SECRET: is no secret of Standard Webhooks")
