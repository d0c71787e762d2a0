"""A public update: written by one, approved by another, posted once, and what became of it.

Delivery reports to the functions below `begin`; each report is one transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.domain.cases.conversation import ReplyState
from bot.domain.cases.picture import Picture
from bot.domain.common.clean import clean
from bot.domain.common.errors import RefusalCode, Refused
from bot.domain.incidents.incident import Incident, IncidentEventKind
from bot.domain.incidents.public_update import PublicUpdate, may_be_edited
from bot.networks import network_name
from bot.networks.base import Deed, Outgoing, Sent
from bot.settings import Desk
from bot.usecases.cases import deeds
from bot.usecases.cases import picture as pictures
from bot.usecases.desk import access
from bot.usecases.desk.context import THE_DESK, Actor, Context
from bot.usecases.incidents import incident as usecase
from storage import outbox
from storage.engine import Connection, reading, transaction
from storage.incidents import incidents, messages, updates
from storage.incidents.messages import ApprovalPayload


def accounts_of(ctx: Context, desk: Desk) -> dict[str, str]:
    """Return the desk's accounts that can post what answers nobody, such as "x:acme", with their networks' names."""
    accounts = [one for one in desk.networks if one.key in ctx.accounts and Deed.POST in one.spec.can.deeds]
    return {account.key: network_name(account.key) for account in accounts}


def propose(
    ctx: Context,
    actor: Actor,
    incident_id: int,
    text: str,
    accounts: Collection[str] = (),
    picture: Picture | None = None,
) -> list[PublicUpdate]:
    """Write an update for these accounts, by default all of the desk's; it goes once a second person approves it.

    It is posted under the incident's last one there, with the picture where the network shows any. Raises Refused:
    "empty", "too_long", "invalid_character", "no_account", "no_incident", "incident_closed", "not_allowed", and those
    of `picture.fit`.
    """
    at, text = ctx.clock.now(), clean(text)
    with transaction(ctx.engine) as connection:
        incident = usecase.locked(connection, incident_id)
        desk = usecase.require_desk(ctx, actor, incident, "reply")
        to = [key for key in accounts_of(ctx, desk) if not accounts or key in accounts]
        if not to:
            raise Refused(RefusalCode.NO_ACCOUNT)
        for account in to:
            _check(ctx, account, text)
        with_it = _fitting(to, picture)
        written = []
        for account in to:
            last = updates.last_posted(connection, incident_id, account)
            follows = last.id if last else None
            shown = with_it.get(account)
            written.append(updates.propose(connection, incident_id, account, text, actor.id, at, follows, shown))
            about = ApprovalPayload(incident_id, update=written[-1].id)
            usecase.ask_approvers(connection, ctx, incident, actor.id, about)
        kind = IncidentEventKind.UPDATE_PROPOSED
        incidents.write(connection, incident_id, at, kind, actor.id, text, actor.idempotency_key)
        usecase.show(connection, ctx, incident)
    ctx.wake()
    return written


def editable(ctx: Context, updates: Sequence[PublicUpdate]) -> frozenset[int]:
    """Return those of an incident's updates whose words can still be replaced where they stand."""
    can = {account for account in {one.account for one in updates} if deeds.can(ctx, account, Deed.EDIT)}
    return frozenset(one.id for one in updates if one.account in can and may_be_edited(one, updates))


def to_edit(ctx: Context, actor: Actor, update_id: int) -> PublicUpdate:
    """Return an update that this agent may edit. Raises Refused as `edit` does before it reads the text."""
    with transaction(ctx.engine) as connection:
        return _to_edit(connection, ctx, actor, update_id)[0]


def edit(ctx: Context, actor: Actor, update_id: int, text: str) -> PublicUpdate | None:
    """Write other words for a posted update; it is edited once a second person approves them. None if they are its own.

    Raises Refused: "line_changed", "empty", "too_long", "invalid_character", "no_incident", "incident_closed",
    "not_allowed".
    """
    at, text = ctx.clock.now(), clean(text)
    with transaction(ctx.engine) as connection:
        update, incident = _to_edit(connection, ctx, actor, update_id)
        _check(ctx, update.account, text)
        if text == update.text:
            return None
        account, follows = update.account, update.follows
        written = updates.propose(
            connection, incident.id, account, text, actor.id, at, follows, update.picture, edits=update_id
        )
        usecase.ask_approvers(connection, ctx, incident, actor.id, ApprovalPayload(incident.id, update=written.id))
        kind, words = IncidentEventKind.EDIT_PROPOSED, _words(connection, written)
        incidents.write(connection, incident.id, at, kind, actor.id, words, actor.idempotency_key)
        usecase.show(connection, ctx, incident)
    ctx.wake()
    return written


