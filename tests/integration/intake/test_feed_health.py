"""A network that fails or is unusually silent is told once, and once more when it is back."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.networks.base import Fetched, NetworkError, NotDone, OwnPosts, Rejected
from bot.runtime import jobs
from bot.usecases.intake import feed_health, ingest
from storage.engine import DatabaseError, transaction
from storage.intake import feeds
from tests.support.bench import Bench
from tests.support.cast import X
from tests.support.team import Served, Team
from tests.support.together import together

AWAY = NotDone("no answer", 5)


@dataclass
class Watched:
    """The desk with a network whose answers the test sets."""

    bench: Bench
    network: Served
    team: Team

    def hours(self, number: float, answer: Fetched | NetworkError | None = None) -> int:
        """Poll and check every quarter of an hour; return how many notices there were."""
        return self.minutes(int(number * 4), answer, step=15)

    def minutes(self, number: int, answer: Fetched | Exception | None = None, *, step: int = 1) -> int:
        """Poll and check so many times, once a minute; return how many notices there were."""
        if answer is not None:
            self.network.fetched = answer
        desk = self.team.ctx.settings.desks[0]
        said = 0
        for _ in range(number):
            self.bench.clock.turn(minutes=step)
            ingest.poll(self.team.ctx, desk, desk.networks[0])
            said += feed_health.tick(self.team.ctx)
        return said

    def hears(self, *ago: timedelta) -> None:
        """Receive mentions that were posted so long ago."""
        at = self.bench.clock.now()
        self.team.receive(*(self.team.mention(posted_at=at - each) for each in ago))

    @property
    def texts(self) -> list[str]:
        """What the channel was told about the network, oldest first."""
        self.bench.deliver(turns=4)
        return [message.text for message in self.bench.messages() if "@acme" in message.text]


@pytest.fixture
def watched(bench: Bench) -> Watched:
    network = Served(bench.ctx.accounts[X])
    watched = Bench(replace(bench.ctx, accounts={X: network}), bench.sandbox, bench.clock)
    return Watched(watched, network, watched.team)


def test_failing_network_is_told_once_and_once_when_back(watched: Watched) -> None:
    assert watched.minutes(5, Fetched((), "1")) == 0
    assert watched.minutes(3, AWAY) == 0, "two minutes and no more"
    assert watched.minutes(1) == 1
    assert watched.minutes(59) == 0
    assert watched.minutes(1, Fetched((), "1")) == 1
    assert watched.minutes(30) == 0
    failed, back = watched.texts
    assert "has not been readable" in failed
    assert "the desk keeps trying" in failed
    assert "can be read again" in back
    assert "1 hr 3 min" in back


def test_one_failure_is_no_news(watched: Watched) -> None:
    for _ in range(5):
        assert watched.minutes(2, AWAY) == 0
        assert watched.minutes(1, Fetched((), "1")) == 0


def test_seldom_polled_network_may_fail_three_polls(watched: Watched) -> None:
    desk = watched.team.ctx.settings.desks[0]
    slow = desk.networks[0].model_copy(update={"poll_every": timedelta(minutes=10)})
    desks = (desk.model_copy(update={"networks": (slow,)}),)
    watched.team.ctx = replace(watched.team.ctx, settings=replace(watched.team.ctx.settings, desks=desks))
    assert watched.minutes(31, AWAY) == 0
    assert watched.minutes(1) == 1


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (Rejected("credentials", "401"), "create new ones"),
        (Rejected("credits", "402"), "top it up"),
        (Rejected("forbidden", "403"), "does not let us read"),
        (NotDone("429", 60, "rate_limited"), "allows no more requests"),
        (AWAY, "keeps trying"),
        (Rejected("invalid", "400"), "in the log"),
    ],
)
def test_advice_depends_on_why_it_fails(watched: Watched, error: NetworkError, advice: str) -> None:
    watched.minutes(6, error)
    (text,) = watched.texts
    assert advice in text


def test_unstored_mentions_are_told_too(watched: Watched) -> None:
    watched.network.fetched = Fetched((watched.team.mention(),), "1")
    watched.team.allow_no_lines()
    for _ in range(10):
        with pytest.raises(DatabaseError, match="no lines"):
            watched.minutes(1)
        feed_health.tick(watched.team.ctx)
    (text,) = watched.texts
    assert "in the log" in text


@pytest.mark.parametrize(
    "fault", [KeyError("data"), RecursionError(), ValueError("odd")], ids=lambda fault: type(fault).__name__
)
def test_fetch_that_fails_by_our_own_fault_is_told_once(watched: Watched, fault: Exception) -> None:
    watched.minutes(1, Fetched((), "1"))
    for _ in range(10):
        with pytest.raises(type(fault)):
            watched.minutes(1, fault)
        feed_health.tick(watched.team.ctx)
    watched.minutes(1, Fetched((), "1"))
    failed, back = watched.texts
    assert "in the log" in failed
    assert "can be read again" in back


def hang(watched: Watched) -> None:
    """Reserve the feed as a process does that then waits for an answer."""
    at = watched.bench.clock.now()
    with transaction(watched.team.ctx.engine) as connection:
        assert feeds.take(connection, X, at, at + timedelta(seconds=ingest.FETCH_SECONDS))


@pytest.mark.parametrize("again", [False, True], ids=["in one process", "in one after another"])
def test_fetch_that_never_ends_is_told_once(watched: Watched, again: bool) -> None:
    watched.minutes(1, Fetched((), "1"))
    said = []
    for minute in range(30):
        watched.bench.clock.turn(minutes=1)
        if again or minute == 0:
            hang(watched)
        watched.bench.clock.turn(seconds=1)
        said.append(feed_health.tick(watched.team.ctx))
    assert (said[:2], sum(said)) == ([0, 1], 1)
    watched.minutes(2)
    failed, back = watched.texts
    assert "has not been readable" in failed
    assert "keeps trying" in failed
    assert "can be read again" in back


def test_feed_that_nobody_asks_is_no_failing_one(watched: Watched) -> None:
    watched.minutes(1, Fetched((), "1"))
    for _ in range(60):
        watched.bench.clock.turn(seconds=10)
        assert feed_health.tick(watched.team.ctx) == 0
    watched.bench.clock.turn(hours=9)
    assert watched.minutes(5) == 0


def test_another_outage_is_told_anew(watched: Watched) -> None:
    for _ in range(2):
        watched.minutes(10, AWAY)
        watched.minutes(10, Fetched((), "1"))
    assert ["again" in text for text in watched.texts] == [False, True, False, True]


def test_outage_race_is_told_by_one_process(watched: Watched) -> None:
    watched.minutes(3, AWAY)
    watched.bench.clock.turn(minutes=2)
    assert sum(together([lambda: feed_health.tick(watched.team.ctx)] * 6)) == 1
    desk = watched.team.ctx.settings.desks[0]
    watched.network.fetched = Fetched((), "1")
    watched.bench.clock.turn(minutes=2)
    ingest.poll(watched.team.ctx, desk, desk.networks[0])
    assert sum(together([lambda: feed_health.tick(watched.team.ctx)] * 6)) == 1
    assert len(watched.texts) == 2


def usual(watched: Watched, *gaps: timedelta) -> None:
    """In each of the last weeks mentions with these gaps for half a day around this time; the last one now."""
    for week, gap in enumerate(gaps, 1):
        moment = timedelta(weeks=week)
        steps = range(int(timedelta(hours=12) / gap) + 1)
        watched.hears(*(moment + gap / 2 + gap * step for step in steps))
        watched.hears(*(moment - gap / 2 - gap * step for step in steps))
    watched.hears(timedelta())


def test_silence_is_told_when_far_longer_than_usual(watched: Watched) -> None:
    watched.minutes(1, Fetched((), "1"))
    usual(watched, timedelta(hours=1), timedelta(hours=2), timedelta(minutes=30))
    assert watched.hours(8) == 0, "four times the longest gap and no more"
    assert watched.hours(0.25) == 1
    assert watched.hours(10) == 0
    watched.hears(timedelta())
    assert watched.minutes(1) == 1
    silent, back = watched.texts
    assert "No mention has come in" in silent
    assert "coming in again" in back


def test_always_quiet_hour_is_no_news(watched: Watched) -> None:
    usual(watched, timedelta(hours=9))
    assert watched.hours(4, Fetched((), "1")) == 0


def test_silence_is_never_unusual_in_the_first_week(watched: Watched) -> None:
    watched.hears(*(timedelta(hours=hour) for hour in range(24 * 6)))
    assert watched.hours(6, Fetched((), "1")) == 0


def test_silence_counts_from_when_the_network_answers(watched: Watched) -> None:
    usual(watched, timedelta(minutes=30))
    assert watched.hours(5, AWAY) == 1
    assert watched.hours(3, Fetched((), "1")) == 1, "back, and not silent at once"
    assert watched.hours(1) == 1


def test_silent_network_that_fails_is_told_again(watched: Watched) -> None:
    usual(watched, timedelta(minutes=30))
    assert watched.hours(3, Fetched((), "1")) == 0, "three hours are never too long"
    assert watched.hours(0.5) == 1
    assert watched.minutes(10, AWAY) == 1
    assert watched.minutes(10, Fetched((), "1")) == 1
    assert ["No mention" in text for text in watched.texts] == [True, False, False]


class TestOwnAnswers:
    """What our account has answered on the network itself is read like mentions, and said when it cannot be."""

    def _minutes(self, watched: Watched, number: int, own: OwnPosts | Exception, told: int = 0) -> None:
        watched.network.own = own
        said = 0
        for _ in range(number):
            watched.bench.clock.turn(minutes=1)
            with suppress(ValueError):
                jobs._read(watched.team.ctx, *watched.team.ctx.settings.accounts()[0])
            said += feed_health.tick(watched.team.ctx)
        assert said == told

    @pytest.mark.postgres_once
    @pytest.mark.parametrize("error", [ValueError("a bug"), Rejected("forbidden", "no"), AWAY])
    def test_answers_that_cannot_be_read_are_told_once_and_once_when_over(
        self, watched: Watched, error: Exception
    ) -> None:
        self._minutes(watched, 5, OwnPosts((), None))
        self._minutes(watched, 3, error)
        self._minutes(watched, 1, error, told=1)
        self._minutes(watched, 59, error)
        self._minutes(watched, 1, OwnPosts((), None), told=1)
        self._minutes(watched, 5, OwnPosts((), None))
        failed, back = watched.texts
        assert "What was answered on X (@acme) itself has not been readable" in failed
        assert "please look at X itself before you answer" in failed
        assert "What is answered on X (@acme) itself can be read again" in back

    def test_failure_that_passes_is_not_told(self, watched: Watched) -> None:
        for _ in range(3):
            self._minutes(watched, 2, ValueError("a bug"))
            self._minutes(watched, 1, OwnPosts((), None))

    def test_network_that_fails_as_a_whole_is_told_once(self, watched: Watched) -> None:
        self._minutes(watched, 5, OwnPosts((), None))
        watched.network.fetched = AWAY
        self._minutes(watched, 9, AWAY, told=1)
        (failed,) = watched.texts
        assert "no new mentions are coming in" in failed
