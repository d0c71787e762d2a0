"""An incident: what comes to it, who gets what of it, its line, and its one message."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial

import pytest

from bot.domain.cases.mention import Author
from bot.domain.common.command import parse
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.incidents.incident import Incident
from bot.networks.base import Outgoing
from bot.networks.mastodon.client import MastodonAccount
from bot.platform import slack
from bot.settings import Roles
from bot.settings.config import LabelConfig, Mandate
from bot.usecases.cases import label, merge, queries
from bot.usecases.cases.claim import claim, shown
from bot.usecases.cases.transition import repeated
from bot.usecases.desk.context import Context
from bot.usecases.incidents import incident as usecase
from bot.usecases.incidents import line, members
from bot.usecases.incidents.claim_five import claim_five
from bot.usecases.incidents.shown import live
from bot.usecases.privacy import erase, retention
from bot.usecases.replies import reply
from bot.views.incidents.models import Live
from handlers import SLASH_WORDS
from handlers.deps import HandlerDeps
from handlers.registry import SlashRequest
from storage.engine import transaction
from storage.tables import post
from tests.support.cast import ANNA, EMMA, LARS, LEAD, X
from tests.support.clock import TurnedClock
from tests.support.statements import plan, statements
from tests.support.team import Team
from tests.support.together import race

OUTAGE = "De trein rijdt niet, weer een storing bij Utrecht?"
LINE = "Door een kapotte bovenleiding rijden er tot ongeveer acht uur geen treinen rond Utrecht."
PERSONAL = f"{LINE} Voor jouw reis naar Zwolle kun je via Amersfoort, dat duurt een half uur langer."


def opened(ctx: Context, name: str = "storing Utrecht", **options: str) -> Incident:
    return usecase.open_(ctx, LEAD, ctx.settings.desks[0], name, **options)


def asked(team: Team, number: int, words: str = OUTAGE) -> int:
    """Somebody new writes in a conversation of their own."""
    author = Author(f"a{number}", f"klant{number}", f"Klant {number}")
    return team.write(words, conversation=f"c{number}", author=author)


def agreed(ctx: Context, incident: Incident, text: str = LINE) -> None:
    proposed = line.propose(ctx, ANNA, incident.id, text)
    line.approve(ctx, LEAD, incident.id, proposed.proposal)


def refused(act: Callable[[], object]) -> RefusalCode:
    with pytest.raises(Refused) as refusal:
        act()
    return refusal.value.code


def now(team: Team, incident: Incident) -> Live:
    return live(team.ctx, incident.id)


@pytest.fixture
def typed(team: Team) -> Iterator[Callable[[str], str]]:
    """Type a command as Anna, as Slack hands it over: the answer's blocks."""
    deps = HandlerDeps(team.ctx, slack.client("xoxb-unused", "http://127.0.0.1:9/"))

    def as_anna(text: str) -> str:
        body = {"user_id": ANNA.id, "channel_id": "C0SUPPORT", "text": text}
        command = parse(text, SLASH_WORDS)
        (word,) = (word for word in SLASH_WORDS if word.name == command.word)
        once = replace(ANNA, via="command", idempotency_key=text, channel="C0SUPPORT")
        answer = word.run(SlashRequest(deps, body, once, command, SLASH_WORDS))
        return str(getattr(answer, "blocks", "") or getattr(answer, "text", ""))

    yield as_anna
    deps.stop()


