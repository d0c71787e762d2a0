"""What a mention answers or quotes stands on its card and in the modal, is asked for once at most, and is forgotten."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bot.domain.reports.spend import Billed
from bot.platform.i18n import translator
from bot.sandbox.x.posts import Post
from bot.usecases.cases import queries
from bot.usecases.cases.queries import history
from bot.usecases.intake import references, sweep
from bot.usecases.privacy import erase, retention
from bot.usecases.replies import reply
from bot.views.cases import history as history_view
from bot.views.replies import reply as reply_view
from storage.cases.references import KEPT
from tests.support.bench import Bench, webcare
from tests.support.cast import ANNA, HERE, X
from tests.support.lost import UNDO

sqlite_alone = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PARENT = "My parcel came like this"
HOSTILE = "<!channel> *bold* _slanted_ <https://evil.example|click> `code` :tada:\n\n@here\0 " + "very long " * 400


def _answering(bench: Bench, words: str = PARENT, *, expanded: bool = True, by: str = "friend") -> Post:
    """Somebody posts, and a customer names us below it: what they answer."""
    parent = bench.sandbox.x.post(by, words)
    if not expanded:
        bench.sandbox.x.unexpanded.add(parent.id)
    bench.sandbox.x.post("joris", "@acme do something about this", in_reply_to=parent.id)
    bench.fetch()
    return parent


def _look_up(bench: Bench) -> int:
    return references.tick(bench.ctx, bench.ctx.settings.accounts()[0][1])


def _asked(bench: Bench) -> list[str]:
    """The posts that X was asked for by number."""
    return [call.params["ids"] for call in bench.sandbox.x.calls if "ids" in call.params]


def _sweep(bench: Bench) -> None:
    bench.clock.turn(minutes=5)
    sweep.tick(bench.ctx, *bench.ctx.settings.accounts()[0])


def _line(bench: Bench, number: int | None = None) -> str:
    """The card's lines about other posts, as they read in Slack."""
    bench.finish()
    card = bench.messages(HERE)[0] if number is None else bench.said(f"#{number}")[0]
    lines = [block["elements"][0] for block in card.blocks or [] if block["type"] == "rich_text"]
    shown = [line["elements"] for line in lines if line["type"] == "rich_text_section"]
    return " | ".join("".join(part.get("text", part.get("url", "")) for part in parts) for parts in shown)


def _link(bench: Bench) -> str:
    bench.finish()
    found = [
        part["url"]
        for block in bench.messages(HERE)[0].blocks or []
        if block["type"] == "rich_text"
        for part in block["elements"][0]["elements"]
        if part["type"] == "link"
    ]
    return str(found[0])


@sqlite_alone
@pytest.mark.parametrize("names", ["tweet", "post"])
class TestShown:
    def test_what_it_answers_stands_on_card_modal_and_history(self, bench: Bench, names: str) -> None:
        bench.sandbox.x.field_names = "post" if names == "post" else "tweet"
        parent = _answering(bench)
        assert _line(bench) == f"↩️ Answers @friend: “{PARENT}”"
        assert _link(bench) == f"https://x.com/friend/status/{parent.id}"
        thread, t = bench.thread("joris"), translator("en")
        modal = reply_view.modal(reply.draft(bench.ctx, ANNA, thread), t)
        assert PARENT in json.dumps(modal["blocks"])
        assert PARENT in json.dumps(history_view.modal(history(bench.ctx, ANNA, thread), t)["blocks"])
        assert (_look_up(bench), _asked(bench)) == (0, [])

    def test_what_it_quotes_stands_there_too(self, bench: Bench, names: str) -> None:
        bench.sandbox.x.field_names = "post" if names == "post" else "tweet"
        quoted = bench.sandbox.x.post("friend", PARENT)
        bench.sandbox.x.quote("joris", quoted.id, "@acme what is this?")
        bench.fetch()
        assert _line(bench) == f"🔁 Quotes a post: “{PARENT}”"
        assert _link(bench) == f"https://x.com/i/status/{quoted.id}"

    def test_what_did_not_come_along_is_looked_up_once(self, bench: Bench, names: str) -> None:
        bench.sandbox.x.field_names = "post" if names == "post" else "tweet"
        parent = _answering(bench, expanded=False)
        bench.sandbox.x.post("klaas", "@acme and me", in_reply_to=parent.id)
        bench.fetch()
        bench.finish()
        assert PARENT not in bench.everything_shown()
        assert _look_up(bench) == 1
        assert _line(bench) == f"↩️ Answers @friend: “{PARENT}”"
        assert _line(bench, bench.thread("klaas")) == f"↩️ Answers @friend: “{PARENT}”"
        assert (_look_up(bench), _asked(bench)) == (0, [parent.id])
        billed: list[Billed] = []
        bench.ctx.accounts[X].settle(billed.extend)
        assert sum(one.thousandths for one in billed) == bench.sandbox.x.spent * 1000


