"""Ingest: mentions from a network become threads, each post once however often it is fetched."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.domain.cases import thread as rules
from bot.domain.cases.conversation import EventKind, Post
from bot.domain.cases.mention import Author, Mention
from bot.domain.cases.thanks import asks, only_thanks
from bot.domain.cases.thread import State, Thread
from bot.domain.clock.targets import ResponseTargets
from bot.domain.common.language import spoken
from bot.domain.customers.customer import INBOUND, network_of
from bot.domain.intake.feed_health import Alarm, FeedProblem
from bot.networks import SPECS
from bot.networks.base import Fetched, NetworkError
from bot.settings import AccountConfig, Desk, Settings
from bot.usecases.cases import follow_up, window
from bot.usecases.cases.came_back import came_back
from bot.usecases.cases.transition import change, locked
from bot.usecases.clock import resolutions
from bot.usecases.clock.agreed import Agreed, agree_anew, agreed
from bot.usecases.desk import budget, not_before
from bot.usecases.desk.context import Actor, Context
from bot.usecases.intake import last_resort, reference_numbers, references, routing
from bot.usecases.intake.set_aside import set_aside
from storage import outbox
from storage.cases import events, messages, posts, threads
from storage.cases.posts import NewPost
from storage.clock import waits
from storage.customers import customers
from storage.customers.messages import crm_look_up
from storage.engine import Connection, cannot_be_stored, is_away, transaction, until_taken
from storage.intake import authors, feeds, set_asides
from storage.intake import messages as feed_messages
from storage.intake.authors import KnownAuthor
from storage.intake.feeds import Feed
from storage.knowledge.messages import bank_nearest
from storage.outbox.messages import NewMessage

log = logging.getLogger(__name__)

FETCH_SECONDS = 60  # a fetch that takes longer is presumed dead, and another process may begin one
ANSWER_THERE = "answer_there"  # the code of what is answered in the tool itself
BATCH = 50  # mentions stored in one transaction, which is how long a click may have to wait


@dataclass(frozen=True, slots=True)
class _Taking:
    """What holds for all mentions that are stored for one desk in one transaction.

    `authors` are those of them who are customers here, by the network's numbers; the posts of muted ones make no cards.
    `check_at` is when the network is first asked whether what is stored still stands, None if it cannot be asked.
    `begins` is the slow work about each thread in which somebody waits.
    """

    settings: Settings
    desk: Desk
    account: str
    targets: Agreed
    authors: dict[str, KnownAuthor]
    at: datetime
    check_at: datetime | None
    begins: tuple[Callable[[int], NewMessage], ...]


def poll(ctx: Context, desk: Desk, account: AccountConfig) -> int:
    """Fetch and store what is new on one account, if it is time to; return how many mentions were new.

    The cursor moves only after everything before it is stored, so a crash fetches again rather than skips. While the
    database is away, the network's answer is kept for as long as the feed is reserved for us.
    """
    not_before.look(ctx)
    key = account.key
    at = ctx.clock.now()
    with transaction(ctx.engine) as connection:
        feed = feeds.take(connection, key, at, at + ctx.clock.real(FETCH_SECONDS))
    if feed is None:
        return 0
    wait = budget.wait(ctx, key, account.poll_every).total_seconds()
    try:
        fetched = ctx.accounts[key].fetch(feed.cursor, at - account.look_back)
        new = receive(ctx, desk, account, fetched)
    except NetworkError as error:
        pause = max(wait, error.retry_after)
        log.warning(
            "network did not answer", extra={"fields": {"network": key, "error": error.detail, "again_in": pause}}
        )
        _not_fetched(ctx, feed, error.detail, error.code, pause)
        return 0
    except Exception as error:
        # Nothing more comes in until this is mended, and so the channel has to hear of it.
        _not_fetched(ctx, feed, type(error).__name__, "unreadable", wait)
        raise
    for attempt in until_taken(FETCH_SECONDS):
        with attempt, transaction(ctx.engine) as connection:
            now = ctx.clock.now()
            if fetched.gap is not None:
                problem, until = FeedProblem(Alarm.GAP, fetched.gap.since), fetched.gap.until
                said = feed_messages.feed(key, desk.stable_key, desk.slack_channel, problem, until)
                outbox.want_once(connection, said, at=now)
            feeds.read(connection, key, fetched.cursor, now, now + ctx.clock.real(wait))
    return new


def receive(ctx: Context, desk: Desk, account: AccountConfig, fetched: Fetched, patience: float | None = None) -> int:
    """Store these mentions, oldest first, and which answers came back; return how many mentions were new.

    A database that is away is tried again for `patience` seconds, by default for as long as a fetch may take.
    """
    new, patience = 0, FETCH_SECONDS if patience is None else patience
    for start in range(0, len(fetched.mentions), BATCH):
        batch = fetched.mentions[start : start + BATCH]
        try:
            new += _receive(ctx, desk, account, batch, patience)
        except Exception as error:
            if is_away(error):
                raise
            new += _receive_singly(ctx, desk, account, batch, patience)
        ctx.wake()
    for returned in fetched.returned:
        came_back(ctx, account.key, returned)
    return new


def edit(connection: Connection, settings: Settings, old: Post, mention: Mention, at: datetime) -> bool:
    """Store the customer's new words or pictures, by the rules of the desk that has the thread.

    Returns False if the desk already has them or newer ones, or was told to forget them, or they are our own.
    """
    if not old.inbound:  # a tool that shows our answer posts it back to us
        return False
    if old.external_id not in (mention.id, *mention.earlier_ids):
        return False
    thread = locked(connection, old.thread_id)
    desk = settings.desk_or_heir(thread.desk, thread.account)
    taken_back = thread.erased_at or old.deleted_at
    if taken_back:
        return False
    if (old.external_id, old.text, old.media) == (mention.id, mention.text, mention.media):
        return _readdress(connection, desk, thread, old, mention, at)
    stored = posts.edit(
        connection,
        old,
        external_id=mention.id,
        earlier_ids=mention.earlier_ids,
        text=mention.text,
        media=mention.media,
        url=mention.url,
        reply_blocked_reason=window.blocked(mention, at),
        answer_url=mention.answer_url,
        answer_until=mention.answer_until,
        signals=last_resort.said(desk, mention.text),
        at=at,
    )
    if not stored:
        return False
    _watch(connection, desk, old, mention, at)
    reference_numbers.keep(connection, desk, {old.id: mention.text})
    after = replace(thread, reply_blocked_reason=posts.blocked(connection, thread.id))
    heard = old.only_thanks and not _only_thanks(mention) and posts.hear(connection, thread.id, old.id)
    if heard:
        after = rules.receive(agree_anew(connection, desk, rules.wake(after, at), at), old.waits_since or old.posted_at)
    actor = Actor(mention.author.handle, "network")
    change(
        connection,
        thread,
        after,
        at,
        actor,
        EventKind.EDITED,
        post=mention.id,
    )
    if heard:
        follow_up.tell(connection, desk, thread, old, at)
    return True


def _watch(connection: Connection, desk: Desk, old: Post, mention: Mention, at: datetime) -> None:
    window.watch(connection, desk.calendar(at), [replace(old, answer_until=mention.answer_until)], at)


def _readdress(connection: Connection, desk: Desk, thread: Thread, old: Post, mention: Mention, at: datetime) -> bool:
    """Store where and until when a known post is answered, or that it is answered there; return False if it is known.

    Both follow from the tool's words and from the file, either of which may have been mended.
    """
    before = (old.answer_url, old.answer_until, old.reply_blocked_reason)
    now = (mention.answer_url, mention.answer_until, window.blocked(mention, at))
    mendable = (None, ANSWER_THERE, window.CLOSED)
    if network_of(old.account) != INBOUND or before == now or old.reply_blocked_reason not in mendable:
        return False
    posts.readdress(connection, old.id, *now)
    _watch(connection, desk, old, mention, at)
    threads.save(connection, thread, replace(thread, reply_blocked_reason=posts.blocked(connection, thread.id)))
    outbox.refresh(connection, thread.id, at=at)
    return True


def _receive_singly(
    ctx: Context, desk: Desk, account: AccountConfig, mentions: Iterable[Mention], patience: float
) -> int:
    """Store each mention by itself, and set aside those that cannot be stored; return how many were new.

    If nothing can be stored and no value is to blame, the fault is not a mention's, and the error is raised.
    """
    new = 0
    failed: list[tuple[Mention, Exception]] = []
    for mention in mentions:
        try:
            new += _receive(ctx, desk, account, [mention], patience)
        except Exception as error:
            if is_away(error):
                raise
            failed.append((mention, error))
    other = next((error for _, error in failed if not cannot_be_stored(error)), None)
    if other is not None and not new:
        raise other
    for mention, reason in failed:
        set_aside(ctx, desk, account.key, mention, reason)
    return new


def _receive(ctx: Context, desk: Desk, account: AccountConfig, mentions: Sequence[Mention], patience: float) -> int:
    """Store the mentions of others in one transaction; return how many were new.

    An answer of one of our own accounts to a customer may name this account as well.
    """
    mentions = [mention for mention in mentions if not ctx.is_ours(account.key, mention.author.handle or "")]
    for attempt in until_taken(patience):
        with attempt, transaction(ctx.engine) as connection:
            at = ctx.clock.now()
            check_at = at + ctx.clock.real(account.recheck_every.total_seconds()) if account.spec.can.looks_up else None
            new = _take_in(connection, ctx, desk, account.key, mentions, at, check_at)
    return new


def _not_fetched(ctx: Context, feed: Feed, error: str, code: str, pause: float) -> None:
    for attempt in until_taken(FETCH_SECONDS):
        with attempt, transaction(ctx.engine) as connection:
            now = ctx.clock.now()
            feeds.failed(connection, feed, error, code, now, ctx.after(pause))


def _fresh(mentions: Sequence[Mention], known: Collection[str]) -> Iterator[Mention]:
    """Yield mentions that are neither stored nor, in any wording, the same post as an earlier one.

    A network may file a post and its edit under different conversations; the edit must not begin a thread too.
    """
    seen = set(known)
    for mention in mentions:
        if seen.isdisjoint((mention.id, *mention.earlier_ids)):
            yield mention
        seen.add(mention.id)


def _take_in(
    connection: Connection,
    ctx: Context,
    desk: Desk,
    account: str,
    batch: Sequence[Mention],
    at: datetime,
    check_at: datetime | None,
) -> int:
    """Store these mentions; return how many were new. `desk` has the account, and what no rule sends elsewhere."""
    for each in _to_lock(ctx, account, batch):
        feeds.lock(connection, each)  # else a post and its edit could be stored as two, by two that see neither
    batch = _not_elsewhere(connection, ctx, account, batch)
    aside = set_asides.among(connection, account, [mention.id for mention in batch])
    batch = [_apart(mention) for mention in batch if mention.id not in aside]
    ids = {id_ for mention in batch for id_ in (mention.id, *mention.earlier_ids)}
    known = posts.known(connection, account, ids)
    unseen = [mention for mention in batch if mention.id not in known]
    references.read_again(connection, [(one, known[one.id]) for one in batch if one.id in known], at)
    _speak_to_us(connection, [known[one.id] for one in batch if one.id in known and not one.found_by], at)
    fresh = list(_fresh(batch, known))
    known_authors = _authors(connection, desk, account, unseen, fresh, at)
    begins = (*([crm_look_up] if ctx.crm else []), *([bank_nearest] if ctx.vectors else []))
    taking = _Taking(ctx.settings, desk, account, agreed(connection, desk, at), known_authors, at, check_at, begins)
    begun = []
    for other, mentions in _routed(ctx.settings, desk, account, fresh):
        begun += _begin(connection, _of_desk(connection, taking, other), mentions)
    known |= {post.external_id: post for post in begun}
    added = sum(_store(connection, taking, mention, known) for mention in batch)
    seen = [one for one in unseen if one.author.id in known_authors]
    customers.keep_handles(connection, account, seen)
    _keep_links(connection, account, seen)
    stored = [(one, known[one.id]) for one in unseen if one.id in known]
    references.keep(connection, account, stored)
    window.watch(connection, desk.calendar(at), [post for _, post in stored], at)
    return len(begun) + added


def _speak_to_us(connection: Connection, mentioned: Iterable[Post], at: datetime) -> None:
    """Record of what a rule had found that it is addressed to us as well."""
    for post in mentioned:
        if post.found_by:
            posts.address(connection, post.id)
            outbox.refresh(connection, post.thread_id, at=at)


def _keep_links(connection: Connection, account: str, seen: Iterable[Mention]) -> None:
    """Keep who else these customers say they are, where their network can be joined with others."""
    network = network_of(account)
    spec = SPECS.get(network)
    if spec is not None and spec.can.be_joined:
        customers.keep_links(connection, network, list({one.author.id: one.author for one in seen}.values()))


def _to_lock(ctx: Context, account: str, batch: Sequence[Mention]) -> list[str]:
    """Return whose mentions nobody else may store meanwhile; what a search finds may be found for another account."""
    return sorted({account, *_others(ctx, account)}) if any(one.found_by for one in batch) else [account]


def _others(ctx: Context, account: str) -> list[str]:
    """Return our other accounts on the same network."""
    known = (other.key for _, other in ctx.settings.accounts())
    return [key for key in known if key != account and network_of(key) == network_of(account)]


def had_elsewhere(connection: Connection, ctx: Context, account: str, mentions: Sequence[Mention]) -> Mapping[str, int]:
    """Return the threads in which other accounts of ours on that network have these posts, by the posts' addresses."""
    others = _others(ctx, account) if mentions else []
    return posts.had(connection, others, [(one.url, one.posted_at) for one in mentions]) if others else {}


