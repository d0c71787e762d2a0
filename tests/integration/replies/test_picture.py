"""A picture goes with a reply from Slack to the network: once, described, and with nothing lost on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bot.domain.cases.conversation import ReplyState
from bot.domain.cases.picture import Picture
from bot.domain.common.errors import Refused
from bot.platform.i18n import translator
from bot.runtime.app import App
from bot.usecases.cases import queries
from bot.usecases.privacy import erase
from bot.usecases.replies import drafts, reply
from bot.views.cases.history import modal as history
from bot.views.replies.reply import modal
from tests.support.acting import send, whole_bot
from tests.support.bench import Bench
from tests.support.cast import ANNA, HERE
from tests.support.drawings import SECRET, photo
from tests.support.lost import RECHECK, SEND, UNDO
from tests.support.team import Team

UPLOAD, DESCRIBE = "POST /2/media/upload", "POST /2/media/metadata"


def chosen(bench: Bench, alt: str = "De doos, met een «scheur»", name: str = "IMG_1.jpg", **changes: Any) -> Picture:
    file = bench.sandbox.slack.upload(ANNA.id, name, photo())
    told = {"file": file["id"], "name": file["name"], "kind": file["mimetype"], "size": file["size"], "alt": alt}
    return Picture(**told | changes)


def answered(bench: Bench, picture: Picture) -> tuple[int, int]:
    number = bench.mention()
    bench.settle()
    return number, bench.team.answer(number, "Zo ziet het eruit", picture=picture).id


def test_picture_is_posted_with_its_description_and_without_what_the_camera_wrote(bench: Bench) -> None:
    number, reply_id = answered(bench, chosen(bench))
    bench.settle(seconds=UNDO)
    (post,) = bench.answers()
    (media,) = post.media
    assert (post.text.endswith("Zo ziet het eruit ^AB"), media.alt_text) == (True, "De doos, met een «scheur»")
    assert SECRET.encode() not in bench.sandbox.x.uploads[media.key.removeprefix("3_")].content
    assert bench.team.reply(reply_id).state is ReplyState.SENT
    assert bench.team.events(number)[-1].data["picture"] == "De doos, met een «scheur»"
    bench.settle(seconds=1)
    assert "De doos, met een «scheur»" in str(bench.sandbox.slack.ephemerals(ANNA.id)[-1].blocks)
    shown = history(queries.history(bench.ctx, ANNA, number), translator("en"))
    assert "De doos, met een «scheur»" in str(shown)


class TestOnTheWay:
    @pytest.mark.parametrize("route", [UPLOAD, DESCRIBE])
    @pytest.mark.parametrize("fault", ["drop_after", "error_500", "drop_before"])
    def test_upload_that_dies_midway_leaves_a_reply_that_was_never_tried(
        self, bench: Bench, route: str, fault: str
    ) -> None:
        bench.sandbox.faults.add("x", route, fault)
        _, reply_id = answered(bench, chosen(bench))
        bench.settle(seconds=UNDO)
        assert (bench.team.reply(reply_id).state, bench.answers()) == (ReplyState.QUEUED, [])
        bench.settle(minutes=1)
        assert bench.team.reply(reply_id).state is ReplyState.SENT
        assert len(bench.answers()) == 1

    def test_reply_whose_answer_was_lost_is_found_and_not_sent_again(self, bench: Bench) -> None:
        bench.sandbox.faults.add("x", SEND, "drop_after")
        _, reply_id = answered(bench, chosen(bench))
        bench.settle(seconds=UNDO)
        bench.settle(seconds=RECHECK)
        assert bench.team.reply(reply_id).state is ReplyState.SENT
        assert [len(post.media) for post in bench.answers()] == [1]

    def test_reply_waits_while_slack_does_not_give_the_picture_and_may_be_undone(self, bench: Bench) -> None:
        bench.sandbox.faults.add("slack", "files.info", "error_500", times=2)
        number, reply_id = answered(bench, picture := chosen(bench))
        bench.settle(seconds=UNDO)
        waiting = bench.team.reply(reply_id)
        assert (waiting.state, waiting.error) == (ReplyState.QUEUED, "picture_away")
        reply.undo(bench.ctx, ANNA, reply_id)
        bench.settle(minutes=5)
        assert bench.answers() == []
        draft = reply.draft(bench.ctx, ANNA, number)
        assert (draft.text, draft.picture) == ("Zo ziet het eruit", picture)

    def test_picture_that_its_owner_deleted_gives_the_reply_back(self, bench: Bench) -> None:
        number, reply_id = answered(bench, picture := chosen(bench))
        bench.sandbox.slack.delete_file(picture.file)
        bench.settle(seconds=UNDO)
        bench.settle(seconds=1)
        refused = bench.team.reply(reply_id)
        assert (refused.state, refused.error) == (ReplyState.REJECTED, "picture_gone")
        assert "Zo ziet het eruit" in str(bench.sandbox.slack.ephemerals(ANNA.id)[-1].blocks)
        assert bench.team.thread(number).reply_blocked_reason is None

    def test_picture_that_the_network_does_not_take_gives_the_reply_back(self, bench: Bench) -> None:
        bench.sandbox.x.troubles[UPLOAD] = "locked"
        _, reply_id = answered(bench, chosen(bench))
        bench.settle(seconds=UNDO)
        assert bench.team.reply(reply_id).error == "locked"
        assert bench.answers() == []


class TestForm:
    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"alt": " "}, "alt_missing"),
            ({"alt": "a" * 1001}, "alt_too_long"),
            ({"kind": "image/gif"}, "picture_unfit"),
            ({"kind": "application/pdf"}, "picture_unfit"),
            ({"size": 10_000_001}, "picture_too_large"),
            ({"file": ""}, "picture_missing"),
        ],
    )
    def test_picture_that_cannot_go_is_said_at_once(self, bench: Bench, changes: dict[str, Any], code: str) -> None:
        number = bench.mention()
        with pytest.raises(Refused, match=code):
            bench.team.answer(number, "Zo ziet het eruit", picture=chosen(bench, **changes))

    def test_draft_keeps_the_picture_with_the_text(self, bench: Bench) -> None:
        number = bench.mention()
        picture = chosen(bench, alt="Nog niet af")
        drafts.keep(bench.ctx, ANNA.id, number, "", bench.clock.now(), picture=picture)
        draft = reply.draft(bench.ctx, ANNA, number)
        assert draft.picture == picture
        shown = str(modal(draft, translator("en")))
        assert "IMG_1.jpg" in shown
        assert "Nog niet af" in shown
        erase.erase(bench.ctx, "klant")
        assert bench.team.rows("SELECT picture FROM draft WHERE picture IS NOT NULL") == []

    def test_erased_reply_forgets_its_picture(self, bench: Bench) -> None:
        answered(bench, chosen(bench))
        bench.settle(seconds=UNDO)
        erase.erase(bench.ctx, "klant")
        assert bench.team.rows("SELECT picture FROM reply WHERE picture IS NOT NULL") == []
        assert "scheur" not in str(bench.tables())


def test_network_without_pictures_has_no_field_for_one(bench: Bench, team: Team) -> None:
    draft = reply.draft(team.ctx, ANNA, bench.mention())
    assert "file_input" in str(modal(draft, translator("en")))
    inbound = type(draft)(draft.card, draft.signature, draft.seen, draft.limit, draft.room)
    assert "file_input" not in str(modal(inbound, translator("en")))


def _press(number: int) -> dict[str, str]:
    return {"type": "button", "action_id": "reply", "block_id": "b", "value": str(number), "action_ts": "1"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestModal:
    @pytest.fixture
    def desk(self, bench: Bench, database_url: str) -> Iterator[App]:
        with whole_bot(bench, database_url) as app:
            yield app

    def opened(self, bench: Bench, desk: App, number: int) -> Any:
        send(bench, desk, type="block_actions", channel={"id": HERE}, actions=[_press(number)])
        return bench.sandbox.slack.views(ANNA.id)[-1]

    def sent(self, bench: Bench, desk: App, view: Any, text: str, alt: str | None = None, **fields: Any) -> Any:
        """Submit the form with these words, a description and further fields by block id: the answer."""
        values = {
            "text": {"text": {"type": "plain_text_input", "value": text}},
            "picture_alt": {"picture_alt": {"type": "plain_text_input", "value": alt}},
        } | {block: {block.partition("#")[0]: value} for block, value in fields.items()}
        return send(bench, desk, type="view_submission", view=view | {"state": {"values": values}})

    def test_what_is_missing_is_said_at_its_field_and_the_form_stays(self, bench: Bench, desk: App) -> None:
        view = self.opened(bench, desk, bench.mention())
        file = bench.sandbox.slack.upload(ANNA.id, "IMG_1.jpg", photo())
        picture = {"type": "file_input", "files": [file]}
        errors = json.loads(self.sent(bench, desk, view, "Wij zoeken het uit", picture=picture))["errors"]
        assert list(errors) == ["picture_alt"]
        errors = json.loads(self.sent(bench, desk, view, "Wij zoeken het uit", "A box"))["errors"]
        assert list(errors) == ["picture_alt"]
        gif = bench.sandbox.slack.upload(ANNA.id, "funny.gif", b"GIF89a")
        wrong = self.sent(bench, desk, view, "Wij zoeken het uit", "A box", picture=picture | {"files": [gif]})
        assert "funny.gif" in json.loads(wrong)["errors"]["picture"]
        assert bench.team.rows("SELECT id FROM reply") == []
        assert not self.sent(bench, desk, view, "Wij zoeken het uit", "A box", picture=picture)
        (row,) = bench.team.rows("SELECT picture FROM reply")
        assert "A box" in str(row["picture"])

    def test_question_before_it_goes_keeps_the_picture_and_a_tick_takes_it_out(self, bench: Bench, desk: App) -> None:
        view = self.opened(bench, desk, bench.mention())
        file = bench.sandbox.slack.upload(ANNA.id, "IMG_1.jpg", photo())
        asked = self.sent(
            bench, desk, view, "Vraag het @iemand_anders", "A box", picture={"type": "file_input", "files": [file]}
        )
        shown = view | json.loads(asked)["view"]
        (tick,) = [block["element"] for block in shown["blocks"] if block.get("block_id") == "picture_kept"]
        assert not self.sent(
            bench,
            desk,
            shown,
            "Vraag het @iemand_anders",
            "A box",
            picture_kept={"type": "checkboxes", "selected_options": tick["initial_options"]},
        )
        (row,) = bench.team.rows("SELECT picture FROM reply")
        assert file["id"] in str(row["picture"])

    def test_workspace_that_lets_the_app_read_no_files_still_gets_the_form(self, bench: Bench, desk: App) -> None:
        bench.sandbox.slack.scopes.discard("files:read")
        view = self.opened(bench, desk, bench.mention())
        assert "picture" not in str(view["blocks"]).lower()
        asked = json.loads(self.sent(bench, desk, view, "Vraag het @iemand_anders"))["view"]
        assert "picture" not in str(asked["blocks"]).lower()
