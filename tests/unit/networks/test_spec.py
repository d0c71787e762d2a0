"""What each network says of itself is true, and what the README says of it is the same."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.networks import KINDS, SPECS, build
from bot.networks.base import Outgoing
from bot.networks.spec import NetworkSpec
from tests.support.clock import FRIDAY

LOADED = "import sys, bot.settings; print(*sys.modules)"
BASE = {"bot.networks.base", "bot.networks.spec"}
INBOUND = {f"bot.networks.inbound{module}" for module in ("", ".spec", ".mapping")}
README = (Path(__file__).parents[3] / "README.md").read_text("utf-8")


@pytest.fixture(params=KINDS)
def spec(request: pytest.FixtureRequest) -> NetworkSpec:
    return SPECS[request.param]


def test_spec_fits_its_package(spec: NetworkSpec) -> None:
    assert SPECS[spec.kind] is spec
    assert re.fullmatch("[a-z][a-z0-9]*", spec.kind)
    assert re.fullmatch(spec.handle.pattern, spec.handle.example)


def test_spec_names_what_its_account_is_built_of(spec: NetworkSpec) -> None:
    keys = {key.name: "t" for key in spec.keys}
    account = build(spec.kind, spec.handle.example, now=lambda: FRIDAY, api_url="http://127.0.0.1:9", **keys)
    assert account.handle == spec.handle.example
    assert account.count(Outgoing("")).limit == spec.text_limit


def test_readme_tells_what_accounts_share(spec: NetworkSpec) -> None:
    begins = [
        f"| `{spec.prefix}_{key.name.upper()}` | | the {f'{spec.name} app' if key.of_app else 'account'}'s "
        for key in spec.keys
    ]
    begins.append(f"| `{spec.api_url_variable(spec.prefix)}` | `{spec.api_url}` | ")
    assert [begin for begin in begins if f"\n{begin}" not in README] == []


def test_readme_lists_every_kind() -> None:
    kinds = re.search(r"^\| `desk\.networks\.kind` \| \| the network: (.+) \|$", README, re.MULTILINE)
    assert kinds
    assert kinds[1] == " or ".join(f'`"{kind}"`' for kind in KINDS)


def test_settings_load_no_client() -> None:
    """The commands that call no network start without what networks need."""
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    packages = {f"bot.networks.{kind}{module}" for kind in KINDS for module in ("", ".spec")}
    assert {name for name in loaded if name.startswith("bot.networks.")} == packages | BASE | INBOUND
    assert not loaded & {"tweepy", "requests"}


@pytest.mark.parametrize(
    ("kind", "handle", "pages"),
    [
        ("x", "Anna_J", ("x.com/anna_j", "twitter.com/anna_j")),
        ("mastodon", "Anna@Mastodon.nl", ("mastodon.nl/@anna",)),
        ("bluesky", "anna.bsky.social", ("bsky.app/profile/anna.bsky.social", "anna.bsky.social")),
    ],
)
def test_people_are_found_at_their_pages(kind: str, handle: str, pages: tuple[str, ...]) -> None:
    spec = SPECS[kind]
    assert spec.pages_of(handle) == pages
    assert {spec.called_at(page) for page in pages} == {handle.lower()}


@pytest.mark.parametrize("place", ["x.com", "x.com/a/status/1", "x.com/a b", "mastodon.nl/@", "", "a/b/c", "a.nl/x"])
def test_other_places_are_nobodys_page(place: str) -> None:
    assert {kind: called for kind, spec in SPECS.items() if (called := spec.called_at(place))} in (
        {},
        {"bluesky": place},
    )