def approve(ctx: Context, actor: Actor, update_id: int) -> PublicUpdate:
    """Approve an update and have it posted; of two who do, one does.

    Raises Refused: "line_changed", "no_incident", "incident_closed", and as `access.require_second` does.
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        update, incident = _locked(connection, update_id)
        desk = usecase.require_desk(ctx, actor, incident)
        if not update.is_proposed:
            raise Refused(RefusalCode.LINE_CHANGED)
        access.require_second(actor, desk, update.by)
        approved = updates.approve(connection, update_id, actor.id, at)
        if approved is None:
            raise Refused(RefusalCode.LINE_CHANGED)
        kind = IncidentEventKind.EDIT_APPROVED if update.edits else IncidentEventKind.UPDATE_APPROVED
        incidents.write(connection, incident.id, at, kind, actor.id, _words(connection, update), actor.idempotency_key)
        outbox.want(connection, messages.public_update(update_id, update.account), at=at)
        usecase.tell_approvers(connection, ctx, incident, ApprovalPayload(incident.id, update=update_id))
        usecase.show(connection, ctx, incident)
    ctx.wake()
    return approved


def withdraw(ctx: Context, actor: Actor, update_id: int) -> None:
    """Take back an update that nobody has approved. Raises Refused: "line_changed", "not_allowed", "no_incident"."""
    with transaction(ctx.engine) as connection:
        _, incident = _locked(connection, update_id)
        usecase.require_desk(ctx, actor, incident, "reply")
        if not updates.withdraw(connection, update_id):
            raise Refused(RefusalCode.LINE_CHANGED)
        usecase.tell_approvers(connection, ctx, incident, ApprovalPayload(incident.id, update=update_id))
        usecase.show(connection, ctx, incident)
    ctx.wake()


def decide(ctx: Context, actor: Actor, update_id: int, *, was_posted: bool) -> None:
    """Settle an update of unknown outcome: a lead says that it is public, or has it looked for and posted again.

    Raises Refused: "decided", "leads_only", "no_incident".
    """
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        update, incident = _found(connection, update_id)
        usecase.require_lead(actor, usecase.require_desk(ctx, actor, incident))
        state = ReplyState.SENT if was_posted else ReplyState.RETRY_REQUESTED
        values = {"sent_at": update.tried_at or at} if was_posted else {}
        if updates.move(connection, update_id, state, from_=ReplyState.UNKNOWN, **values) is None:
            raise Refused(RefusalCode.DECIDED, thread="")
        if not was_posted:
            outbox.want(connection, messages.public_update(update_id, update.account), at=at)
        usecase.show(connection, ctx, incident)
    ctx.wake()


def get(ctx: Context, update_id: int) -> PublicUpdate | None:
    """Return the update, or None if there is no such number."""
    with reading(ctx.engine) as connection:
        return updates.get(connection, update_id)


def outgoing(ctx: Context, update: PublicUpdate) -> Outgoing:
    """Return the update as its network wants it: under the one that it follows."""
    earlier = get(ctx, update.follows) if update.follows is not None else None
    at = update.approved_at or update.at
    key = f"update-{update.id}-{at.timestamp():.0f}"
    return Outgoing(update.text, earlier.external_id if earlier else None, key=key, at=at)


def begin(ctx: Context, update: PublicUpdate) -> PublicUpdate | None:
    """Record that the update is being posted and return it; None if its state is no longer that which was read.

    This is committed before the network is called, so that the attempt is on record whatever happens next.
    """
    with transaction(ctx.engine) as connection:
        return updates.move(connection, update.id, ReplyState.SENDING, from_=update.state, tried_at=ctx.clock.now())


def not_begun(ctx: Context, before: PublicUpdate, code: str) -> None:
    """Put the update back as it was `before` it was begun: the network was certainly not reached."""
    if before.state is None:
        return
    _report(ctx, before.id, before.state, from_=ReplyState.SENDING, tried_at=before.tried_at, error=code)


def held_up(ctx: Context, update_id: int, code: str) -> None:
    """Record why the update is not posted yet."""
    with transaction(ctx.engine) as connection:
        delayed = updates.held_up(connection, update_id, code)
        incident = incidents.get(connection, delayed.incident_id) if delayed else None
        if incident is not None:
            usecase.show(connection, ctx, incident)
    ctx.wake()


def checking(ctx: Context, update_id: int) -> None:
    """Record that the update may be public, and that it is being looked for."""
    _report(ctx, update_id, ReplyState.VERIFYING)


def unknown(ctx: Context, update_id: int) -> None:
    """Record that the network does not show the update, which proves nothing: a person decides."""
    _report(ctx, update_id, ReplyState.UNKNOWN)


def refused(ctx: Context, update_id: int, code: str) -> None:
    """Record that the network does not take the update."""
    _report(ctx, update_id, ReplyState.REJECTED, error=code)


def arrived(ctx: Context, update_id: int, sent: Sent) -> None:
    """Record that the update is public."""
    at = ctx.clock.now()
    _report(ctx, update_id, ReplyState.SENT, sent_at=sent.at or at, external_id=sent.id, url=sent.url, error=None)


def _report(
    ctx: Context, update_id: int, state: ReplyState, *, from_: ReplyState | None = None, **values: object
) -> None:
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        moved = updates.move(connection, update_id, state, from_=from_, **values)
        if moved is None:
            return
        incident = incidents.get(connection, moved.incident_id)
        if incident is None:
            return
        if state is ReplyState.SENT:
            kind = IncidentEventKind.UPDATE_EDITED if moved.edits else IncidentEventKind.UPDATE_POSTED
            incidents.write(connection, incident.id, at, kind, THE_DESK.id, _words(connection, moved), None)
        usecase.show(connection, ctx, incident)
    ctx.wake()


def _locked(connection: Connection, update_id: int) -> tuple[PublicUpdate, Incident]:
    """Return an update and its incident, locked. Raises Refused: "line_changed", "no_incident", "incident_closed"."""
    known = updates.get(connection, update_id)
    if known is None:
        raise Refused(RefusalCode.LINE_CHANGED)
    incident = usecase.locked(connection, known.incident_id)
    update = updates.get(connection, update_id)
    if update is None:
        raise Refused(RefusalCode.LINE_CHANGED)
    return update, incident


def _to_edit(connection: Connection, ctx: Context, actor: Actor, update_id: int) -> tuple[PublicUpdate, Incident]:
    update, incident = _locked(connection, update_id)
    usecase.require_desk(ctx, actor, incident, "reply")
    if update_id not in editable(ctx, updates.of_incident(connection, incident.id)):
        raise Refused(RefusalCode.LINE_CHANGED)
    return update, incident


def _words(connection: Connection, update: PublicUpdate) -> str:
    """Return what an update says; of an edit from what to what."""
    before = updates.get(connection, update.edits) if update.edits is not None else None
    return f"{before.text} → {update.text}" if before else update.text


def _found(connection: Connection, update_id: int) -> tuple[PublicUpdate, Incident]:
    """Return an update and its incident, which may be closed. Raises Refused("no_incident")."""
    update = updates.get(connection, update_id)
    incident = incidents.get(connection, update.incident_id) if update else None
    if update is None or incident is None:
        raise Refused(RefusalCode.NO_INCIDENT, name=str(update_id))
    return update, incident


def _fitting(accounts: Sequence[str], picture: Picture | None) -> dict[str, Picture | None]:
    """Return the picture as these accounts post it, without those that show none.

    Raises Refused as `picture.fit` does, also where none of them shows any.
    """
    showing = [account for account in accounts if pictures.shown_by(account)] or accounts[:1]
    return {account: pictures.fit(account, picture) for account in showing}


def _check(ctx: Context, account: str, text: str) -> None:
    if not text:
        raise Refused(RefusalCode.EMPTY)
    count = ctx.accounts[account].count(Outgoing(text))
    if count.used > count.limit:
        raise Refused(RefusalCode.TOO_LONG, used=count.used, limit=count.limit)
    if count.invalid:
        character = f"U+{ord(count.invalid):04X}"
        raise Refused(RefusalCode.INVALID_CHARACTER, character=character, network=network_name(account))
