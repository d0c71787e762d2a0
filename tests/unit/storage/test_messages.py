"""Every kind of message as it is stored: rows that wait in the outbox are read by the next version as well."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.delivery import duplicates
from bot.domain.cases.conversation import EventKind, ReplyState
from bot.domain.clock.promises import Promise
from bot.domain.clock.resolution import Resolution
from bot.domain.clock.targets import NagLevel
from bot.domain.common.destinations import DestinationFault
from bot.domain.intake.feed_health import Alarm, FeedProblem
from bot.domain.reminders.reminders import Recipient
from bot.domain.replies.look import Look
from bot.domain.reports.spend import Standing
from storage import outbox
from storage.alerts import messages as alerts
from storage.cases import messages as cases
from storage.clock.resolutions import Due
from storage.customers import messages as customers
from storage.desk import messages as desk
from storage.incidents import messages as incidents
from storage.intake import messages as intake
from storage.knowledge import messages as knowledge
from storage.listening import messages as listening
from storage.outbox import Item
from storage.outbox.kinds import MessageKind
from storage.outbox.messages import NewMessage
from storage.outbox.tasks import task
from storage.reminders import messages as reminders
from storage.reminders.messages import NagPayload
from storage.replies import messages as replies
from storage.reports import messages as reports
from tests.support import older
from tests.support.samples import escalation, owned, reply

AT = datetime(2026, 11, 20, 15, 40, tzinfo=UTC)
STAMP, ISO = AT.timestamp(), AT.isoformat()
THREAD = owned(id=12, account="x:acme")
DESK = Recipient("C0SUPPORT", "U0ANNA", lead=False)
ITEM = Item(
    id=1, key="card:12", kind=MessageKind.CARD, thread_id=12, destination="C0SUPPORT", rate_bucket="C0SUPPORT",
    payload={}, generation=1, delivered_generation=0, lease_token=3, failures=0, post_started_at=None,
    message_channel=None, message_ts=None, content_hash=None, bucket_taken_until=None,
)  # fmt: skip
NOTE = cases.NotePayload(EventKind.HANDED_OVER, {"from": "U0ANNA", "to": "U0LARS"})
OVER = AT + timedelta(hours=1)
FAILING = {"key": "x:acme", "desk": "Support", "alarm": "failing", "since": ISO, "code": "credits", "over_at": None}
UNREACHED = {
    "desk": "Support", "destination": "C0PRESS", "code": "is_archived", "since": ISO, "over_at": None
}  # fmt: skip

LOOK = Look(5, 12, "U0ANNA", "U0LARS", "Hoi", AT)
CASE = Due(4, 12, Resolution(AT, timedelta(hours=4), timedelta(0), AT, AT, None))

STORED: list[tuple[NewMessage, str, str, dict[str, Any]]] = [
    (
        reminders.resolution_nag(CASE, "C0SUPPORT", NagLevel.BREACH),
        "resolution_nag:4:late",
        "C0SUPPORT",
        {"late": True, "case": 4},
    ),
    (cases.card(THREAD, "C0SUPPORT"), "card:12", "C0SUPPORT", {}),
    (cases.card_left(12, "C0SUPPORT", AT), f"card_left:12:{ISO}", "C0SUPPORT", {}),
    (
        cases.note(12, "C0SUPPORT", AT, NOTE),
        f"note:12:handed_over:{STAMP}",
        "C0SUPPORT",
        {"code": "handed_over", "from": "U0ANNA", "to": "U0LARS"},
    ),
    (
        cases.follow_up(12, "C0SUPPORT", cases.FollowUpPayload([7, 8], ISO)),
        "follow_up:12:7",
        "C0SUPPORT",
        {"posts": [7, 8], "since": ISO},
    ),
    (
        cases.promise_nag(Promise(4, 12, "U0ANNA", AT, AT), "C0SUPPORT", broken=True),
        "promise_nag:4:broken",
        "C0SUPPORT",
        {"promise": 4, "broken": True},
    ),
    (cases.snooze_over(12, 4, "C0SUPPORT"), "snooze_over:4", "C0SUPPORT", {"pause": 4}),
    (cases.said(12, "C0SUPPORT", 9), "said:9", "C0SUPPORT", {"event": 9}),
    (cases.modal(12, "U0ANNA", "V0ABC"), "modal:V0ABC", "views.update", {"view": "V0ABC"}),
    (cases.said_directly(12, "U0ANNA", 9), "said_directly:9", "U0ANNA", {"event": 9}),
    (
        cases.escalation_nag(escalation(id=4, channel="C0PRESS"), late=True),
        "escalation_nag:4:late",
        "C0PRESS",
        {"escalation": 4, "late": True},
    ),
    (cases.escalation(escalation(id=4, channel="C0PRESS"), AT), "escalation:4", "C0PRESS", {"escalation": 4}),
    (
        reminders.nag(12, 2, "U0ANNA", "C0SUPPORT", AT, NagPayload(5, at=ISO, to=("owner", "leads"))),
        "nag:12:5:step2:U0ANNA",
        "C0SUPPORT",
        {"wait": 5, "at": ISO, "to": ["owner", "leads"]},
    ),
    (
        reminders.nag_elsewhere(12, 2, "C0PRESS", AT, NagPayload(5, at=ISO, to=("C0PRESS",))),
        "nag_elsewhere:12:5:step2:C0PRESS",
        "C0PRESS",
        {"wait": 5, "at": ISO, "to": ["C0PRESS"]},
    ),
    (
        cases.home("U0ANNA", AT, {"S2", "S1"}),
        "home:U0ANNA",
        "views.publish",
        {"opened_at": ISO, "groups": ["S1", "S2"]},
    ),
    (
        reminders.nag_again(12, "C0SUPPORT", AT, NagPayload(5, 2, ISO, ISO)),
        "nag:12:5:2",
        "C0SUPPORT",
        {"wait": 5, "times": 2, "not_before": ISO, "at": ISO, "to": ["owner", "leads"]},
    ),
    (older.breach(12, 5), "lead:12:5:U0LEAD", "U0LEAD", {"wait": 5}),
    (reminders.late_list(3, "U0LEAD", AT), "late_list:3", "U0LEAD", {"late_list": 3}),
    (
        reminders.reminders("Support", "C0SUPPORT", DESK, 99, [1, 2], AT),
        "reminders:C0SUPPORT:C0SUPPORT:U0ANNA:99",
        "C0SUPPORT",
        {
            "desk": "Support",
            "owner": "U0ANNA",
            "lead": False,
            "waits": [1, 2],
            "anybodys": False,
            "elsewhere": False,
        },
    ),
    (replies.reply(7, THREAD), "reply:7", "x:acme", {"reply": 7}),
    (replies.look_up(7, THREAD, AT), f"look_up:7:{STAMP}", "look_up:x:acme", {"reply": 7}),
    (replies.look(LOOK, "C0SUPPORT"), "look:5", "C0SUPPORT", {"look": 5}),
    (
        replies.approval(7, THREAD, "U0LEAD"),
        "approval:7:U0LEAD",
        "U0LEAD",
        {"reply": 7, "to": ()},
    ),
    (
        replies.approval_here(7, THREAD, "C0SUPPORT", ["S0SENIORS"]),
        "approval_here:7",
        "C0SUPPORT",
        {"reply": 7, "to": ["S0SENIORS"]},
    ),
    (
        replies.edited(reply(ReplyState.QUEUED, id=7, author="U0ANNA"), "C0SUPPORT"),
        "tell_edited:7",
        "chat.postEphemeral",
        {"reply": 7, "to": "U0ANNA"},
    ),
    (
        replies.tell(reply(ReplyState.SENT, id=7, author="U0ANNA"), "C0SUPPORT", AT),
        f"tell:7:sent:{STAMP}",
        "chat.postEphemeral",
        {"reply": 7, "to": "U0ANNA"},
    ),
    (alerts.backlog(3, "C0SUPPORT"), "backlog:3", "C0SUPPORT", {"backlog": 3}),
    (alerts.volume_spike(3, "U0LEAD"), "volume_spike:3:U0LEAD", "U0LEAD", {"spike": 3}),
    (incidents.incident(3, "C0SUPPORT"), "incident:3", "C0SUPPORT", {"incident": 3}),
    (
        incidents.approval(incidents.ApprovalPayload(3, "abc"), "U0LEAD"),
        "incident_approval:3:abc:U0LEAD",
        "U0LEAD",
        {"incident": 3, "proposal": "abc", "update": 0},
    ),
    (incidents.public_update(4, "x:acme"), "public_update:4", "x:acme", {"update": 4}),
    (
        alerts.destination(DestinationFault("C0PRESS", "is_archived", AT), "Support", "U0LEAD", None),
        f"destination:C0PRESS:{ISO}:U0LEAD",
        "U0LEAD",
        UNREACHED,
    ),
    (
        alerts.destination(DestinationFault("C0PRESS", "is_archived", AT), "Support", "U0LEAD", OVER),
        f"destination:C0PRESS:{ISO}:U0LEAD:over",
        "U0LEAD",
        UNREACHED | {"over_at": OVER.isoformat()},
    ),
    (
        intake.feed("x:acme", "Support", "C0SUPPORT", FeedProblem(Alarm.FAILING, AT, "credits"), None),
        f"feed:x:acme:failing:{ISO}",
        "C0SUPPORT",
        FAILING,
    ),
    (
        intake.feed("x:acme", "Support", "C0SUPPORT", FeedProblem(Alarm.SILENT, AT), OVER),
        f"feed:x:acme:silent:{ISO}:over",
        "C0SUPPORT",
        FAILING | {"alarm": "silent", "code": None, "over_at": OVER.isoformat()},
    ),
    (intake.set_aside(3, "C0SUPPORT"), "set_aside:3", "C0SUPPORT", {"set_aside": 3}),
    (
        desk.budget("Support", "U0LEAD", date(2026, 11, 1), Standing.NEAR),
        "budget:2026-11-01:near:U0LEAD",
        "U0LEAD",
        {"desk": "Support", "standing": "near"},
    ),
    (
        reports.spend("Support", "U0LEAD", date(2026, 11, 21)),
        "spend:Support:2026-11-21:U0LEAD",
        "U0LEAD",
        {"desk": "Support", "day": "2026-11-20"},
    ),
    (
        reminders.shift(
            reminders.ShiftPayload("Support", ISO, ["U0LARS"], ["U0ANNA"], OVER.isoformat(), None, [12]), "C0SUPPORT"
        ),
        f"shift:Support:{ISO}",
        "C0SUPPORT",
        {
            "desk": "Support",
            "at": ISO,
            "came": ["U0LARS"],
            "went": ["U0ANNA"],
            "until": OVER.isoformat(),
            "next_from": None,
            "released": [12],
        },
    ),
    (
        reminders.absence(reminders.AbsencePayload("Support", "U0ANNA", ISO, [12]), "C0SUPPORT"),
        f"absence:Support:U0ANNA:{ISO}",
        "C0SUPPORT",
        {"desk": "Support", "agent": "U0ANNA", "since": ISO, "released": [12]},
    ),
    (
        desk.roster(desk.RosterPayload("Support", "http", "404", ISO), "U0LEAD"),
        f"roster:Support:failing:{ISO}:U0LEAD",
        "U0LEAD",
        {"desk": "Support", "code": "http", "detail": "404", "since": ISO, "over_at": "", "unknown": ()},
    ),
    (
        customers.crm(customers.CrmPayload("Support", ISO, "http", "404"), "U0LEAD"),
        f"crm:Support:failing:{ISO}:U0LEAD",
        "U0LEAD",
        {"desk": "Support", "since": ISO, "code": "http", "detail": "404", "over_at": ""},
    ),
    (
        reports.standup("Support", "C0SUPPORT", date(2026, 11, 20)),
        "standup:Support:2026-11-20",
        "C0SUPPORT",
        {"desk": "Support", "day": "2026-11-19"},
    ),
    (
        reports.feedback("Support", "C0PRODUCT", date(2026, 11, 16)),
        "feedback:Support:2026-11-16",
        "C0PRODUCT",
        {"desk": "Support", "week": "2026-11-16"},
    ),
    (
        knowledge.review("Support", "U0ANNA", date(2026, 11, 20)),
        "bank_review:Support:U0ANNA:2026-11",
        "U0ANNA",
        {"desk": "Support", "reader": "U0ANNA"},
    ),
    (
        reports.webhook("a1b2", "answered", 7, 12, "7", AT),
        "webhook:a1b2:answered:7",
        "webhook:a1b2",
        {"happened": "answered", "event": 7},
    ),
    (
        task("summary", 12, {"thread": 12}, thread_id=12),
        "task:summary:12",
        "task:summary",
        {"name": "summary", "arguments": {"thread": 12}},
    ),
    (listening.found(12, "C0SUPPORT"), "found:12", "C0SUPPORT", {"found_list": 12}),
    (
        listening.listening("a1b2", "Support", "U0LEAD", "missed", AT, until=OVER),
        f"listening:a1b2:missed:{ISO}:U0LEAD",
        "U0LEAD",
        {
            "rule": "a1b2",
            "desk": "Support",
            "news": "missed",
            "since": ISO,
            "until": OVER.isoformat(),
            "code": None,
        },
    ),
    (
        duplicates.sweep(ITEM, OVER, AT),
        "sweep:card:12:3",
        "chat.delete",
        {"key": "card:12", "after": ISO, "at": OVER.isoformat()},
    ),
]


@pytest.mark.parametrize(("message", "key", "rate_bucket", "payload"), STORED, ids=[key for _, key, _, _ in STORED])
def test_stored_messages_never_change_their_shape(
    message: NewMessage, key: str, rate_bucket: str, payload: dict[str, Any]
) -> None:
    assert (message.key, message.rate_bucket or message.destination) == (key, rate_bucket)
    assert key.startswith(f"{message.kind}:")
    stored = message.payload.to_json()
    assert stored == payload
    assert type(message.payload).from_json(stored) == message.payload


def test_every_kind_of_message_is_shown_above() -> None:
    assert {message.kind for message, *_ in STORED} == set(MessageKind)


def test_alarms_go_first_and_late_look_ups_last() -> None:
    places = {message.kind: message.order_by for message, *_ in STORED}
    first = {MessageKind.BACKLOG, MessageKind.VOLUME_SPIKE, MessageKind.FEED, MessageKind.DESTINATION}
    first |= {MessageKind.INCIDENT, MessageKind.PUBLIC_UPDATE, MessageKind.INCIDENT_APPROVAL}
    assert {kind for kind, place in places.items() if place == outbox.FIRST} == first
    assert {kind for kind, place in places.items() if place == outbox.LAST} == {MessageKind.LOOK_UP}
