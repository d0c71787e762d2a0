"""What the CRM told of customers, and whether it does what it is asked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from bot.domain.customers.crm import Known
from storage.engine import upsert
from storage.rows import record
from storage.tables import crm_health, crm_record


@dataclass(frozen=True, slots=True)
class Record:
    """What the CRM told at that time; an empty `crm_id` says that it knows nobody. `asked` digests the question."""

    at: datetime
    asked: str
    crm_id: str
    name: str
    line: str
    url: str


@dataclass(frozen=True, slots=True)
class Failing:
    """That the CRM does not do what it is asked, since when and why, and whether the leads were told."""

    since: datetime
    code: str
    detail: str
    told: bool


def of_customer(connection: Connection, customer_id: int | None) -> Record | None:
    """Return what the CRM told of a customer; None if it was not asked."""
    row = connection.execute(select(crm_record).where(crm_record.c.customer_id == customer_id)).one_or_none()
    return record(Record, row) if row else None


def keep(connection: Connection, customer_id: int, known: Known | None, asked: str, at: datetime) -> None:
    """Store what the CRM told of a customer, in place of what it told before."""
    told = known or Known("", "")
    values = {"at": at, "asked": asked, "crm_id": told.id, "name": told.name, "line": told.line, "url": told.url}
    add = upsert(connection, crm_record).values(customer_id=customer_id, **values)
    connection.execute(add.on_conflict_do_update(index_elements=["customer_id"], set_=values))


def forget(connection: Connection, customers: Collection[int]) -> None:
    """Forget what the CRM told of these customers."""
    connection.execute(delete(crm_record).where(crm_record.c.customer_id.in_(list(customers))))


def known(connection: Connection, customers: Collection[int]) -> list[str]:
    """Return the CRM's own names of those of these customers whom it knows."""
    rows = select(crm_record.c.crm_id).where(crm_record.c.customer_id.in_(list(customers)), crm_record.c.crm_id != "")
    return list(connection.execute(rows.order_by(crm_record.c.customer_id)).scalars())


def failing(connection: Connection, *, lock: bool = False) -> Failing | None:
    """Return what is wrong with the CRM, if anything is."""
    query = select(crm_health)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return record(Failing, row) if row else None


def failed(connection: Connection, code: str, detail: str, at: datetime) -> None:
    """Record why the CRM does not do what it is asked; since when stays as it was."""
    values = {"code": code, "detail": detail}
    add = upsert(connection, crm_health).values(id=1, since=at, told=False, **values)
    connection.execute(add.on_conflict_do_update(index_elements=["id"], set_=values))


def tell(connection: Connection) -> None:
    """Record that the leads are told."""
    connection.execute(update(crm_health).values(told=True))


def answers(connection: Connection) -> None:
    """Record that the CRM does what it is asked."""
    connection.execute(delete(crm_health))