def _not_elsewhere(connection: Connection, ctx: Context, account: str, batch: Sequence[Mention]) -> Sequence[Mention]:
    """Leave out what was found and another of our accounts on that network has."""
    had = had_elsewhere(connection, ctx, account, [mention for mention in batch if mention.found_by])
    return [mention for mention in batch if not mention.found_by or mention.url not in had]


def _routed(
    settings: Settings, desk: Desk, account: str, mentions: Iterable[Mention]
) -> Iterable[tuple[Desk, list[Mention]]]:
    """Return these mentions by the desk that would answer them, in the order of the file, as all take their locks."""
    going: dict[str, list[Mention]] = {each.stable_key: [] for each in settings.desks}
    for mention in mentions:
        going[routing.desk_of(settings, desk, account, mention).stable_key].append(mention)
    return [(settings.desk(key), some) for key, some in going.items() if some]


def _of_desk(connection: Connection, taking: _Taking, desk: Desk) -> _Taking:
    """Return what holds for another desk."""
    if desk.stable_key == taking.desk.stable_key:
        return taking
    wrote = taking.authors.keys()
    known = authors.known(connection, desk.stable_key, network_of(taking.account), wrote, taking.at)
    return replace(taking, desk=desk, targets=agreed(connection, desk, taking.at), authors=known)


