"""Where a page of the web may send us."""

from __future__ import annotations

import pytest

from bot.platform.web import may_lead_to

FEED = "https://calendar.example/oncall.ics"
OURS = "http://127.0.0.1:8000/oncall.ics"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/admin",
        "https://127.0.0.1/admin",
        "https://localhost/admin",
        "https://LOCALHOST/admin",
        "https://[::1]/admin",
        "https://[::ffff:127.0.0.1]/admin",
        "https://2130706433/admin",
        "https://127.1/admin",
        "https://0.0.0.0/admin",
        "https://169.254.169.254/latest",
        "https://10.0.0.8/",
        "https://172.16.4.1/",
        "https://192.168.1.1/",
        "https://100.64.0.1/",
        "https://[fd00::1]/",
        "https://[fe80::1]/",
        "http://93.184.215.14/",
        "file:///etc/passwd",
    ],
)
def test_feed_never_leads_to_this_machine_or_its_network(url: str) -> None:
    assert not may_lead_to(FEED, url)


def test_feed_may_lead_to_another_public_address() -> None:
    assert may_lead_to(FEED, "https://93.184.215.14/oncall.ics")


def test_address_of_this_machine_may_lead_to_another_one_of_it_and_not_of_its_network() -> None:
    assert may_lead_to(OURS, "http://localhost:8001/oncall.ics")
    assert not may_lead_to(OURS, "https://169.254.169.254/latest")
