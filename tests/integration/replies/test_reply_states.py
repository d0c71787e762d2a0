"""A reply changes state only as TRANSITIONS allows."""

from __future__ import annotations

from itertools import product

import pytest

from bot.domain.cases.conversation import NOT_THERE, ON_ITS_WAY, TRANSITIONS, ReplyState
from storage.engine import transaction
from storage.replies import replies
from storage.tables import reply as table
from tests.support.team import Team


def test_every_reply_state_has_its_transitions() -> None:
    assert set(TRANSITIONS) == set(ReplyState)
    ends = {state for state, after in TRANSITIONS.items() if not after}
    assert ends == NOT_THERE
    assert not ends & ON_ITS_WAY


def test_tried_reply_is_never_cancelled() -> None:
    untried = [ReplyState.AWAITING, ReplyState.QUEUED]
    assert [state for state, after in TRANSITIONS.items() if ReplyState.CANCELLED in after] == untried


def test_illegal_transitions_are_never_written(team: Team) -> None:
    reply = team.answer(team.write())
    reached = set(ReplyState) - {ReplyState.AWAITING}  # in which a reply only begins
    for before, after in product(ReplyState, sorted(reached)):
        with transaction(team.ctx.engine) as connection:
            connection.execute(table.update().values(state=before))
            moved = replies.move(connection, reply.id, after)
        legal = after in TRANSITIONS[before]
        assert (moved is not None, team.reply(reply.id).state) == (legal, after if legal else before)


def test_transition_from_one_state_leaves_the_others(team: Team) -> None:
    reply = team.answer(team.write())
    with transaction(team.ctx.engine) as connection:
        assert replies.move(connection, reply.id, ReplyState.SENDING) is not None
        assert replies.move(connection, reply.id, ReplyState.SENT, from_=ReplyState.UNKNOWN) is None
        with pytest.raises(ValueError, match="sent from queued"):
            replies.move(connection, reply.id, ReplyState.SENT, from_=ReplyState.QUEUED)