def _apart(mention: Mention) -> Mention:
    """Keep what is private out of a public thread and the other way round, whatever the network calls both."""
    return replace(mention, conversation=f"{mention.conversation} in private") if mention.private else mention


def _authors(
    connection: Connection,
    desk: Desk,
    account: str,
    unseen: Sequence[Mention],
    fresh: Sequence[Mention],
    at: datetime,
) -> dict[str, KnownAuthor]:
    """Return the customers who wrote what is unseen, as they are called now; begin those of fresh posts that are new.

    Whoever edits what was erased stays forgotten.
    """
    network = network_of(account)
    wrote = {mention.author.id: mention.author for mention in unseen}
    found = authors.known(connection, desk.stable_key, network, wrote.keys(), at)
    renamed = [wrote[id_] for id_, one in found.items() if (one.handle, one.name) != _named_as(wrote[id_])]
    customers.rename(connection, network, renamed)
    new = {mention.author.id: wrote[mention.author.id] for mention in fresh if mention.author.id not in found}
    begun = customers.begin(connection, network, new, at)
    return found | {id_: KnownAuthor(number, *_named_as(new[id_]), muted=False) for id_, number in begun.items()}


def _named_as(author: Author) -> tuple[str, str]:
    return author.handle, author.name


def _begin(connection: Connection, taking: _Taking, mentions: Iterable[Mention]) -> list[Post]:
    """Begin the threads of those who have none yet; return their first posts.

    Most mentions begin a thread, and in a storm nearly all do, so those of a page are stored together.
    """
    first: dict[tuple[str, str], Mention] = {}
    for mention in mentions:
        first.setdefault((mention.conversation, mention.author.id), mention)
    threads_begun = threads.begin(connection, taking.account, [_new_thread(taking, one) for one in first.values()])
    if not threads_begun:
        return []
    begun = [(thread, first[thread.conversation, thread.author_id]) for thread in threads_begun]
    lines = [(thread.id, mention.author.handle, _event_data(mention)) for thread, mention in begun]
    events.add_all(connection, taking.at, EventKind.RECEIVED, "network", lines)
    if waiting := [thread for thread in threads_begun if thread.waiting_since is not None]:
        waits.begin(connection, waiting)
        resolutions.begin(connection, waiting, taking.at)
        cards = [messages.card(thread, taking.desk.channel_of(private=thread.private)) for thread in waiting]
        outbox.want_new(connection, cards, at=taking.at)
        outbox.refresh_also_open(connection, [thread.id for thread in waiting], at=taking.at)
        for work in taking.begins:
            outbox.want_new(connection, [work(thread.id) for thread in waiting], at=taking.at)
    added = posts.add(connection, [_post(thread, mention, taking) for thread, mention in begun])
    reference_numbers.keep(connection, taking.desk, {post.id: post.text for post in added})
    return added


