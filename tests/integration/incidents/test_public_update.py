"""A public update goes once, after a second person approved it, whatever the network answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import Any, cast

import pytest

from bot.domain.cases.conversation import ReplyState
from bot.domain.cases.picture import Picture
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.incidents.public_update import PublicUpdate
from bot.networks import SPECS
from bot.networks.base import Deed, Outgoing
from bot.settings.config import AccountConfig, Mandate
from bot.usecases.incidents import incident as usecase
from bot.usecases.incidents import public_update
from tests.support.acting import send, whole_bot
from tests.support.bench import Bench, restarted, webcare
from tests.support.cast import ANNA, EMMA, HERE, LEAD
from tests.support.counterparts import COUNTERPARTS
from tests.support.counterparts.base import Counterpart, Failure, on_the_wire
from tests.support.drawings import SECRET, photo
from tests.support.together import race

TEXT = "Rond Utrecht rijden tot acht uur geen treinen. We werken eraan."
LATER = "Rond Utrecht rijden tot tien uur geen treinen. We werken eraan."
ALT = "Een kaart van het spoor, met een «breuk» bij Utrecht"


@pytest.fixture
def written(bench: Bench) -> PublicUpdate:
    usecase.open_(bench.ctx, LEAD, bench.ctx.settings.desks[0], "storing Utrecht")
    (update,) = public_update.propose(bench.ctx, ANNA, 1, TEXT)
    bench.finish()
    return update


def photo_of(bench: Bench) -> Picture:
    file = bench.sandbox.slack.upload(ANNA.id, "IMG_1.jpg", photo())
    return Picture(file["id"], file["name"], file["mimetype"], file["size"], ALT)


def proposed(bench: Bench, picture: Picture) -> PublicUpdate:
    usecase.open_(bench.ctx, LEAD, bench.ctx.settings.desks[0], "storing Utrecht")
    (update,) = public_update.propose(bench.ctx, ANNA, 1, TEXT, picture=picture)
    bench.finish()
    return update


def state(bench: Bench, update: PublicUpdate) -> ReplyState | None:
    found = public_update.get(bench.ctx, update.id)
    assert found is not None
    return found.state


def posted(bench: Bench) -> list[str]:
    return [post.text for post in bench.answers()]


def message(bench: Bench) -> str:
    (shown,) = bench.said("storing Utrecht")
    return str(shown.blocks)


class TestApproval:
    def test_nothing_goes_before_somebody_else_who_may_approve_does(self, bench: Bench, written: PublicUpdate) -> None:
        assert "waits for a second person" in message(bench)
        for who, code in ((ANNA, RefusalCode.OWN_WORDS), (EMMA, RefusalCode.NOT_AN_APPROVER)):
            with pytest.raises(Refused) as refused:
                public_update.approve(bench.ctx, who, written.id)
            assert refused.value.code is code
        (own,) = public_update.propose(bench.ctx, LEAD, 1, f"{TEXT} Excuses!")
        with pytest.raises(Refused) as refused:
            public_update.approve(bench.ctx, LEAD, own.id)
        assert refused.value.code is RefusalCode.OWN_WORDS
        bench.finish()
        assert posted(bench) == []

    def test_whom_the_mandate_names_approves_it_as_they_do_replies(self, bench: Bench, written: PublicUpdate) -> None:
        approving = restarted(bench, mandate=Mandate(approvers=(EMMA.id,)))
        public_update.withdraw(bench.ctx, ANNA, written.id)
        (update,) = public_update.propose(approving.ctx, ANNA, 1, TEXT)
        approving.finish()
        assert "asks you to approve" in approving.direct(EMMA.id)[-1].text
        public_update.approve(approving.ctx, EMMA, update.id)
        approving.finish()
        assert posted(approving) == [TEXT]
        assert "approved by" in approving.direct(EMMA.id)[-1].text

    def test_replaced_and_withdrawn_ones_cannot_be_approved(self, bench: Bench, written: PublicUpdate) -> None:
        (second,) = public_update.propose(bench.ctx, ANNA, 1, f"{TEXT} Excuses!")
        public_update.withdraw(bench.ctx, ANNA, second.id)
        for update in (written, second):
            with pytest.raises(Refused) as refused:
                public_update.approve(bench.ctx, LEAD, update.id)
            assert refused.value.code is RefusalCode.LINE_CHANGED

    def test_one_that_waits_when_its_incident_closes_asks_nobody_any_more(
        self, bench: Bench, written: PublicUpdate
    ) -> None:
        (asked,) = bench.told()
        assert "update_approve" in str(asked.blocks)
        usecase.close(bench.ctx, LEAD, 1)
        bench.finish()
        (asked,) = bench.told()
        assert "no longer waits" in asked.text
        assert "update_approve" not in str(asked.blocks)

    def test_two_taps_at_once_post_it_once(self, bench: Bench, written: PublicUpdate) -> None:
        results = race([partial(public_update.approve, bench.ctx, LEAD, written.id)] * 2)
        assert [one.code for one in results if isinstance(one, Refused)] == [RefusalCode.LINE_CHANGED]
        bench.finish()
        assert posted(bench) == [TEXT]

    @pytest.mark.parametrize(("text", "code"), [(" ", "empty"), ("a" * 281, "too_long")])
    def test_text_is_counted_as_the_network_does(self, bench: Bench, text: str, code: str) -> None:
        usecase.open_(bench.ctx, LEAD, bench.ctx.settings.desks[0], "storing")
        with pytest.raises(Refused, match=code):
            public_update.propose(bench.ctx, ANNA, 1, text)


class TestPosting:
    def test_it_answers_nobody_and_the_next_one_stands_under_it(self, bench: Bench, written: PublicUpdate) -> None:
        public_update.approve(bench.ctx, LEAD, written.id)
        bench.finish()
        (update,) = public_update.propose(bench.ctx, ANNA, 1, "De bovenleiding is gemaakt, er rijden weer treinen.")
        public_update.approve(bench.ctx, LEAD, update.id)
        bench.finish()
        first, second = bench.answers()
        assert (first.in_reply_to, second.in_reply_to) == (None, first.id)
        assert f"approved by <@{LEAD.id}>" in message(bench)
        assert first.id in message(bench)
        bench.fetch()
        assert bench.team.rows("SELECT id FROM thread") == [], "what we say ourselves is no mention"

    @pytest.mark.postgres_once
    @pytest.mark.parametrize("fault", ["drop_after", "drop_before"])
    def test_lost_answer_posts_nothing_twice(self, bench: Bench, written: PublicUpdate, fault: str) -> None:
        bench.sandbox.faults.add("x", "POST /2/tweets", fault)
        public_update.approve(bench.ctx, LEAD, written.id)
        bench.settle()
        assert state(bench, written) is ReplyState.VERIFYING
        bench.finish()
        if fault == "drop_after":
            assert (state(bench, written), posted(bench)) == (ReplyState.SENT, [TEXT])
            return
        assert (state(bench, written), posted(bench)) == (ReplyState.UNKNOWN, [])
        public_update.decide(bench.ctx, LEAD, written.id, was_posted=False)
        bench.finish()
        assert (state(bench, written), posted(bench)) == (ReplyState.SENT, [TEXT])

    @pytest.mark.postgres_once
    def test_worker_that_died_while_posting_is_looked_up(self, bench: Bench, written: PublicUpdate) -> None:
        approved = public_update.approve(bench.ctx, LEAD, written.id)
        assert public_update.begin(bench.ctx, approved) is not None
        assert public_update.begin(bench.ctx, approved) is None
        bench.ctx.accounts["x:acme"].send(Outgoing(TEXT, None))
        bench.finish()
        assert (state(bench, written), posted(bench)) == (ReplyState.SENT, [TEXT])

    def test_refused_update_says_why_and_keeps_its_text(self, bench: Bench, written: PublicUpdate) -> None:
        bench.ctx.accounts["x:acme"].send(Outgoing(TEXT, None))
        public_update.approve(bench.ctx, LEAD, written.id)
        bench.finish()
        assert state(bench, written) is ReplyState.REJECTED
        assert "was not posted" in message(bench)
        assert posted(bench) == [TEXT]

    def test_rate_limited_update_is_tried_again(self, bench: Bench, written: PublicUpdate) -> None:
        bench.sandbox.faults.add("x", "POST /2/tweets", "rate_limited")
        public_update.approve(bench.ctx, LEAD, written.id)
        bench.settle()
        assert state(bench, written) is ReplyState.QUEUED
        bench.finish()
        assert posted(bench) == [TEXT]


class TestPicture:
    """One goes with the words from Slack to the network, and the second person sees what it shows."""

    def test_second_person_reads_what_it_shows_and_it_is_posted_with_that(self, bench: Bench) -> None:
        update = proposed(bench, photo_of(bench))
        assert ALT in message(bench)
        assert ALT in str(bench.direct(LEAD.id)[-1].blocks)
        public_update.approve(bench.ctx, LEAD, update.id)
        bench.finish()
        (post,) = bench.answers()
        (media,) = post.media
        assert (media.alt_text, ALT in message(bench)) == (ALT, True)
        assert SECRET.encode() not in bench.sandbox.x.uploads[media.key.removeprefix("3_")].content
        assert ALT in webcare(bench, "incident", "report", "1").output

    @pytest.mark.parametrize(
        ("route", "fault", "before"),
        [
            ("POST /2/media/upload", "drop_after", ReplyState.QUEUED),
            ("POST /2/media/metadata", "error_500", ReplyState.QUEUED),
            ("POST /2/tweets", "drop_after", ReplyState.VERIFYING),
        ],
    )
    def test_lost_answer_posts_it_once(self, bench: Bench, route: str, fault: str, before: ReplyState) -> None:
        bench.sandbox.faults.add("x", route, fault)
        update = proposed(bench, photo_of(bench))
        public_update.approve(bench.ctx, LEAD, update.id)
        bench.settle()
        assert state(bench, update) is before
        bench.finish()
        assert state(bench, update) is ReplyState.SENT
        assert [len(post.media) for post in bench.answers()] == [1]

    def test_update_waits_while_slack_does_not_give_it_and_says_so(self, bench: Bench) -> None:
        bench.sandbox.faults.add("slack", "files.info", "error_500", times=2)
        update = proposed(bench, photo_of(bench))
        public_update.approve(bench.ctx, LEAD, update.id)
        bench.deliver(turns=2)
        assert (state(bench, update), bench.answers()) == (ReplyState.QUEUED, [])
        assert "Slack does not give us the picture" in message(bench)
        bench.finish()
        assert [len(post.media) for post in bench.answers()] == [1]

    def test_deleted_one_posts_nothing_and_the_message_says_why(self, bench: Bench) -> None:
        update = proposed(bench, picture := photo_of(bench))
        bench.sandbox.slack.delete_file(picture.file)
        public_update.approve(bench.ctx, LEAD, update.id)
        bench.finish()
        assert (state(bench, update), bench.answers()) == (ReplyState.REJECTED, [])
        assert "no longer in Slack" in message(bench)

    def test_network_that_shows_none_gets_the_text(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        usecase.open_(bench.ctx, LEAD, bench.ctx.settings.desks[0], "storing")
        words = SPECS["x"]
        monkeypatch.setitem(SPECS, "x", replace(words, can=replace(words.can, pictures=None)))
        with pytest.raises(Refused, match="no_pictures"):
            public_update.propose(bench.ctx, ANNA, 1, TEXT, picture=photo_of(bench))
        (update,) = public_update.propose(bench.ctx, ANNA, 1, TEXT)
        assert update.picture is None

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    def test_form_takes_it_and_says_at_its_field_what_is_missing(self, bench: Bench, database_url: str) -> None:
        usecase.open_(bench.ctx, LEAD, bench.ctx.settings.desks[0], "storing")
        file = bench.sandbox.slack.upload(ANNA.id, "IMG_1.jpg", photo())
        values = {
            "text": {"text": {"type": "plain_text_input", "value": TEXT}},
            "picture": {"picture": {"type": "file_input", "files": [file]}},
        }
        described = {"picture_alt": {"picture_alt": {"type": "plain_text_input", "value": ALT}}}
        with whole_bot(bench, database_url) as desk:
            press = {"type": "button", "action_id": "incident_update", "block_id": "b", "value": "1", "action_ts": "1"}
            send(bench, desk, type="block_actions", channel={"id": HERE}, actions=[press])
            view = bench.sandbox.slack.views(ANNA.id)[-1]
            answer = send(bench, desk, type="view_submission", view=view | {"state": {"values": values}})
            assert list(json.loads(answer)["errors"]) == ["picture_alt"]
            assert not send(bench, desk, type="view_submission", view=view | {"state": {"values": values | described}})
        (row,) = bench.team.rows("SELECT picture FROM public_update")
        stored = json.loads(row["picture"])
        assert (stored["file"], stored["alt"]) == (file["id"], ALT)


class TestEdit:
    """Where the network can, a posted update gets other words; a second person approves them too."""

    @pytest.fixture
    def network(self) -> Iterator[Counterpart]:
        with COUNTERPARTS["mastodon"]() as running:
            yield running

    @pytest.fixture
    def desk(self, bench: Bench, network: Counterpart) -> Iterator[Bench]:
        """A desk on Mastodon, on which it has told everybody about its incident."""
        with closing(cast("Any", network.account())) as account:
            bench.ctx = replace(bench.ctx, accounts={"mastodon:acme@example.social": account})
            there = AccountConfig(kind="mastodon", handle="acme@example.social")
            desk = restarted(bench, networks=(there,))
            usecase.open_(desk.ctx, LEAD, desk.ctx.settings.desks[0], "storing Utrecht")
            (update,) = public_update.propose(desk.ctx, ANNA, 1, TEXT)
            public_update.approve(desk.ctx, LEAD, update.id)
            desk.finish()
            yield desk

    def test_post_gets_the_words_that_a_second_person_approved(self, desk: Bench, network: Counterpart) -> None:
        assert "update_edit" in message(desk)
        edit = public_update.edit(desk.ctx, ANNA, 1, LATER)
        assert edit is not None
        desk.finish()
        assert [post.text for post in network.written()] == [TEXT]
        asked = str(desk.direct(LEAD.id)[-1].blocks)
        assert (LATER in asked, TEXT in asked) == (True, True)
        with pytest.raises(Refused) as refused:
            public_update.approve(desk.ctx, ANNA, edit.id)
        assert refused.value.code is RefusalCode.OWN_WORDS
        public_update.approve(desk.ctx, LEAD, edit.id)
        desk.finish()
        assert [post.text for post in network.written()] == [LATER]
        assert (LATER in message(desk), f"In place of: “{TEXT}”" in message(desk)) == (True, True)
        page = webcare(desk, "incident", "report", "1", "--format", "html").output
        assert page.count(f"{TEXT} → {LATER}") == 3
        with pytest.raises(Refused) as refused:
            public_update.edit(desk.ctx, ANNA, 1, "Van de oude woorden")
        assert refused.value.code is RefusalCode.LINE_CHANGED
        (after,) = public_update.propose(desk.ctx, ANNA, 1, "Er rijden weer treinen.")
        assert after.follows == 1

    @pytest.mark.parametrize("how", [Failure.LOST, Failure.BROKEN, Failure.BUSY], ids=lambda how: how.name.lower())
    def test_lost_answer_edits_it_once(self, desk: Bench, network: Counterpart, how: Failure) -> None:
        edit = public_update.edit(desk.ctx, ANNA, 1, LATER)
        assert edit is not None
        public_update.approve(desk.ctx, LEAD, edit.id)
        with network.fails(how, method="PUT"):
            desk.settle()
        assert state(desk, edit) is (ReplyState.QUEUED if how is Failure.BUSY else ReplyState.VERIFYING)
        with on_the_wire(lambda _, send: send(), "PUT") as puts:
            desk.finish()
        assert (state(desk, edit), [post.text for post in network.written()]) == (ReplyState.SENT, [LATER])
        assert len(puts) == (0 if how is Failure.LOST else 1)

    def test_post_that_is_gone_says_so(self, desk: Bench, network: Counterpart) -> None:
        edit = public_update.edit(desk.ctx, ANNA, 1, LATER)
        assert edit is not None
        (post,) = network.written()
        network.delete(post.id)
        public_update.approve(desk.ctx, LEAD, edit.id)
        desk.finish()
        assert state(desk, edit) is ReplyState.REJECTED
        assert "was not posted" in message(desk)

    def test_network_that_edits_none_offers_the_next_update(self, bench: Bench, written: PublicUpdate) -> None:
        public_update.approve(bench.ctx, LEAD, written.id)
        bench.finish()
        assert "update_edit" not in message(bench)
        with pytest.raises(Refused) as refused:
            public_update.edit(bench.ctx, ANNA, written.id, LATER)
        assert refused.value.code is RefusalCode.LINE_CHANGED

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    def test_form_has_the_words_as_they_stand_and_proposes_others(
        self, bench: Bench, database_url: str, written: PublicUpdate, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        public_update.approve(bench.ctx, LEAD, written.id)
        bench.finish()
        spec = SPECS["x"]
        monkeypatch.setitem(SPECS, "x", replace(spec, can=replace(spec.can, deeds=spec.can.deeds | {Deed.EDIT})))
        press = {"type": "button", "action_id": "update_edit", "block_id": "b", "value": "1", "action_ts": "1"}
        with whole_bot(bench, database_url) as desk:
            send(bench, desk, type="block_actions", channel={"id": HERE}, actions=[press])
            view = bench.sandbox.slack.views(ANNA.id)[-1]
            assert TEXT in str(view["blocks"])
            for words in (TEXT, LATER):
                values = {"text": {"text": {"type": "plain_text_input", "value": words}}}
                assert not send(bench, desk, type="view_submission", view=view | {"state": {"values": values}})
        rows = bench.team.rows("SELECT text, edits, state FROM public_update ORDER BY id")
        assert [(row["text"], row["edits"], row["state"]) for row in rows] == [(TEXT, None, "sent"), (LATER, 1, None)]


def test_account_that_only_answers_is_not_offered(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    (desk,) = bench.ctx.settings.desks
    assert list(public_update.accounts_of(bench.ctx, desk)) == ["x:acme"]
    (account,) = desk.networks
    forum = replace(account.spec, can=replace(account.spec.can, deeds=frozenset({Deed.REPLY})))
    monkeypatch.setattr(type(account), "spec", forum)
    assert public_update.accounts_of(bench.ctx, desk) == {}
