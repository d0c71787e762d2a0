"""Product feedback: once a week by label, with what was done about it, and nobody named in public."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.delivery.renderers import common
from bot.delivery.renderers import reports as renderer
from bot.domain.cases.mention import Author
from bot.domain.common.errors import RefusalCode, Refused
from bot.platform.i18n import translator
from bot.settings.config import LabelConfig
from bot.usecases.cases import label, merge, not_urgent
from bot.usecases.desk.context import Context
from bot.usecases.privacy import erase
from bot.usecases.reports import feedback, standup
from bot.views.reports import feedback as view
from storage import outbox
from storage.engine import reading
from tests.support.acting import send, whole_bot
from tests.support.bench import Bench, restarted, webcare
from tests.support.cast import ANNA, LARS, LEAD
from tests.support.clock import TurnedClock
from tests.support.samples import fine
from tests.support.team import Team

MONDAY = date(2026, 11, 16)
EN = translator("en")
LABELS = tuple(LabelConfig(name=name) for name in ("Delivery", "App", "Price"))

sqlite_alone = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def telling(ctx: Context) -> Context:
    desk = ctx.settings.desks[0].model_copy(update={"labels": LABELS, "feedback_channel": "C0PRESS"})
    return replace(ctx, settings=replace(ctx.settings, desks=(desk,)))


@pytest.fixture
def desk(ctx: Context, clock: TurnedClock) -> Team:
    clock.at = datetime(2026, 11, 10, 12, tzinfo=UTC)
    team = Team(telling(ctx))
    standup.begin(team.ctx)
    return team


def labelled(team: Team, handle: str, words: str, name: str = "Delivery") -> int:
    number = team.write(words, conversation=handle, author=Author(handle, handle, f"{handle} jansen", 1))
    label.label(team.ctx, ANNA, number, name)
    return number


def week(team: Team) -> str:
    """What the digest of that week shows."""
    with reading(team.ctx.engine) as connection:
        item = outbox.get(connection, f"feedback:Support:{MONDAY}")
    assert item is not None
    renderers = common.Renderers()
    renderer.register(renderers)
    shown = renderers.render(team.ctx, item)
    assert shown is not None
    assert shown.channel == "C0PRESS"
    return fine(shown.message)


class TestOnceAWeek:
    def test_digest_is_wanted_once_on_the_first_working_day_whatever_runs(self, desk: Team, clock: TurnedClock) -> None:
        clock.at = datetime(2026, 11, 18, 12, tzinfo=UTC)
        labelled(desk, "eva", "De bezorger kwam niet")
        clock.at = datetime(2026, 11, 23, 7, 59, 59, tzinfo=UTC)
        assert feedback.tick(desk.ctx) == 0
        clock.turn(seconds=1)
        assert [feedback.tick(desk.ctx), feedback.tick(desk.ctx)] == [1, 0]
        clock.turn(days=2)
        assert feedback.tick(desk.ctx) == 0
        assert desk.wanted("feedback") == ["feedback:Support:2026-11-16"]

    def test_outage_over_monday_is_followed_by_the_week_and_none_before(self, desk: Team, clock: TurnedClock) -> None:
        labelled(desk, "jan", "Te laat")
        clock.at = datetime(2026, 11, 18, 12, tzinfo=UTC)
        labelled(desk, "eva", "De bezorger kwam niet")
        clock.at = datetime(2026, 11, 26, 12, tzinfo=UTC)
        assert feedback.tick(desk.ctx) == 1
        assert desk.wanted("feedback") == ["feedback:Support:2026-11-16"]

    @pytest.mark.parametrize("why", ["nothing labelled", "no channel", "began later"])
    def test_nothing_is_sent_when_there_is_nothing_to_tell(self, ctx: Context, clock: TurnedClock, why: str) -> None:
        clock.at = datetime(2026, 11, 18, 12, tzinfo=UTC)
        team = Team(telling(ctx))
        if why != "began later":
            standup.begin(team.ctx)
        if why != "nothing labelled":
            labelled(team, "eva", "De bezorger kwam niet")
        if why == "no channel":
            quiet = team.ctx.settings.desks[0].model_copy(update={"feedback_channel": None})
            team = Team(replace(team.ctx, settings=replace(team.ctx.settings, desks=(quiet,))))
        clock.at = datetime(2026, 11, 24, 12, tzinfo=UTC)
        assert feedback.tick(team.ctx) == 0


class TestWhatItSays:
    @pytest.fixture
    def told(self, desk: Team, clock: TurnedClock) -> Team:
        labelled(desk, "oud", "Vorige week al")
        clock.at = datetime(2026, 11, 18, 12, tzinfo=UTC)
        labelled(desk, "eva", "@acme de bezorger kwam niet, @postvandaag zegt niets")
        for handle in ("piet", "kees", "mien"):
            labelled(desk, handle, f"<!channel> *pakket* {handle}", "Delivery")
        labelled(desk, "app", "De app valt uit", "App")
        clock.at = datetime(2026, 11, 23, 12, tzinfo=UTC)
        feedback.tick(desk.ctx)
        return desk

    def test_labels_are_counted_against_the_week_before_with_three_quotes_each(self, told: Team) -> None:
        said = week(told)
        assert "*Delivery* · *4*, the week before 1" in said
        assert "*App* · *1*, the week before 0" in said
        assert said.count("↗") == 4, "three of Delivery and one of App"
        assert "https://x.com/klant/status/" in said

    def test_quotes_name_nobody_and_ring_nobody(self, told: Team) -> None:
        said = week(told)
        assert "postvandaag" not in said
        assert "@acme" not in said
        assert "<!channel>" not in said

    def test_erased_customer_is_counted_and_no_longer_quoted(self, told: Team) -> None:
        assert "mien" in week(told)
        erase.erase(told.ctx, "mien")
        said = week(told)
        assert "mien" not in said
        assert "*Delivery* · *4*" in said

    def test_merged_threads_are_one(self, desk: Team, clock: TurnedClock) -> None:
        clock.at = datetime(2026, 11, 18, 12, tzinfo=UTC)
        eva = Author("eva", "eva", "Eva", 1)
        one = desk.write("De bezorger kwam niet", conversation="a", author=eva)
        two = desk.write("Nog steeds niet", conversation="b", author=eva)
        for number in (one, two):
            label.label(desk.ctx, ANNA, number, "Delivery")
        merge.merge(desk.ctx, ANNA, two, one)
        clock.at = datetime(2026, 11, 23, 12, tzinfo=UTC)
        feedback.tick(desk.ctx)
        assert "*Delivery* · *1*" in week(desk)


class TestWhatWeDid:
    @pytest.fixture
    def told(self, desk: Team, clock: TurnedClock) -> Team:
        clock.at = datetime(2026, 11, 18, 12, tzinfo=UTC)
        labelled(desk, "zqplant", "De bezorger belde niet eens aan bij ons")
        clock.at = datetime(2026, 11, 23, 12, tzinfo=UTC)
        feedback.tick(desk.ctx)
        return desk

    def test_line_stands_in_the_digest_and_in_the_public_list_with_who_and_when(self, told: Team) -> None:
        feedback.improve(told.ctx, LEAD, "Support", "Delivery", MONDAY, "Eerste versie")
        feedback.improve(told.ctx, ANNA, "Support", "Delivery", MONDAY, "Parcels now show <b>where</b> they are")
        said = week(told)
        assert "What we did: Parcels now show &lt;b&gt;where&lt;/b&gt; they are (<@U0ANNA>)" in said
        assert "Eerste versie" not in said
        first = told.rows('SELECT text, "by" FROM improvement ORDER BY id')[0]
        assert (first["text"], first["by"]) == ("Eerste versie", LEAD.id)
        public = view.public("Support", feedback.public(told.ctx, told.ctx.settings.desks[0], None, None), EN)
        assert (
            "## Delivery\n\nYou said it 1 time.\n\n- We did: Parcels now show \\<b\\>where\\</b\\> they are" in public
        )
        assert "U0ANNA" not in public

    def test_empty_line_takes_it_back(self, told: Team) -> None:
        feedback.improve(told.ctx, LEAD, "Support", "Delivery", MONDAY, "Iets")
        feedback.improve(told.ctx, LEAD, "Support", "Delivery", MONDAY, "  ")
        assert "What we did" not in week(told)

    @pytest.mark.parametrize(
        "line",
        [
            "Dank je @iemand voor het melden",
            "ZQPLANT wees ons erop",
            "Op verzoek van Zqplant Jansen doen we dit",
            "Wie zei: 'de bezorger belde niet eens aan!' krijgt een bericht",
        ],
    )
    def test_line_with_a_customers_handle_name_or_words_is_refused(self, told: Team, line: str) -> None:
        with pytest.raises(Refused) as refused:
            feedback.improve(told.ctx, LEAD, "Support", "Delivery", MONDAY, line)
        assert refused.value.code is RefusalCode.NAMES_CUSTOMER
        assert not told.rows("SELECT id FROM improvement")

    def test_line_is_for_those_who_may_configure(self, told: Team) -> None:
        settings = told.ctx.settings
        roles = settings.desks[0].roles.model_copy(update={"configure": (ANNA.id,)})
        desk = settings.desks[0].model_copy(update={"roles": roles})
        ctx = replace(told.ctx, settings=replace(settings, desks=(desk,)))
        with pytest.raises(Refused) as refused:
            feedback.improve(ctx, LARS, "Support", "Delivery", MONDAY, "Iets")
        assert refused.value.code is RefusalCode.NOT_ALLOWED
        feedback.improve(ctx, ANNA, "Support", "Delivery", MONDAY, "Iets")


@sqlite_alone
class TestInSlack:
    @pytest.fixture
    def posted(self, bench: Bench, clock: TurnedClock) -> Bench:
        """A desk whose digest stands in the other channel, with what @zqplant wrote."""
        clock.at = datetime(2026, 11, 18, 12, tzinfo=UTC)
        later = restarted(bench, labels=LABELS, feedback_channel="C0PRESS")
        standup.begin(later.ctx)
        label.label(later.ctx, ANNA, later.mention("@acme de bus kwam niet", by="zqplant"), "Delivery")
        clock.at = datetime(2026, 11, 23, 12, tzinfo=UTC)
        feedback.tick(later.ctx)
        later.finish()
        return later

    def test_button_opens_the_form_and_the_digest_shows_what_was_saved(self, posted: Bench, database_url: str) -> None:
        (digest,) = posted.channel("C0PRESS")
        (button,) = [block["accessory"] for block in digest.blocks or () if "accessory" in block]
        with whole_bot(posted, database_url) as app:
            send(posted, app, type="block_actions", channel={"id": "C0PRESS"}, actions=[button])
            (opened,) = posted.sandbox.slack.views(ANNA.id)
            for words, refused in (("Dank @eva", True), ("Bussen rijden weer", False)):
                state = {"values": {"improvement": {"improvement": {"type": "plain_text_input", "value": words}}}}
                answer = send(posted, app, type="view_submission", view=opened | {"state": state})
                assert ("errors" in str(answer)) is refused
        posted.finish()
        assert "What we did: Bussen rijden weer" in str(posted.channel("C0PRESS")[0].blocks)

    def test_erased_customer_leaves_it(self, posted: Bench) -> None:
        assert "de bus kwam niet" in str(posted.channel("C0PRESS")[0].blocks)
        erase.erase(posted.ctx, "zqplant")
        posted.finish()
        shown = str(posted.channel("C0PRESS")[0].blocks)
        assert "de bus kwam niet" not in shown
        assert "*Delivery*" in shown


def test_export_writes_the_public_list_in_the_desks_language(bench: Bench) -> None:
    later = restarted(bench, labels=LABELS)
    number = later.mention("@acme de bezorger belde niet eens aan", by="zqplant")
    label.label(later.ctx, ANNA, number, "Delivery")
    feedback.improve(later.ctx, LEAD, "Support", "Delivery", MONDAY, "Bellen hoort er nu bij")
    done = webcare(later, "export", "feedback")
    assert done.exit_code == 0
    assert done.output.startswith("# ")
    assert "## Delivery" in done.output
    assert "Bellen hoort er nu bij" in done.output
    assert "zqplant" not in done.output
    assert "bezorger" not in done.output


def test_month_so_far_has_labels_and_how_often_signals_were_right(desk: Team, clock: TurnedClock) -> None:
    for number, handle in enumerate(("eva", "jan", "piet", "kees")):
        thread = labelled(desk, handle, "Dit is al de derde keer dat ik het vraag", "App" if number else "Price")
        if handle == "kees":
            not_urgent.decline(desk.ctx, ANNA, thread)
    clock.turn(days=1)
    month = standup.standup_of(desk.ctx, desk.ctx.settings.desks[0], date(2026, 11, 10)).month
    assert month.labels == {"App": 3, "Price": 1}
    (hits,) = month.signals
    assert (hits.kind, hits.shown, hits.declined, hits.rate) == ("repeated", 4, 1, 0.75)
    clock.turn(days=31)
    assert standup.standup_of(desk.ctx, desk.ctx.settings.desks[0], date(2026, 12, 10)).month.labels == {}
