"""What the person who acted is told of an error."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, StatementError

from bot.domain.common.errors import RefusalCode
from handlers.refusals import as_refusal


class Unfit(Exception):
    sqlstate = "23502"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OperationalError("UPDATE", {}, Exception("the server closed the connection")), RefusalCode.NOT_SAVED),
        (DataError("UPDATE", {}, Exception("cannot hold NUL")), RefusalCode.BROKEN),
        (IntegrityError("UPDATE", {}, Unfit()), RefusalCode.BROKEN),
        (StatementError("a naive instant", "UPDATE", {}, ValueError()), RefusalCode.BROKEN),
    ],
    ids=lambda value: type(value).__name__,
)
def test_trying_again_is_advised_only_where_it_helps(error: Exception, code: RefusalCode) -> None:
    assert as_refusal(error, "/webcare").code is code
