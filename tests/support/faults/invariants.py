"""What must hold whatever has died: checked against what Slack and X received, not against our own tables alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from sqlalchemy import Engine, RowMapping, select

from bot.sandbox.server import Sandbox
from bot.sandbox.slack import Message
from bot.sandbox.x import Post
from storage import tables
from storage.engine import reading

BOT = "U0BOT"
BY_ITSELF = ("received", "posted", "nagged")  # lines of a thread of which no person has taken care
UNPOSTED = ("reply", "look_up", "sweep", "tell")  # everything else in the outbox is a message that stays
OWNER_AFTER = {
    "claimed": "actor",
    "taken_over": "actor",
    "handed_over": "to",
    "released": None,
    "let_go": None,
    "shift_ended": None,
    "owner_away": None,
}


def violations(sandbox: Sandbox, engine: Engine) -> list[str]:
    """Everything that is wrong once the desk has settled; nothing when all is well."""
    look = _Facts(sandbox, engine)
    checks = (
        look.nothing_is_left,
        look.slack,
        look.mentions,
        look.replies,
        look.timelines,
        look.waits,
        look.reminders,
    )
    return [wrong for check in checks for wrong in check()]


class _Facts:
    """One look at Slack, X and the database."""

    def __init__(self, sandbox: Sandbox, engine: Engine) -> None:
        with reading(engine) as connection:
            self.tables: dict[str, list[RowMapping]] = {
                table.name: list(connection.execute(select(table).order_by(table.c.id)).mappings())
                for table in (
                    tables.thread,
                    tables.post,
                    tables.reply,
                    tables.event,
                    tables.wait,
                    tables.outbox,
                    tables.late_list,
                )
            }
        self.in_slack: dict[str, list[Message]] = defaultdict(list)
        for channel in list(sandbox.slack.state.channels):
            for message in sandbox.slack.messages(channel):
                if message.user == BOT and message.metadata:
                    self.in_slack[message.metadata["event_payload"]["key"]].append(message)
        self.at = sandbox.slack.state.now()
        self.posts = sandbox.x.posts
        self.own_id = sandbox.x.own.id
        self.mentioning = {
            version.id: post
            for post in self.posts
            if post.author.id != self.own_id and sandbox.x.names(post, sandbox.x.own)
            for version in post.versions
        }

    def nothing_is_left(self) -> Iterator[str]:
        for row in self.tables["outbox"]:
            if row["generation"] > row["delivered_generation"]:
                yield f"{row['key']} was never done ({row['error']})"

    def slack(self) -> Iterator[str]:
        """Each thing is there once, and where we believe it to be."""
        known = {row["key"]: row for row in self.tables["outbox"] if row["kind"] not in UNPOSTED}
        for key, messages in self.in_slack.items():
            if len(messages) > 1:
                yield f"{key} is in Slack {len(messages)} times"
            elif key not in known:
                yield f"{key} is in Slack and nobody wanted it"
            elif known[key]["message_ts"] != messages[0].ts:
                yield f"{key} is in Slack at {messages[0].ts}, and thought to be at {known[key]['message_ts']}"
        for key, row in known.items():
            if row["message_ts"] and key not in self.in_slack:
                yield f"{key} is thought to be in Slack and is not"

    def mentions(self) -> Iterator[str]:
        """Every post that mentions us is stored once, and its thread has a card."""
        stored = Counter(
            self.mentioning[row["external_id"]].versions[0].id
            for row in self.tables["post"]
            if row["inbound"] and row["external_id"] in self.mentioning
        )
        for post in set(self.mentioning.values()):
            found = stored[post.versions[0].id]
            if found > 1 or (found == 0 and not post.deleted):
                yield f"the post {post.id} of @{post.author.handle} is stored {found} times"
        talks = Counter((row["conversation"], row["author_id"]) for row in self.tables["thread"])
        yield from (f"two threads for {talk}" for talk, times in talks.items() if times > 1)
        shown = {row["thread_id"] for row in self.tables["post"] if row["inbound"] and not row["muted"]}
        for row in self.tables["thread"]:
            if row["id"] in shown and f"card:{row['id']}" not in self.in_slack:
                yield f"the thread {row['id']} has no card"

    def replies(self) -> Iterator[str]:
        """At X at most once each, and there if we say so. What no reply has as its own is whoever's it may be."""
        own = [post for post in self.posts if post.author.id == self.own_id and not post.deleted]
        known = {row["external_id"] for row in self.tables["reply"]}
        told = set()
        for row in self.tables["reply"]:
            there = [post for post in own if post.id == row["external_id"]]
            there += [post for post in own if post.id not in known and _says(post, row["text"])]
            told |= {post.id for post in there}
            if len(there) > 1:
                yield f"the reply {row['id']} is at X {len(there)} times"
            if row["state"] == "sent" and [post.id for post in there] != [row["external_id"]]:
                yield f"the reply {row['id']} is marked as sent, and at X there is {[post.id for post in there]}"
            if there and row["state"] in ("cancelled", "rejected", "queued"):
                yield f"the reply {row['id']} is {row['state']} and at X"
            if row["state"] in ("sending", "verifying", "queued"):
                yield f"the reply {row['id']} is still {row['state']}"
        yield from (f"nobody's reply is at X: {post.text}" for post in own if post.id not in told)

    def timelines(self) -> Iterator[str]:
        """Each change has its line, and the lines lead to what is so: above all to one owner at a time."""
        lines: dict[int, list[RowMapping]] = defaultdict(list)
        for row in self.tables["event"]:
            lines[row["thread_id"]].append(row)
        for thread in self.tables["thread"]:
            here = lines[thread["id"]]
            yield from _owners(thread, here)
            kinds = Counter(row["kind"] for row in here)
            replies = Counter(row["state"] for row in self.tables["reply"] if row["thread_id"] == thread["id"])
            stored = [row for row in self.tables["post"] if row["thread_id"] == thread["id"] and row["inbound"]]
            wanted = {
                "received": len(stored),
                "withdrawn": sum(row["deleted_at"] is not None for row in stored),
                "undone": replies["cancelled"],
                "sent": replies["sent"],
                "refused": replies["rejected"],
                "posted": len(self.in_slack[f"card:{thread['id']}"]),
            }
            for kind, times in wanted.items():
                if kinds[kind] != times:
                    yield f"the thread {thread['id']} has {kinds[kind]} lines {kind!r} for {times} changes"

    def waits(self) -> Iterator[str]:
        """Nobody waits twice, or for nothing; a thread that waits has its reminder before it or behind it."""
        going_on = Counter(row["thread_id"] for row in self.tables["wait"] if row["ended_at"] is None)
        for thread in self.tables["thread"]:
            if going_on[thread["id"]] != (thread["state"] == "waiting"):
                yield f"the thread {thread['id']} is {thread['state']} with {going_on[thread['id']]} waits"
            rests = thread["snoozed_until"] is not None or thread["nag_level"] == "breach"
            if thread["state"] == "waiting" and thread["next_nag_at"] is None and not rests:
                yield f"nobody will be reminded of the thread {thread['id']}"

    def reminders(self) -> Iterator[str]:
        """Each that was raised has its message, alone or with others; only what somebody took care of has none."""
        alone = {tuple(row["key"].split(":")[1:3]) for row in self.tables["outbox"] if row["kind"] == "nag"}
        gathered = [row for row in self.tables["outbox"] if row["kind"] == "reminders"]
        listed = {wait for row in gathered for wait in row["payload"]["waits"]}
        silent = {wait for row in gathered if row["message_ts"] is None for wait in row["payload"]["waits"]}
        # What Slack never had is left unsaid where a newer message says it again.
        silent -= {wait for row in gathered if row["message_ts"] is not None for wait in row["payload"]["waits"]}
        silent -= {
            row["payload"]["wait"] for row in self.tables["outbox"] if row["kind"] == "nag" and row["message_ts"]
        }
        threads = {row["id"]: row for row in self.tables["thread"]}
        touched = {row["thread_id"] for row in self.tables["event"] if row["kind"] not in BY_ITSELF}
        for wait in self.tables["wait"]:
            number, thread = (str(wait["thread_id"]), str(wait["id"])), threads[wait["thread_id"]]
            if wait["ended_at"] is not None:
                continue
            if thread["nag_level"] != "not_yet" and number not in alone and wait["id"] not in listed:
                yield f"the reminder of the thread {thread['id']} has no message"
            late = thread["nag_level"] == "breach" and thread["snoozed_until"] is None
            if late and thread["due_at"] <= self.at and not self._is_told(thread):
                yield f"no lead was told of the thread {thread['id']}"
            if wait["id"] in silent and thread["id"] not in touched:
                yield f"nobody was reminded of the thread {thread['id']}"

    def _is_told(self, thread: RowMapping) -> bool:
        """A lead's list that goes on is in Slack, and names or counts what is late."""
        going_on = [
            row for row in self.tables["late_list"] if row["ended_at"] is None and row["desk"] == thread["desk"]
        ]
        return any(f"late_list:{row['id']}" in self.in_slack for row in going_on)


def _owners(thread: RowMapping, lines: list[RowMapping]) -> Iterator[str]:
    owner: str | None = None
    for line in lines:
        if line["kind"] not in OWNER_AFTER:
            continue
        if line["kind"] == "claimed" and owner is not None:
            yield f"the thread {thread['id']} was claimed by {line['actor']} while it was {owner}'s"
        who = OWNER_AFTER[line["kind"]]
        owner = line["actor"] if who == "actor" else line["data"].get(who) if who else None
    if owner != thread["owner"]:
        yield f"the thread {thread['id']} is {thread['owner']}'s, and by its timeline {owner}'s"


def _says(post: Post, words: str) -> bool:
    return " ".join(post.text.split()).endswith(" ".join(words.split()))