def _store(connection: Connection, taking: _Taking, mention: Mention, known: dict[str, Post]) -> bool:
    """Put the mention into its customer's thread; return False if it is not new."""
    if mention.id in known:
        return False
    earlier = next((known[id_] for id_ in mention.earlier_ids if id_ in known), None)
    if earlier is not None:
        return edit(connection, taking.settings, earlier, mention, taking.at)
    before = threads.lock_conversation(connection, taking.account, mention.conversation, mention.author.id)
    moved_from = None
    if before is not None and before.merged_into is not None:
        moved_from, before = before.id, locked(connection, before.merged_into)
    if before is None:
        raise RuntimeError("a thread that exists could not be read")
    taking = _of_desk(connection, taking, taking.settings.desk_or_heir(before.desk, before.account))
    thanked = rules.had_last_word(before) and _only_thanks(mention)
    if thanked and asks(posts.our_last_words(connection, before.id)):
        thanked = False  # it answers us
    post = replace(_post(before, mention, taking), moved_from=moved_from, only_thanks=thanked)
    heard = not thanked and not post.muted
    added = posts.add(connection, [post])
    known |= {post.external_id: post for post in added}
    if added:
        reference_numbers.keep(connection, taking.desk, {post.id: post.text for post in added})
        awake = rules.wake(before, taking.at)
        after = _named(awake if heard else before, mention, taking)
        if heard:
            targets = taking.targets.of_thread(connection, after)
            after = _received(after, mention, targets)
            if before.waiting_since is not None and after.waiting_since == before.waiting_since:
                after = last_resort.hurry(connection, after, targets, taking.at)
        after = replace(after, reply_blocked_reason=posts.blocked(connection, before.id))
        actor = Actor(mention.author.handle, "network")
        change(connection, before, after, taking.at, actor, EventKind.RECEIVED, **_event_data(mention))
        if heard and before.state is State.CLOSED:  # it has no card if all of it came in while its author was muted
            channel = taking.desk.channel_of(private=before.private)
            outbox.want_once(connection, messages.card(before, channel), at=taking.at)
        if heard:
            follow_up.tell(connection, taking.desk, before, added[0], taking.at)
        for work in taking.begins if heard else ():
            outbox.want(connection, work(before.id), at=taking.at)
    return bool(added)