class TestOpening:
    def test_only_leads_open_solve_and_close(self, team: Team) -> None:
        desk = team.ctx.settings.desks[0]
        assert refused(lambda: usecase.open_(team.ctx, ANNA, desk, "storing")) is RefusalCode.LEADS_ONLY
        incident = opened(team.ctx)
        for act in (usecase.solve, usecase.close):
            assert refused(partial(act, team.ctx, ANNA, incident.id)) is RefusalCode.LEADS_ONLY

    def test_repeat_of_what_opened_it_is_none_of_another_lead(self, team: Team) -> None:
        desk = team.ctx.settings.desks[0]
        once = replace(LEAD, idempotency_key="k1")
        usecase.open_(team.ctx, once, desk, "storing")
        assert refused(lambda: usecase.open_(team.ctx, once, desk, "storing")) is RefusalCode.REPEATED
        other = replace(LEAD, idempotency_key="k2")
        assert refused(lambda: usecase.open_(team.ctx, other, desk, "storing")) is RefusalCode.INCIDENT_OPEN

    def test_repeated_change_of_an_incident_is_known_as_done(self, team: Team) -> None:
        incident = opened(team.ctx)
        mine = line.propose(team.ctx, ANNA, incident.id, LINE)
        line.approve(team.ctx, replace(LEAD, idempotency_key="k1"), incident.id, mine.proposal)
        assert [repeated(team.ctx, key) for key in ("k1", "k2")] == [True, False]

    def test_two_leads_open_one(self, team: Team) -> None:
        results = race([partial(opened, team.ctx, name) for name in ("Storing Utrecht", "storing  utrecht")])
        assert sum(isinstance(one, Incident) for one in results) == 1
        assert [one.code for one in results if isinstance(one, Refused)] == [RefusalCode.INCIDENT_OPEN]
        assert team.wanted("incident") == ["incident:1"]

    @pytest.mark.parametrize(
        ("said", "meant"), [("", None), ("2", 2), ("#1", 1), ("datalek", 2), ("UTRECHT", 1), ("storing", None)]
    )
    def test_incident_is_meant_by_number_or_name(self, team: Team, said: str, meant: int | None) -> None:
        opened(team.ctx)
        opened(team.ctx, "Datalek in de storing")
        desk = team.ctx.settings.desks[0]
        if meant is None:
            assert refused(lambda: usecase.meant(team.ctx, desk, said)) is RefusalCode.WHICH_INCIDENT
        else:
            assert usecase.meant(team.ctx, desk, said).id == meant


