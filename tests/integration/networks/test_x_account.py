"""The desk's account on the sandbox's X: its tokens, its handle, its threads."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.networks import build
from bot.networks.base import Account, Outgoing, Rejected
from bot.networks.x.client import XAccount
from bot.sandbox.server import Sandbox
from bot.sandbox.x import XService
from bot.sandbox.x.auth import Credentials, Gate
from tests.support.team import billed, x_arguments

DAY = timedelta(days=1)


def blamed(error: Rejected) -> list[str]:
    """The variables of the keys that are to blame, as `webcare check` names them for an account without `keys`."""
    return [f"X_{key.upper()}" for key in error.keys]


def test_wrong_credential_is_named(make_account: Callable[..., XAccount]) -> None:
    assert make_account().verify() == "acme"
    for wrong, name in (
        ({"bearer_token": "nonsense"}, "X_BEARER_TOKEN"),
        ({"bearer_token": "bad\nbearer"}, "X_BEARER_TOKEN"),
        ({"bearer_token": "bad\u20ac"}, "X_BEARER_TOKEN"),
        ({"access_token": "1000-nonsense"}, "X_ACCESS_TOKEN"),
        ({"access_token": "nonsense"}, "X_ACCESS_TOKEN"),
    ):
        with pytest.raises(Rejected) as refused:
            make_account(**wrong).verify()
        assert refused.value.code == "credentials"
        assert name in blamed(refused.value)
        assert not set(wrong.values()) & set(refused.value.detail.split())


@pytest.mark.parametrize("token", ["no-number", "2000-of-another-shape", "AAAA"])
def test_token_may_have_any_shape(x: XService, make_account: Callable[..., XAccount], token: str) -> None:
    x.gate = Gate(Credentials(token=token), time.time)
    account = make_account(access_token=token)
    question = x.post("anne_v", "@acme?").id
    began = x.now()
    assert account.verify() == "acme"
    assert [mention.id for mention in account.fetch(None, began - DAY).mentions] == [question]
    sent = account.send(Outgoing("Hello", question))
    found = account.find_sent(Outgoing("Hello", question), began)
    assert found is not None
    assert found.id == sent.id


def test_tokens_of_another_account_are_told_apart(x: XService, make_account: Callable[..., XAccount]) -> None:
    x.add_account("acme_help", "Acme helps")
    with pytest.raises(Rejected) as refused:
        make_account(handle="acme_help").verify()
    assert refused.value.code == "credentials"
    assert "X_ACCESS_TOKEN" in blamed(refused.value)
    assert "they act for @acme, the desk for @acme_help" in refused.value.detail


def test_handle_is_the_same_in_capitals(x: XService, make_account: Callable[..., XAccount]) -> None:
    account = make_account(handle="ACME")
    question = x.post("anne_v", "@acme?").id
    assert account.verify() == "acme"
    (mention,) = account.fetch(None, x.now() - DAY).mentions
    assert (mention.id, mention.reply_blocked_reason) == (question, None)


def test_several_threads_share_one_account(x: XService, account: XAccount) -> None:
    questions = [x.post("anne_v", f"@acme {number}").id for number in range(24)]
    with ThreadPoolExecutor(8) as threads:
        for fetched in threads.map(lambda _: account.fetch(None, x.now() - DAY), range(8)):
            assert [mention.id for mention in fetched.mentions] == questions
        list(threads.map(lambda number: account.send(Outgoing(f"Answer {number}", questions[number])), range(24)))
    assert sorted(len(x.replies_to(question)) for question in questions) == [1] * 24
    assert billed(account)["post"] == 24


def test_desk_builds_its_network_by_kind(sandbox: Sandbox) -> None:
    account: Account = build("x", "acme", now=sandbox.x.now, **x_arguments(sandbox))
    assert (account.handle, account.verify()) == ("acme", "acme")
