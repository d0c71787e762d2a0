"""Labels: what a thread is about, set and taken off by several people, and the targets that go by it."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from bot.domain.cases.mention import Author
from bot.domain.common.errors import RefusalCode, Refused
from bot.platform.i18n import translator
from bot.settings.config import LabelConfig, TargetsFor
from bot.usecases.cases import label, merge, queries, why
from bot.usecases.cases.close import close
from bot.usecases.desk.context import Context
from bot.usecases.privacy import erase, retention
from bot.usecases.reports import export
from bot.views.cases.why import message
from tests.support.cast import ANNA, LARS
from tests.support.clock import TurnedClock
from tests.support.samples import fine
from tests.support.team import Team
from tests.support.together import race

MINUTE = timedelta(minutes=1)
NAMES = ("Storing", "Lost parcel", "Compliment", "Café")
URGENT = {"label": "Storing", "first_response": "20m", "next_response": "30m"}
SLOW = {"label": "Compliment", "first_response": "4h"}


def with_labels(ctx: Context, *rules: dict[str, str], names: tuple[str, ...] = NAMES) -> Context:
    changed = {
        "labels": tuple(LabelConfig(name=name) for name in names),
        "targets_for": tuple(TargetsFor.model_validate(rule) for rule in rules),
    }
    desk = ctx.settings.desks[0].model_copy(update=changed)
    return replace(ctx, settings=replace(ctx.settings, desks=(desk,)))


@pytest.fixture
def desk(ctx: Context) -> Team:
    return Team(with_labels(ctx))


@pytest.fixture
def with_rules(ctx: Context) -> Team:
    return Team(with_labels(ctx, URGENT, SLOW))


def labels(team: Team, number: int) -> tuple[str, ...]:
    return queries.card(team.ctx, number).labels


class TestSettingALabel:
    @pytest.mark.parametrize("typed", ["Storing", "storing", "  STORING "])
    def test_label_is_meant_whatever_its_case_and_stands_in_the_timeline(self, desk: Team, typed: str) -> None:
        number = desk.write()
        done = label.label(desk.ctx, ANNA, number, typed)
        assert (done.name, done.changed, labels(desk, number)) == ("Storing", True, ("Storing",))
        line = desk.events(number)[-1]
        assert (line.kind, line.actor, line.data) == ("labelled", ANNA.id, {"label": "Storing"})

    def test_label_that_is_there_already_is_said_and_writes_nothing(self, desk: Team) -> None:
        number = desk.write()
        label.label(desk.ctx, ANNA, number, "cafe")
        assert not label.label(desk.ctx, LARS, number, "Café").changed
        assert desk.kinds(number).count("labelled") == 1

    @pytest.mark.parametrize(
        ("typed", "near"), [("storng", "Storing"), ("lostparcel", "Lost parcel"), ("complimet", "Compliment")]
    )
    def test_unknown_name_is_refused_with_the_nearest_one(self, desk: Team, typed: str, near: str) -> None:
        number = desk.write()
        with pytest.raises(Refused) as refused:
            label.label(desk.ctx, ANNA, number, typed)
        assert (refused.value.code, refused.value.details["nearest"]) == (RefusalCode.UNKNOWN_LABEL, near)
        assert labels(desk, number) == ()

    def test_desk_without_labels_says_so(self, team: Team) -> None:
        with pytest.raises(Refused) as refused:
            label.label(team.ctx, ANNA, team.write(), "Storing")
        assert refused.value.code is RefusalCode.NO_LABELS

    def test_two_agents_at_once_set_it_once(self, desk: Team) -> None:
        number = desk.write()
        both = [partial(label.label, desk.ctx, who, number, "Storing") for who in (ANNA, LARS)]
        said = [one for one in race(both) if isinstance(one, label.Labelled)]
        assert sorted(done.changed for done in said) == [False, True]
        assert desk.kinds(number).count("labelled") == 1

    def test_same_request_again_changes_nothing(self, desk: Team) -> None:
        number = desk.write()
        once = replace(ANNA, idempotency_key="k1")
        label.label(desk.ctx, once, number, "Storing")
        label.unlabel(desk.ctx, LARS, number, "Storing")
        with pytest.raises(Refused) as refused:
            label.label(desk.ctx, once, number, "Storing")
        assert (refused.value.code, labels(desk, number)) == (RefusalCode.REPEATED, ())

    def test_closed_thread_can_be_labelled_and_an_erased_or_merged_one_cannot(self, desk: Team) -> None:
        number, into = desk.write(), desk.write(conversation="c2")
        close(desk.ctx, ANNA, number, "spam")
        assert label.label(desk.ctx, ANNA, number, "Storing").changed
        third = desk.write(conversation="c3")
        merge.merge(desk.ctx, ANNA, third, into)
        with pytest.raises(Refused) as merged:
            label.label(desk.ctx, ANNA, third, "Storing")
        erase.erase(desk.ctx, desk.thread(number).customer_handle)
        with pytest.raises(Refused) as erased:
            label.label(desk.ctx, ANNA, number, "Compliment")
        assert (merged.value.code, erased.value.code) == (RefusalCode.MERGED, RefusalCode.ERASED)

    def test_label_comes_off_also_when_the_desk_no_longer_has_it(self, desk: Team) -> None:
        number = desk.write()
        label.label(desk.ctx, ANNA, number, "Storing")
        without = with_labels(desk.ctx, names=("Other",))
        assert label.unlabel(without, LARS, number, "storing").changed
        assert not label.unlabel(desk.ctx, LARS, number, "Storing").changed
        assert (labels(desk, number), desk.kinds(number)[-1]) == ((), "unlabelled")

    def test_form_changes_what_was_ticked_and_leaves_what_a_colleague_did(self, desk: Team) -> None:
        number = desk.write()
        label.label(desk.ctx, ANNA, number, "Storing")
        shown = label.offered(desk.ctx, ANNA, number)
        assert (shown.of_thread, shown.offered) == (("Storing",), NAMES)
        label.label(desk.ctx, LARS, number, "Café")
        label.change_all(desk.ctx, replace(ANNA, idempotency_key="k"), number, ["Lost parcel"], ["Storing"])
        assert set(labels(desk, number)) == {"Café", "Lost parcel"}


class TestLikelyOnes:
    def test_label_of_earlier_posts_with_these_words_is_offered_first(self, desk: Team) -> None:
        known, stranger = desk.write("mijn pakket is weg"), Author("2", "other", "Other", 0)
        label.label(desk.ctx, ANNA, known, "Lost parcel")
        new = desk.write("ook mijn pakket kwijt", author=stranger, conversation="c2")
        assert queries.card(desk.ctx, new).desk_labels == ("Lost parcel", "Storing", "Compliment", "Café")
        assert labels(desk, new) == ()
        erase.erase(desk.ctx, desk.thread(known).customer_handle)
        assert queries.card(desk.ctx, new).desk_labels == NAMES


class TestTargets:
    def test_rule_of_the_label_holds_from_then_on_and_is_named(self, with_rules: Team, clock: TurnedClock) -> None:
        number, since = with_rules.write(), clock.at
        clock.turn(minutes=5)
        label.label(with_rules.ctx, ANNA, number, "Storing")
        assert with_rules.thread(number).due_at == since + 20 * MINUTE
        shown = fine(message(why.why(with_rules.ctx, ANNA, number), translator("en")))
        assert "target for the label “Storing”" in shown
        assert "labelled it “Storing”, so it is due by" in shown
        written = io.StringIO()
        export.export_waits(with_rules.ctx, written, "jsonl", since=None, until=None)
        assert json.loads(written.getvalue())["target_rule"] == "label=Storing"

    def test_nobody_is_late_before_the_label_was_set(self, with_rules: Team, clock: TurnedClock) -> None:
        number = with_rules.write()
        clock.turn(minutes=45)
        label.label(with_rules.ctx, ANNA, number, "Storing")
        assert with_rules.thread(number).due_at == clock.at

    def test_what_is_late_stays_late(self, with_rules: Team, clock: TurnedClock) -> None:
        number = with_rules.write()
        due = with_rules.thread(number).due_at
        clock.turn(minutes=61)
        label.label(with_rules.ctx, ANNA, number, "Compliment")
        assert with_rules.thread(number).due_at == due

    def test_taking_it_off_does_not_lengthen_a_wait_but_takes_back_a_longer_one(
        self, with_rules: Team, clock: TurnedClock
    ) -> None:
        urgent, slow, since = with_rules.write(), with_rules.write(conversation="c2"), clock.at
        label.label(with_rules.ctx, ANNA, urgent, "Storing")
        label.label(with_rules.ctx, ANNA, slow, "Compliment")
        assert with_rules.thread(slow).due_at == since + 240 * MINUTE
        for number, name in ((urgent, "Storing"), (slow, "Compliment")):
            label.unlabel(with_rules.ctx, ANNA, number, name)
        assert with_rules.thread(urgent).due_at == since + 20 * MINUTE
        assert with_rules.thread(slow).due_at == since + 60 * MINUTE

    def test_next_wait_goes_by_the_labels_of_that_time(self, with_rules: Team, clock: TurnedClock) -> None:
        number = with_rules.write()
        with_rules.arrive(with_rules.answer(number))
        label.label(with_rules.ctx, ANNA, number, "Storing")
        with_rules.write("en nu?")
        assert with_rules.thread(number).due_at == clock.at + 30 * MINUTE

    def test_what_was_not_answered_goes_on_by_the_label_as_well(self, with_rules: Team, clock: TurnedClock) -> None:
        number = with_rules.write()
        label.label(with_rules.ctx, ANNA, number, "Storing")
        answer = with_rules.answer(number)
        clock.turn(minutes=1)
        with_rules.write("en nog iets")
        with_rules.arrive(answer)
        assert with_rules.thread(number).due_at == clock.at + 30 * MINUTE

    def test_label_set_with_a_reply_moves_no_deadline(self, with_rules: Team, clock: TurnedClock) -> None:
        number = with_rules.write()
        due = with_rules.thread(number).due_at
        clock.turn(minutes=45)
        answer = with_rules.answer(number, label_="Storing")
        assert (labels(with_rules, number), with_rules.thread(number).due_at) == (("Storing",), due)
        with_rules.arrive(answer)
        with_rules.write("en nu?")
        assert with_rules.thread(number).due_at == clock.at + 30 * MINUTE

    def test_label_that_the_desk_no_longer_has_stops_no_reply(self, desk: Team) -> None:
        number = desk.write()
        desk.arrive(desk.answer(number, label_="gone since"))
        assert (labels(desk, number), desk.kinds(number)[-1]) == ((), "sent")

    def test_other_changes_of_the_file_are_not_taken_over(self, with_rules: Team, clock: TurnedClock) -> None:
        number = with_rules.write()
        due = with_rules.thread(number).due_at
        (desk,) = with_rules.ctx.settings.desks
        shorter = desk.model_copy(update={"targets": desk.targets.model_copy(update={"first_response": 5 * MINUTE})})
        ctx = replace(with_rules.ctx, settings=replace(with_rules.ctx.settings, desks=(shorter,)))
        label.label(ctx, ANNA, number, "Café")
        assert with_rules.thread(number).due_at == due


class TestWhereTheyStay:
    def test_merged_thread_has_those_of_both_and_a_split_gives_each_its_own(self, desk: Team) -> None:
        one, other = desk.write(), desk.write(conversation="c2")
        label.label(desk.ctx, ANNA, one, "Storing")
        label.label(desk.ctx, ANNA, other, "Café")
        merge.merge(desk.ctx, ANNA, one, other)
        assert set(labels(desk, other)) == {"Storing", "Café"}
        label.label(desk.ctx, ANNA, other, "Compliment")
        merge.split(desk.ctx, ANNA, one)
        assert (labels(desk, one), set(labels(desk, other))) == (("Storing",), {"Café", "Compliment"})

    def test_label_that_was_taken_off_a_merged_thread_does_not_come_back(self, desk: Team) -> None:
        one, other = desk.write(), desk.write(conversation="c2")
        label.label(desk.ctx, ANNA, one, "Storing")
        merge.merge(desk.ctx, ANNA, one, other)
        label.unlabel(desk.ctx, ANNA, other, "Storing")
        merge.split(desk.ctx, ANNA, one)
        assert (labels(desk, one), labels(desk, other)) == ((), ())

    def test_chain_of_merges_comes_apart_in_any_order(self, desk: Team) -> None:
        first, second, third = (desk.write(conversation=f"c{n}") for n in range(3))
        label.label(desk.ctx, ANNA, first, "Storing")
        label.label(desk.ctx, ANNA, second, "Storing")
        label.label(desk.ctx, ANNA, second, "Café")
        merge.merge(desk.ctx, ANNA, first, second)
        merge.merge(desk.ctx, ANNA, second, third)
        assert set(labels(desk, third)) == {"Storing", "Café"}
        merge.split(desk.ctx, ANNA, second)
        assert (set(labels(desk, second)), labels(desk, third)) == ({"Storing", "Café"}, ("Storing",))
        merge.split(desk.ctx, ANNA, first)
        assert (labels(desk, first), labels(desk, third)) == (("Storing",), ())

    def test_erasure_leaves_them_with_the_number_and_retention_takes_them(self, desk: Team, clock: TurnedClock) -> None:
        number = desk.write()
        label.label(desk.ctx, ANNA, number, "Storing")
        erase.erase(desk.ctx, desk.thread(number).customer_handle)
        assert labels(desk, number) == ("Storing",)
        assert [line.data for line in desk.events(number) if line.kind == "labelled"] == [{"label": "Storing"}]
        clock.turn(days=500)
        assert retention.tick(desk.ctx) == 1
        assert desk.rows("SELECT * FROM label") == []

    @pytest.mark.parametrize(("form", "shown"), [("csv", "Café, Storing"), ("jsonl", '["Café", "Storing"]')])
    def test_export_has_them_with_every_line(self, desk: Team, form: export.Format, shown: str) -> None:
        number = desk.write()
        label.label(desk.ctx, ANNA, number, "Storing")
        label.label(desk.ctx, ANNA, number, "Café")
        written = io.StringIO()
        export.export(desk.ctx, written, form, since=None, until=None)
        assert written.getvalue().count(shown) == len(desk.events(number))

    def test_list_is_narrowed_to_one_label(self, desk: Team) -> None:
        labelled, _ = desk.write(), desk.write(conversation="c2")
        label.label(desk.ctx, ANNA, labelled, "Storing")
        name, found = queries.waiting_with_label(desk.ctx, desk.ctx.settings.desks[0], "storing")
        assert (name, [row.thread.id for row in found.threads], found.total) == ("Storing", [labelled], 1)
        assert found.threads[0].labels == ("Storing",)