@sqlite_alone
class TestHostile:
    def test_long_post_with_mark_up_is_one_harmless_line(self, bench: Bench) -> None:
        _answering(bench, HOSTILE)
        line = _line(bench)
        assert line.startswith("↩️ Answers @friend: “<!channel> *bold* _slanted_ <https://evil.example|click>")
        assert line.endswith("…”")
        assert len(line) < 160
        (row,) = bench.team.rows("SELECT text FROM reference")
        assert len(row["text"]) == KEPT

    @pytest.mark.parametrize("how", ["deleted", "protected"])
    def test_post_that_cannot_be_seen_is_said_and_not_asked_for(self, bench: Bench, how: str) -> None:
        x = bench.sandbox.x
        parent = x.post("friend", PARENT)
        x.post("joris", "@acme do something about this", in_reply_to=parent.id)
        if how == "deleted":
            x.delete(parent.id)
        x.protected |= {"friend"} if how == "protected" else set()
        bench.fetch()
        assert _line(bench) == "↩️ Answers a post that is deleted or protected"
        assert (_look_up(bench), _asked(bench)) == (0, [])

    def test_post_that_the_look_up_does_not_find_is_not_asked_for_again(self, bench: Bench) -> None:
        parent = _answering(bench, expanded=False)
        bench.sandbox.x.delete(parent.id)
        assert _look_up(bench) == 1
        assert _line(bench) == "↩️ Answers a post that is deleted or protected"
        assert (_look_up(bench), _asked(bench)) == (0, [parent.id])

    def test_network_that_does_not_answer_is_asked_later(self, bench: Bench) -> None:
        _answering(bench, expanded=False)
        bench.sandbox.x.troubles["GET /2/tweets"] = "usage_cap"
        assert _look_up(bench) == 0
        bench.sandbox.x.troubles.clear()
        assert _look_up(bench) == 0
        bench.clock.turn(hours=1)
        assert _look_up(bench) == 1
        assert PARENT in _line(bench)


@sqlite_alone
class TestHeldAlready:
    def test_our_own_post_is_said_to_be_ours(self, bench: Bench) -> None:
        _answering(bench, "Our shops are closed today", by="acme")
        assert _line(bench) == "↩️ Answers our post: “Our shops are closed today”"

    def test_our_own_post_is_never_looked_up(self, bench: Bench) -> None:
        _answering(bench, "Our shops are closed today", by="acme", expanded=False)
        assert _line(bench) == "↩️ Answers our post"
        assert (_look_up(bench), _asked(bench)) == (0, [])

    @pytest.mark.parametrize("ours", [False, True])
    def test_post_of_the_same_thread_is_not_repeated(self, bench: Bench, ours: bool) -> None:
        thread = bench.mention("@acme first", by="joris")
        first = bench.sandbox.x.posts[0]
        if ours:
            bench.team.answer(thread, "Dag Joris")
            bench.settle(seconds=UNDO)
            first = bench.answers()[-1]
        bench.sandbox.x.unexpanded.add(first.id)
        bench.sandbox.x.post("joris", "@acme second", in_reply_to=first.id)
        bench.fetch()
        assert bench.team.rows("SELECT * FROM reference") == []
        assert (_look_up(bench), _asked(bench)) == (0, [])

    def test_post_of_another_thread_reads_as_it_does_there(self, bench: Bench) -> None:
        number = bench.mention("@acme my parcel is gone", by="friend")
        parent = bench.sandbox.x.posts[0]
        bench.sandbox.x.unexpanded.add(parent.id)
        bench.sandbox.x.post("joris", "@acme mine too", in_reply_to=parent.id)
        bench.fetch()
        joris = bench.thread("joris")
        assert _line(bench, joris) == "↩️ Answers @friend: “@acme my parcel is gone”"
        assert (_look_up(bench), _asked(bench)) == (0, [])
        bench.sandbox.x.delete(parent.id)
        bench.clock.turn(minutes=15)
        bench.recheck_twice()
        assert bench.team.messages(number)[0].text == ""
        assert _line(bench, joris) == "↩️ Answers a post that is deleted or protected"

    def test_customers_own_post_is_said_to_be_theirs(self, bench: Bench) -> None:
        _answering(bench, by="joris")
        assert _line(bench) == f"↩️ Adds to their own post: “{PARENT}”"


