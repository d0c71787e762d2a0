"""Customers with several identities, written straight into the tables."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from storage.engine import transaction
from storage.tables import customer, handle, identity, thread
from tests.support.team import Team


def one_person(team: Team, author: str, other: str, *, network: str = "x") -> None:
    """Let what the author `other` of X wrote be the customer's behind `author`, on `network`."""
    with transaction(team.ctx.engine) as connection:
        of = select(identity.c.customer_id).where(identity.c.network == "x")
        kept = connection.execute(of.where(identity.c.author_id == author)).scalar_one()
        gone = connection.execute(of.where(identity.c.author_id == other)).scalar_one()
        theirs = identity.c.customer_id == gone
        connection.execute(update(identity).where(theirs).values(customer_id=kept, network=network))
        account = {"account": f"{network}:acme"} if network != "x" else {}
        connection.execute(update(thread).where(thread.c.customer_id == gone).values(customer_id=kept, **account))
        connection.execute(update(handle).where(handle.c.author_id == other).values(network=network))
        connection.execute(delete(customer).where(customer.c.id == gone))
