"""A desk on a forum at Kundo: from a dialog to the answer, and what its customer adds."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.cases.conversation import ReplyState
from bot.runtime.app import build
from bot.sandbox.server import Sandbox
from bot.usecases.intake import ingest, recheck
from bot.usecases.replies import outside_answers
from tests.support.config import desk_toml, write
from tests.support.counterparts import kundo
from tests.support.counterparts.base import Failure, Written
from tests.support.counterparts.kundo import EDITOR, KEY
from tests.support.settings import read
from tests.support.team import Team

ACCOUNT = '[[desk.networks]]\nkind = "kundo"\nhandle = "acme"\nkeys = "KUNDO_NL"\n'


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_customer_is_answered_and_comes_back(database_url: str, tmp_path: Path) -> None:
    path = write(tmp_path, desk_toml("Support", "C0SUPPORT", ACCOUNT))
    with kundo.running() as forum, Sandbox(now=forum.now, rate_limits=False) as sandbox:
        keys = {"KUNDO_NL_API_KEY": f"{EDITOR}:{KEY}", "KUNDO_NL_API_URL": forum.address}
        settings = read(path, **{**sandbox.environment, **keys, "DATABASE_URL": database_url})
        with closing(build(replace(settings, clock=forum.clock))) as app:
            team = Team(app.ctx)
            ((desk, account),) = app.settings.accounts()

            asked = forum.customer("waar is mijn pakket?")
            assert ingest.poll(app.ctx, desk, account) == 1
            app.delivery.settle()
            assert len(sandbox.slack.messages("C0SUPPORT")) == 1
            reply = team.answer(1, "Dag, we zoeken het uit")
            forum.turn(seconds=10)
            with forum.fails(Failure.LOST, method="POST", route=f"/api/comment/acme/{asked}.json"):
                app.delivery.settle()
            forum.turn(minutes=2)
            app.delivery.settle()
            assert team.reply(reply.id).state is ReplyState.SENT
            (answer,) = forum.written()
            assert answer == Written(answer.id, "Dag, we zoeken het uit", asked)

            follow_up = forum.customer("en wanneer weten jullie dat?", answering=asked)
            assert ingest.poll(app.ctx, desk, account) == 1
            assert [post.external_id for post in team.messages(1)] == [asked, answer.id, follow_up]
            forum.delete(follow_up)
            forum.turn(hours=1)
            assert recheck.tick(app.ctx, account) == 0
            forum.turn(hours=1)
            assert recheck.tick(app.ctx, account) == 1
            assert team.messages(1)[-1].text == ""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("last", ["anna", "bert"])
@pytest.mark.parametrize("by_desk", [True, False], ids=["our reply", "from elsewhere"])
def test_answer_in_a_dialog_of_two_ends_the_wait_of_one(
    database_url: str, tmp_path: Path, last: str, *, by_desk: bool
) -> None:
    path = write(tmp_path, desk_toml("Support", "C0SUPPORT", ACCOUNT))
    with kundo.running() as forum, Sandbox(now=forum.now, rate_limits=False) as sandbox:
        keys = {"KUNDO_NL_API_KEY": f"{EDITOR}:{KEY}", "KUNDO_NL_API_URL": forum.address}
        settings = read(path, **{**sandbox.environment, **keys, "DATABASE_URL": database_url})
        with closing(build(replace(settings, clock=forum.clock))) as app:
            team = Team(app.ctx)
            ((desk, account),) = app.settings.accounts()
            asked = forum.customer("waar is mijn pakket?", by="anna")
            forum.customer("en het mijne?", by="bert", answering=asked)
            forum.customer("ik wacht al een week", by=last, answering=asked)
            ingest.poll(app.ctx, desk, account)
            if by_desk:
                reply = team.answer(2, "Dag Bert, morgen")
                forum.turn(seconds=10)
                with forum.fails(Failure.LOST, method="POST", route=f"/api/comment/acme/{asked}.json"):
                    app.delivery.settle()
            else:
                forum.turn(seconds=10)
                forum.answer_elsewhere(asked, "Morgen")
            forum.turn(seconds=20)
            assert outside_answers.poll(app.ctx, account) == (0 if by_desk else 1)
            if by_desk:
                assert team.reply(reply.id).state is ReplyState.SENT
            answered = 2 if by_desk or last == "bert" else 1
            assert [team.thread(number).waiting_since is None for number in (1, 2)] == [answered == 1, answered == 2]