@sqlite_alone
class TestForgotten:
    def test_forgotten_post_does_not_come_back_with_another_mention(self, bench: Bench) -> None:
        parent = _answering(bench)
        erase.erase(bench.ctx, "friend")
        bench.sandbox.x.post("klaas", "@acme look", in_reply_to=parent.id)
        bench.fetch()
        _sweep(bench)
        assert (_look_up(bench), _asked(bench)) == (0, [])
        bench.finish()
        assert PARENT not in bench.everything_shown()

    def test_author_who_is_known_by_number_alone_is_forgotten(self, bench: Bench) -> None:
        quoted = bench.sandbox.x.post("friend", PARENT)
        bench.sandbox.x.quote("joris", quoted.id, "@acme what is this?")
        bench.fetch()
        assert erase.people_called(bench.ctx, "friend") == []
        assert erase.erase(bench.ctx, "friend", person=f"x:{quoted.author.id}").posts == 1
        bench.finish()
        assert PARENT not in bench.everything_shown()

    def test_words_go_with_the_customer_who_answered_them(self, bench: Bench) -> None:
        _answering(bench)
        erase.erase(bench.ctx, "joris")
        assert bench.tables()["reference"] == []

    def test_words_go_with_the_thread(self, bench: Bench) -> None:
        _answering(bench)
        bench.sandbox.x.delete(bench.sandbox.x.posts[0].id)
        bench.clock.turn(minutes=15)
        bench.recheck_twice()
        bench.clock.turn(days=401)
        assert retention.tick(bench.ctx) == 1
        assert bench.tables()["reference"] == []

    def test_words_go_when_the_sweep_does_not_see_the_post_and_return_with_it(self, bench: Bench) -> None:
        _answering(bench)
        bench.sandbox.x.protected = {"friend"}
        _sweep(bench)
        assert _line(bench) == "↩️ Answers a post that is deleted or protected"
        assert PARENT not in str(bench.tables()["reference"])
        bench.sandbox.x.protected = set()
        _sweep(bench)
        assert _line(bench) == f"↩️ Answers @friend: “{PARENT}”"


def test_words_go_with_whoever_wrote_them(bench: Bench) -> None:
    parent = _answering(bench)
    bench.finish()
    assert PARENT in bench.everything_shown()
    assert erase.erase(bench.ctx, "friend").posts == 1
    bench.finish()
    assert PARENT not in bench.everything_shown()
    left = str(bench.tables()["reference"])
    assert not any(word in left for word in (PARENT, "friend", parent.id, parent.author.id))
    assert bench.team.messages(bench.thread("joris"))[0].text.endswith("do something about this")


@sqlite_alone
def test_command_forgets_who_never_wrote_to_us(bench: Bench) -> None:
    _answering(bench)
    done = webcare(bench, "erase", "@friend", answer="y\n")
    assert "(posts that others answer or quote: 1)" in done.output
    assert "messages: 1" in done.output
    bench.finish()
    assert PARENT not in bench.everything_shown()


@sqlite_alone
def test_old_post_is_read_by_its_number(bench: Bench) -> None:
    parent = bench.sandbox.x.post("friend", PARENT)
    bench.clock.turn(days=3)
    bench.sandbox.x.post("joris", "@acme still?", in_reply_to=parent.id)
    bench.fetch()
    card = queries.card(bench.ctx, bench.thread("joris"))
    ((referred,),) = card.references.values()
    assert (referred.text, card.at - parent.created_at > timedelta(days=2)) == (PARENT, True)