def _only_thanks(mention: Mention) -> bool:
    return not mention.media and only_thanks(mention.text)


def _received(named: Thread, mention: Mention, targets: ResponseTargets) -> Thread:
    return rules.receive(rules.agree(named, targets), mention.waits_since or mention.posted_at)


def _named(thread: Thread, mention: Mention, taking: _Taking) -> Thread:
    corrected = taking.authors[mention.author.id].language
    words = mention.text or ""  # one without a text is set aside when it is stored
    return replace(
        thread,
        reply_blocked_reason=window.blocked(mention, taking.at),
        language=spoken(words, corrected, mention.language, thread.language),
        customer_handle=mention.author.handle,
        customer_name=mention.author.name,
    )


def _event_data(mention: Mention) -> dict[str, Any]:
    return {"post": mention.id, "posted_at": mention.posted_at.isoformat()}


def _post(thread: Thread, mention: Mention, taking: _Taking) -> NewPost:
    return NewPost(
        thread_id=thread.id,
        account=thread.account,
        external_id=mention.id,
        inbound=True,
        author=mention.author.handle,
        text=mention.text,
        url=mention.url,
        posted_at=mention.posted_at,
        stored_at=taking.at,
        media=mention.media,
        recheck_at=taking.check_at,
        reply_blocked_reason=window.blocked(mention, taking.at),
        earlier_ids=mention.earlier_ids,
        muted=taking.authors[mention.author.id].muted,
        signals=last_resort.said(taking.desk, mention.text),
        answer_url=mention.answer_url,
        found_by=mention.found_by,
        answer_until=mention.answer_until,
        waits_since=mention.waits_since,
    )


def _new_thread(taking: _Taking, mention: Mention) -> Thread:
    new = Thread(
        id=0,
        desk=taking.desk.stable_key,
        account=taking.account,
        conversation=mention.conversation,
        author_id=mention.author.id,
        customer_id=taking.authors[mention.author.id].customer_id,
        customer_handle=mention.author.handle,
        customer_name=mention.author.name,
        customer_followers=mention.author.followers,
        language=None,
        private=mention.private,
        received_at=mention.posted_at,
        first_target=0,
        next_target=0,
        warn_share=0,
    )
    named = _named(new, mention, taking)
    if taking.authors[mention.author.id].muted:
        return replace(named, state=State.CLOSED)
    hurried = bool(last_resort.said(taking.desk, mention.text))
    return _received(named, mention, taking.targets.of(named, last_resort=hurried))