class TestJoining:
    def test_all_words_join_some_suggest_and_others_do_neither(self, team: Team) -> None:
        before = asked(team, 1)
        incident = opened(team.ctx)
        some, other = asked(team, 2, "Is er een storing?"), asked(team, 3, "Waar blijft mijn pakket?")
        members.tick(team.ctx)
        cards = [queries.card(team.ctx, number).incident for number in (before, some, other)]
        assert [card and (card.joined, card.suggested) for card in cards] == [(True, False), (False, True), None]
        figures = now(team, incident).standing
        assert (figures.threads, figures.suggested, team.kinds(some).count("joined_incident")) == (1, 1, 0)

    def test_tapped_suggestion_joins_and_can_be_undone_for_good(self, team: Team) -> None:
        incident = opened(team.ctx)
        number = asked(team, 1, "Is er een storing?")
        members.tick(team.ctx)
        members.join(team.ctx, ANNA, incident.id, number, how="suggestion")
        assert now(team, incident).standing.threads == 1
        members.leave(team.ctx, LARS, number)
        team.write("Nog steeds storing, Utrecht!", conversation="c1", author=Author("a1", "klant1", "Klant 1"))
        members.tick(team.ctx)
        assert (now(team, incident).standing.threads, queries.card(team.ctx, number).incident) == (0, None)
        assert team.kinds(number)[-3:] == ["joined_incident", "left_incident", "received"]

    def test_label_of_the_incident_joins(self, team: Team) -> None:
        desk = team.ctx.settings.desks[0].model_copy(update={"labels": (LabelConfig(name="Storing"),)})
        team = Team(replace(team.ctx, settings=replace(team.ctx.settings, desks=(desk,))))
        incident = opened(team.ctx, "grote drukte", label="storing")
        number = asked(team, 1, "Waarom sta ik hier stil?")
        members.tick(team.ctx)
        assert now(team, incident).standing.threads == 0
        label.label(team.ctx, ANNA, number, "Storing")
        members.tick(team.ctx)
        assert now(team, incident).standing.threads == 1

    def test_thread_of_another_open_incident_starves_no_later_one(
        self, team: Team, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk = team.ctx.settings.desks[0].model_copy(update={"labels": (LabelConfig(name="Storing"),)})
        team = Team(replace(team.ctx, settings=replace(team.ctx.settings, desks=(desk,))))
        monkeypatch.setattr(members, "BATCH", 1)
        incidents_ = [opened(team.ctx, name, label="storing") for name in ("grote drukte", "iets anders")]
        numbers = [asked(team, number, "Waarom sta ik hier stil?") for number in range(2)]
        for number in numbers:
            label.label(team.ctx, ANNA, number, "Storing")
            members.tick(team.ctx)
        assert [now(team, incident).standing.threads for incident in incidents_] == [2, 0]
        members.leave(team.ctx, ANNA, numbers[1])
        members.tick(team.ctx)
        assert [now(team, incident).standing.threads for incident in incidents_] == [1, 1]

    def test_merge_into_another_open_incident_starves_no_later_one(
        self, team: Team, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(members, "BATCH", 1)
        first, second = opened(team.ctx), opened(team.ctx, "datalek")
        pairs = []
        for number in range(2):
            author = Author(f"a{number}", f"klant{number}", f"Klant {number}")
            pairs.append([team.write("Goedemorgen!", conversation=f"c{number}{n}", author=author) for n in range(2)])
        for away, into in pairs:
            members.join(team.ctx, ANNA, first.id, away)
            merge.merge(team.ctx, ANNA, away, into)
        members.join(team.ctx, ANNA, second.id, pairs[0][1])
        members.tick(team.ctx)
        assert (now(team, first).standing.threads, now(team, second).standing.threads) == (1, 1)

    def test_merged_thread_counts_once_and_stays_in(self, team: Team) -> None:
        incident = opened(team.ctx)
        author = Author("a1", "klant1", "Klant 1")
        into, away = asked(team, 1, "Goedemorgen!"), team.write(OUTAGE, conversation="c9", author=author)
        members.tick(team.ctx)
        merge.merge(team.ctx, ANNA, away, into)
        members.tick(team.ctx)
        assert queries.card(team.ctx, into).incident is not None
        assert (now(team, incident).standing.threads, now(team, incident).standing.customers) == (1, 1)

    def test_thread_joins_before_the_incident_closes_or_not_at_all(self, team: Team) -> None:
        incident = opened(team.ctx)
        number = asked(team, 1, "Goedemorgen!")
        acts: list[Callable[[], object]] = [
            partial(members.join, team.ctx, ANNA, incident.id, number),
            partial(usecase.close, team.ctx, LEAD, incident.id),
        ]
        first, _ = race(acts)
        joined = not isinstance(first, Refused)
        assert not isinstance(first, Refused) or first.code is RefusalCode.INCIDENT_CLOSED
        assert now(team, incident).standing.threads == joined
        assert team.kinds(number).count("joined_incident") == joined

    def test_closed_incident_takes_nothing_in(self, team: Team) -> None:
        incident = opened(team.ctx)
        number = asked(team, 1)
        usecase.close(team.ctx, LEAD, incident.id)
        members.tick(team.ctx)
        join = partial(members.join, team.ctx, ANNA, incident.id, number)
        assert refused(join) is RefusalCode.INCIDENT_CLOSED
        assert now(team, incident).standing.threads == 0

    def test_suggestion_goes_with_its_incident(self, team: Team) -> None:
        incident = opened(team.ctx)
        number = asked(team, 1, "Is er een storing?")
        members.tick(team.ctx)
        usecase.close(team.ctx, LEAD, incident.id)
        members.tick(team.ctx)
        assert queries.card(team.ctx, number).incident is None
        assert team.rows("SELECT * FROM incident_thread") == []

    def test_clock_of_a_thread_is_left_alone(self, team: Team) -> None:
        number = asked(team, 1)
        before = team.thread(number)
        opened(team.ctx)
        members.tick(team.ctx)
        assert team.thread(number) == replace(before, incident_id=1)


class TestSeveral:
    def test_every_number_of_one_command_joins_and_leaves(self, team: Team, typed: Callable[[str], str]) -> None:
        incident = opened(team.ctx)
        numbers = [asked(team, number, "Goedemorgen!") for number in range(3)]
        listed = " ".join(map(str, numbers))
        assert "already" not in typed(f"incident join {listed}")
        assert now(team, incident).standing.threads == 3
        answer = typed(f"incident leave {listed}")
        assert now(team, incident).standing.threads == 0
        assert all(f"#{number} is not in incident" in answer for number in numbers)

    def test_why_one_of_several_does_not_leave_is_said(self, team: Team, typed: Callable[[str], str]) -> None:
        incident = opened(team.ctx)
        inside, outside = asked(team, 1, "Goedemorgen!"), asked(team, 2, "Goedenavond!")
        members.join(team.ctx, ANNA, incident.id, inside)
        answer = typed(f"incident leave {outside} {inside}")
        assert f"#{outside} is in no incident" in answer
        assert f"#{inside} is not in incident" in answer
        assert refused(lambda: typed(f"incident leave {outside}")) is RefusalCode.NOT_IN_INCIDENT

    def test_last_number_is_the_incident_where_several_are_open(self, team: Team, typed: Callable[[str], str]) -> None:
        first, second = opened(team.ctx), opened(team.ctx, "datalek")
        for number in range(2):
            asked(team, number, "Goedemorgen!")
        three = asked(team, 3, "Goedemorgen!")
        assert refused(lambda: typed(f"incident join {three}")) is RefusalCode.WHICH_INCIDENT
        typed(f"incident join {three} {second.id}")
        assert (now(team, first).standing.threads, now(team, second).standing.threads) == (0, 1)
        assert queries.card(team.ctx, second.id).incident is None, "the thread of that number"

    def test_only_open_incident_leaves_every_number_a_thread(self, team: Team, typed: Callable[[str], str]) -> None:
        incident = opened(team.ctx)
        first, second = (asked(team, number, "Goedemorgen!") for number in (1, 2))
        typed(f"incident join {second} {first}")
        assert now(team, incident).standing.threads == 2

    def test_undo_of_an_older_answer_leaves_a_newer_incident_alone(self, team: Team) -> None:
        first, second = opened(team.ctx), opened(team.ctx, "datalek")
        number = asked(team, 1, "Goedemorgen!")
        members.join(team.ctx, ANNA, first.id, number)
        members.join(team.ctx, EMMA, second.id, number)
        undo = partial(members.leave, team.ctx, ANNA, number, first.id)
        assert refused(undo) is RefusalCode.NOT_IN_INCIDENT
        assert now(team, second).standing.threads == 1
        members.leave(team.ctx, ANNA, number, second.id)
        assert now(team, second).standing.threads == 0


class TestReading:
    """How far the posts of all desks were compared with an incident."""

    def test_settled_posts_are_read_past_whatever_they_have_to_do_with_it(self, team: Team, clock: TurnedClock) -> None:
        incident = opened(team.ctx)
        asked(team, 1)
        last = asked(team, 2, "Waar blijft mijn pakket?")
        members.tick(team.ctx)
        before = now(team, incident).incident.read_through_post_id
        clock.turn(minutes=2)
        with statements(team.ctx.engine) as run:
            members.tick(team.ctx)
        of_posts = [one for one in run if "FROM post" in one[0]]
        assert of_posts
        assert not any("(desk=?" in step for step in plan(team.ctx.engine, of_posts)), "all that the desk ever had"
        after = now(team, incident).incident.read_through_post_id
        assert (before, after) == (0, team.rows(f"SELECT max(id) AS id FROM post WHERE thread_id = {last}")[0]["id"])  # noqa: S608
        asked(team, 3)
        members.tick(team.ctx)
        assert now(team, incident).standing.threads == 2

    def test_post_that_was_committed_late_is_still_compared_in_a_storm(
        self, team: Team, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(members, "WINDOW", 3)
        incident = opened(team.ctx)
        late = asked(team, 9)
        with transaction(team.ctx.engine) as connection:  # as if another process had not committed it yet
            connection.execute(post.update().where(post.c.thread_id == late).values(muted=True))
        for number in range(5):
            asked(team, number)
        members.tick(team.ctx)
        with transaction(team.ctx.engine) as connection:
            connection.execute(post.update().where(post.c.thread_id == late).values(muted=False))
        members.tick(team.ctx)
        membership = queries.card(team.ctx, late).incident
        assert membership is not None
        assert membership.joined
        for _ in range(3):
            clock.turn(minutes=2)
            members.tick(team.ctx)
        assert now(team, incident).standing.threads == 6


class TestClaimFive:
    def test_two_agents_at_once_get_different_ones_oldest_first(self, team: Team, clock: TurnedClock) -> None:
        incident = opened(team.ctx)
        numbers = []
        for number in range(1, 9):
            numbers.append(asked(team, number))
            clock.turn(minutes=1)
        members.tick(team.ctx)
        claim(team.ctx, EMMA, numbers[0])
        both = race([partial(claim_five, team.ctx, who, incident.id) for who in (ANNA, LARS)])
        taken = [number for some in both if isinstance(some, list) for number in some]
        assert sorted(taken) == numbers[1:]
        assert len(taken) == len(set(taken))
        assert all(isinstance(some, list) and some == sorted(some) for some in both)

    def test_second_tap_and_repeat_claim_nothing_more(self, team: Team, clock: TurnedClock) -> None:
        incident = opened(team.ctx)
        for number in range(12):
            asked(team, number)
        members.tick(team.ctx)
        once = replace(ANNA, idempotency_key="k1")
        assert len(claim_five(team.ctx, once, incident.id)) == 5
        again = partial(claim_five, team.ctx, replace(ANNA, idempotency_key="k2"), incident.id)
        assert refused(again) is RefusalCode.STILL_CLAIMING
        shown(team.ctx, ANNA, clock.now())
        clock.turn(minutes=1)
        assert refused(lambda: claim_five(team.ctx, once, incident.id)) is RefusalCode.REPEATED
        assert len(claim_five(team.ctx, replace(ANNA, idempotency_key="k3"), incident.id)) == 5

    def test_nothing_left_is_said(self, team: Team) -> None:
        incident = opened(team.ctx)
        assert refused(lambda: claim_five(team.ctx, ANNA, incident.id)) is RefusalCode.NOTHING_TO_CLAIM


class TestLine:
    def test_second_person_approves_what_they_read(self, team: Team) -> None:
        incident = opened(team.ctx)
        mine = line.propose(team.ctx, LEAD, incident.id, LINE)
        approve = partial(line.approve, team.ctx, LEAD, incident.id, mine.proposal)
        assert refused(approve) is RefusalCode.OWN_WORDS
        assert now(team, incident).incident.line == ""
        line.propose(team.ctx, ANNA, incident.id, f"{LINE} Tot later!")
        assert refused(approve) is RefusalCode.LINE_CHANGED
        last = now(team, incident).incident
        assert line.approve(team.ctx, LEAD, incident.id, last.proposal).line_approved_by == LEAD.id

    def test_whom_the_mandate_names_approves_it_and_who_configures_does_not(self, team: Team) -> None:
        incident = opened(team.ctx)
        mine = line.propose(team.ctx, ANNA, incident.id, LINE)
        changes = {"mandate": Mandate(approvers=(EMMA.id,)), "roles": Roles(configure=(LARS.id,))}
        desk = team.ctx.settings.desks[0].model_copy(update=changes)
        ctx = replace(team.ctx, settings=replace(team.ctx.settings, desks=(desk,)))
        approve = partial(line.approve, ctx, LARS, incident.id, mine.proposal)
        assert refused(approve) is RefusalCode.NOT_AN_APPROVER
        assert line.approve(ctx, EMMA, incident.id, mine.proposal).line_approved_by == EMMA.id

    def test_two_approvers_at_once_one_does(self, team: Team) -> None:
        desk = team.ctx.settings.desks[0].model_copy(update={"leads": (LEAD.id, EMMA.id)})
        team = Team(replace(team.ctx, settings=replace(team.ctx.settings, desks=(desk,))))
        incident = opened(team.ctx)
        mine = line.propose(team.ctx, ANNA, incident.id, LINE)
        both = race([partial(line.approve, team.ctx, who, incident.id, mine.proposal) for who in (LEAD, EMMA)])
        assert [one.code for one in both if isinstance(one, Refused)] == [RefusalCode.LINE_CHANGED]

    @pytest.mark.parametrize(("text", "used", "limit"), [("a" * 281, 281, 280), ("a" * 1201, 1201, 280)])
    def test_line_that_no_account_can_send_is_refused(self, team: Team, text: str, used: int, limit: int) -> None:
        incident = opened(team.ctx)
        line.propose(team.ctx, ANNA, incident.id, "a" * 280)
        with pytest.raises(Refused) as refusal:
            line.propose(team.ctx, ANNA, incident.id, text)
        assert (refusal.value.code, refusal.value.details) == (
            RefusalCode.LINE_TOO_LONG,
            {"used": used, "limit": limit},
        )

    @pytest.mark.parametrize(("length", "used"), [(500, 532), (469, 501), (468, None)])
    def test_line_leaves_room_for_a_name_in_front(self, team: Team, length: int, used: int | None) -> None:
        mastodon = MastodonAccount("acme@example.social", access_token="t", api_url="", now=team.ctx.clock.now)
        with closing(mastodon):
            ctx = replace(team.ctx, accounts={X: mastodon})
            incident = opened(ctx)
            if used is None:
                assert line.propose(ctx, ANNA, incident.id, "a" * length).proposed == "a" * length
                assert mastodon.count(Outgoing("a" * length, to="n" * 30 + "@elders.social")).used == 500
                return
            with pytest.raises(Refused) as refusal:
                line.propose(ctx, ANNA, incident.id, "a" * length)
            assert refusal.value.details == {"used": used, "limit": 500}

    def test_line_is_no_longer_than_its_message_shows(self, team: Team) -> None:
        without = replace(team.ctx, accounts={})
        incident = opened(without)
        line.propose(without, ANNA, incident.id, "a" * 1200)
        assert refused(lambda: line.propose(without, ANNA, incident.id, "a" * 1201)) is RefusalCode.LINE_TOO_LONG

    def test_only_a_lead_takes_away_what_two_agreed_or_a_colleague_wrote(self, team: Team) -> None:
        incident = opened(team.ctx)
        line.propose(team.ctx, ANNA, incident.id, LINE)
        empty = partial(line.propose, team.ctx, EMMA, incident.id, "")
        assert refused(empty) is RefusalCode.LEADS_ONLY
        line.propose(team.ctx, ANNA, incident.id, "")
        agreed(team.ctx, incident)
        assert refused(empty) is RefusalCode.LEADS_ONLY
        assert now(team, incident).incident.line == LINE
        gone = line.propose(team.ctx, LEAD, incident.id, "")
        assert (gone.line, gone.line_by, gone.line_approved_by, gone.line_at) == ("", None, None, None)

    def test_form_from_before_a_colleagues_line_replaces_nothing(self, team: Team) -> None:
        incident = opened(team.ctx)
        seen = incident.words_now
        mine = line.propose(team.ctx, ANNA, incident.id, LINE, seen=seen)
        late = partial(line.propose, team.ctx, EMMA, incident.id, "Alles rijdt weer.")
        assert refused(partial(late, seen=seen)) is RefusalCode.LINE_CHANGED
        line.approve(team.ctx, LEAD, incident.id, mine.proposal)
        assert refused(partial(late, seen=mine.words_now)) is RefusalCode.LINE_CHANGED
        assert late(seen=now(team, incident).incident.words_now).proposed == "Alles rijdt weer."

    def test_reply_form_begins_with_the_line_and_it_must_be_made_personal(self, team: Team) -> None:
        incident = opened(team.ctx)
        number = asked(team, 1)
        members.tick(team.ctx)
        line.propose(team.ctx, ANNA, incident.id, LINE)
        assert reply.draft(team.ctx, ANNA, number).text == ""
        agreed(team.ctx, incident)
        draft = reply.draft(team.ctx, ANNA, number)
        assert (draft.text, draft.line and draft.line.incident.id) == (LINE, incident.id)
        for same in (LINE, f"Hoi Klant! {LINE}", f"{LINE} ^AB"):
            assert refused(partial(team.answer, number, same)) is RefusalCode.NOT_PERSONAL
        team.answer(number, PERSONAL)

    def test_line_from_before_cannot_be_sent_as_it_stood(self, team: Team) -> None:
        incident = opened(team.ctx)
        number = asked(team, 1)
        members.tick(team.ctx)
        agreed(team.ctx, incident)
        line.propose(team.ctx, LEAD, incident.id, "")
        assert reply.draft(team.ctx, ANNA, number).line is None
        assert refused(lambda: team.answer(number, LINE)) is RefusalCode.NOT_PERSONAL

    def test_replies_that_share_the_line_are_no_accident_and_the_same_words_are(self, team: Team) -> None:
        incident = opened(team.ctx)
        first, second, third = (asked(team, number) for number in (1, 2, 3))
        members.tick(team.ctx)
        agreed(team.ctx, incident)
        same = f"{LINE} Sterkte vanavond!"
        team.answer(first, same)
        assert refused(lambda: team.answer(second, same)) is RefusalCode.UNCONFIRMED
        team.answer(second, f"{LINE} Reis via Gouda.")
        members.leave(team.ctx, ANNA, third)
        assert refused(lambda: team.answer(third, f"{LINE} Er rijden bussen!")) is RefusalCode.UNCONFIRMED

    def test_line_of_before_does_not_hold_once_it_is_solved(self, team: Team) -> None:
        incident = opened(team.ctx)
        number = asked(team, 1)
        members.tick(team.ctx)
        agreed(team.ctx, incident)
        usecase.solve(team.ctx, LEAD, incident.id)
        assert reply.draft(team.ctx, ANNA, number).text == ""


class TestForgetting:
    def test_erased_customer_leaves_a_number(self, team: Team) -> None:
        incident = opened(team.ctx)
        number = asked(team, 1)
        members.tick(team.ctx)
        erase.erase(team.ctx, "klant1")
        shown = now(team, incident)
        assert (shown.standing.threads, shown.standing.untold, shown.untold) == (1, 0, ())
        assert [event.data for event in team.events(number) if event.kind == "joined_incident"] == [
            {"incident": incident.id, "name": None}
        ]

    def test_old_threads_take_a_closed_incident_along(self, team: Team, clock: TurnedClock) -> None:
        incident = opened(team.ctx)
        number = asked(team, 1)
        members.tick(team.ctx)
        team.arrive(team.answer(number, PERSONAL))
        usecase.close(team.ctx, LEAD, incident.id)
        clock.turn(days=800)
        retention.tick(team.ctx)
        clock.turn(hours=2)
        retention.tick(team.ctx)
        for table in ("incident", "incident_thread", "incident_event", "thread"):
            assert team.rows(f"SELECT * FROM {table}") == [], table  # noqa: S608
