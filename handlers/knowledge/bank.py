"""The knowledge bank: a word, the form of an entry, a button on a sent reply, and a shortcut on messages."""

from __future__ import annotations

from datetime import date

from slack_bolt import Ack, App, Respond

from bot.domain.common.command import plain
from bot.domain.common.errors import RefusalCode, Refused
from bot.platform.i18n import N_
from bot.platform.manifest import INTO_BANK
from bot.usecases.knowledge import bank, entries, review
from bot.views.knowledge import bank as view
from bot.views.knowledge import entry as form
from bot.views.knowledge.models import EntryForm
from handlers.deps import Body, HandlerDeps, channel_of, entered, ephemeral, is_ephemeral, metadata, numbered, user_of
from handlers.registry import Answer, Feature, SlashRequest, SlashWord


def register(app: App, deps: HandlerDeps) -> None:
    @app.action("bank_new")
    def new(ack: Ack, body: Body) -> None:
        _ask(deps, body, entries.blank(deps.ctx, deps.actor(body, "button"), deps.desk(body)))
        ack()

    @app.action("bank_add")
    def add(ack: Ack, action: Body, body: Body) -> None:
        _ask(deps, body, entries.from_reply(deps.ctx, deps.actor(body, "button"), numbered(action["value"])))
        ack()

    @app.action("bank_edit")
    def edit(ack: Ack, action: Body, body: Body) -> None:
        _ask(deps, body, entries.from_entry(deps.ctx, deps.actor(body, "button"), numbered(action["value"])))
        ack()

    @app.action("bank_withdraw")
    def withdraw(ack: Ack, action: Body, body: Body, respond: Respond) -> None:
        entry = entries.withdraw(deps.ctx, deps.actor(body, "button"), numbered(action["value"]))
        ack()
        if is_ephemeral(body):
            answer = ephemeral(view.withdrawn(entry, deps.language(user_of(body))))
            deps.later(respond, **answer, replace_original=True)

    @app.action("bank_right")
    def right(ack: Ack, action: Body, body: Body) -> None:
        review.confirm(deps.ctx, deps.actor(body, "button"), numbered(action["value"]))
        ack()

    @app.message_shortcut(INTO_BANK)
    def of_message(ack: Ack, body: Body) -> None:
        """Keep the latest answer of the thread that a message is about, or that stands under its card."""
        message, channel = body["message"], channel_of(body) or ""
        places = [str(ts) for ts in (message["ts"], message.get("thread_ts")) if ts]
        _ask(deps, body, entries.from_message(deps.ctx, deps.actor(body, "button"), channel, *places))
        ack()

    @app.view(form.FORM)
    def save(ack: Ack, body: Body) -> None:
        about, user = metadata(body), user_of(body)
        owner = entered(body, "owner").get("selected_user") or user
        entry = entries.save(
            deps.ctx,
            deps.actor(body, "modal"),
            EntryForm(about["desk"], (), owner, entry_id=about["entry"], reply_id=about["reply"]),
            deps.candidate(owner),
            question=deps.field(body, "question"),
            answer=deps.field(body, "answer"),
            label=(entered(body, form.LABEL).get("selected_option") or {}).get("value"),
            valid_until=_day(entered(body, "valid_until").get("selected_date")),
        )
        ack()
        deps.later(deps.post_ephemeral, user, about["channel"] or user, view.saved(entry, deps.language(user)))


def _ask(deps: HandlerDeps, body: Body, asked: EntryForm) -> None:
    """Open the form of an entry."""
    deps.open(body, form.modal(asked, channel_of(body), deps.language(user_of(body))))


def _day(chosen: str | None) -> date | None:
    try:
        return date.fromisoformat(chosen) if chosen else None
    except ValueError:
        raise Refused(RefusalCode.DAY_PAST, field="valid_until") from None


def _bank(request: SlashRequest) -> Answer:
    page = bank.find(request.ctx, request.actor, plain(request.rest))
    if not page.words:
        return view.explained(page, request.ctx.settings.command, request.t)
    return view.found(page, request.t)


FEATURE = Feature(
    register,
    words=(
        SlashWord(
            "bank",
            N_("what your team answered before; alone, it says how that works"),
            rest=N_("words…"),
            spoken={"nl": ("kennisbank", "kennis"), "sv": ("kunskap", "kunskapsbank")},
            run=_bank,
        ),
    ),
)
