"""Posts and accounts as X's v2 API shows them: only what was asked for, with expansions in `includes`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox.x.params import NEW_NAMES, Query
from bot.sandbox.x.posts import Account, Media, Post
from bot.sandbox.x.problems import not_authorized, not_found
from bot.sandbox.x.service import XService
from bot.sandbox.x.text import LIMIT, Link, Wire, cut, handles_in, weight, wire

EDITABLE_FOR = timedelta(hours=1)
MOST_EDITS = 5
NEEDS = {
    "author_id": "author_id",
    "in_reply_to_user_id": "in_reply_to_user_id",
    "entities.mentions.username": "entities",
    "attachments.media_keys": "attachments",
    "referenced_tweets.id": "referenced_tweets",
    "referenced_tweets.id.author_id": "referenced_tweets",
    "referenced_tweets.id.attachments.media_keys": "referenced_tweets",
}
"""The field that each expansion adds, requested or not."""


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"


def renamed(value: Any) -> Any:
    """Translate an answer into the names of August 2026."""
    if isinstance(value, dict):
        new = NEW_NAMES | {"tweets": "posts"}
        return {new.get(name, name): renamed(inner) for name, inner in value.items()}
    return [renamed(inner) for inner in value] if isinstance(value, list) else value


@dataclass(slots=True)
class Answer:
    """Builds one answer. `origin` is this server's address, put before the paths of pictures."""

    x: XService
    query: Query
    origin: str
    _users: dict[str, Account] = field(default_factory=dict)
    _posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    _media: dict[str, Media] = field(default_factory=dict)
    _errors: list[dict[str, Any]] = field(default_factory=list)

    def posts(self, found: Iterable[tuple[Post, str]]) -> list[dict[str, Any]]:
        """Show posts; `found` pairs each with the id of the wording to show."""
        data = []
        for post, version_id in found:
            data.append(self.post(post, version_id))
            self._expand(post)
        return data

    def lost(self, kind: str, parameter: str, value: str) -> None:
        self._errors.append(not_found(kind, parameter, value))

    def forbidden(self, kind: str, parameter: str, value: str) -> None:
        self._errors.append(not_authorized(kind, parameter, value))

    def body(self, data: Any = None, meta: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the whole answer without its empty parts, which X leaves out."""
        includes: dict[str, Any] = {
            "users": [self.user(account) for account in self._users.values()],
            "tweets": list(self._posts.values()),
            "media": [self._medium(media) for media in self._media.values()],
        }
        includes = {name: those for name, those in includes.items() if those}
        parts = {"data": data, "includes": includes, "errors": self._errors, "meta": meta}
        whole = {name: part for name, part in parts.items() if part}
        return dict(renamed(whole)) if self.x.field_names == "post" else whole

    def user(self, account: Account) -> dict[str, Any]:
        extra: dict[str, Any] = {
            "created_at": "2012-03-04T09:00:00.000Z",
            "description": "",
            "protected": False,
            "verified": False,
            "verified_type": "none",
            "profile_image_url": f"https://abs.twimg.com/sticky/default_profile_images/{account.id}_normal.png",
            "public_metrics": {
                "followers_count": account.followers,
                "following_count": account.followers // 3,
                "tweet_count": self.x.written_by(account),
                "listed_count": 0,
                "like_count": 0,
                "media_count": 0,
            },
        }
        if account.website:
            link = "https://t.co/website"
            extra["url"] = link
            shown = {"start": 0, "end": len(link), "url": link, "expanded_url": account.website}
            extra["entities"] = {"url": {"urls": [shown | {"display_url": account.website.partition("//")[2]}]}}
        base = {"id": account.id, "name": account.name, "username": account.handle}
        return base | {name: value for name, value in extra.items() if name in self.query.user_fields}

    def post(self, post: Post, version_id: str) -> dict[str, Any]:
        wanted = self.query.post_fields | {NEEDS[name] for name in self.query.expansions if name in NEEDS}
        short, whole = self._wires(post, version_id)
        everything: dict[str, Any] = {
            "attachments": {"media_keys": [media.key for media in post.media]} if post.media else None,
            "author_id": post.author.id,
            "conversation_id": post.conversation_id,
            "created_at": stamp(next(version.at for version in post.versions if version.id == version_id)),
            "display_text_range": [len(post.handles), len(short.text)],
            "edit_controls": self._edit_controls(post),
            "entities": short.entities,
            "in_reply_to_user_id": post.in_reply_to_author,
            "lang": post.language,
            "note_tweet": whole and {"text": whole.text} | ({"entities": whole.entities} if whole.entities else {}),
            "possibly_sensitive": False,
            "public_metrics": self._metrics(post) if "public_metrics" in wanted else None,
            "referenced_tweets": [{"type": kind, "id": other} for kind, other in _references(post)],
            "reply_settings": "everyone",
        }
        base: dict[str, Any] = {"id": version_id, "text": short.text}
        if self.x.field_names == "tweet" or "edit_history_tweet_ids" in self.query.expansions:
            base["edit_history_tweet_ids"] = [v.id for v in post.versions]
        return base | {
            name: value for name, value in everything.items() if name in wanted and value not in (None, {}, [])
        }

    def _wires(self, post: Post, version_id: str) -> tuple[Wire, Wire | None]:
        words = next(version.text for version in post.versions if version.id == version_id)
        tail = tuple(self._tail(post))
        if post.reposts or weight(words) <= LIMIT:
            return wire(post.handles + words, self._id_of, tail), None
        itself = f"x.com/i/web/status/{version_id}"
        shortened = post.handles + cut(words, weight("… https://t.co/0123456789")) + "…"
        link = Link("https://" + itself, itself[:26] + "…")
        return wire(shortened, self._id_of, (link, *tail)), wire(post.handles + words, self._id_of, tail)

    def _id_of(self, handle: str) -> str | None:
        account = self.x.account(handle)
        return account.id if account else None

    def _tail(self, post: Post) -> Iterable[Link]:
        page = f"https://x.com/{post.author.handle}/status/{post.id}"
        for media in post.media:
            part = "photo" if media.type == "photo" else "video"
            yield Link(f"{page}/{part}/1", f"pic.x.com/{media.key[-10:]}", media.key)
        if post.quotes:
            yield Link(f"https://x.com/i/status/{post.quotes}", f"x.com/i/status/{post.quotes[:8]}…")

    def _edit_controls(self, post: Post) -> dict[str, Any]:
        until = post.versions[0].at + EDITABLE_FOR
        left = MOST_EDITS - (len(post.versions) - 1)
        eligible = post.in_reply_to is None and post.reposts is None
        return {"edits_remaining": max(0, left), "is_edit_eligible": eligible, "editable_until": stamp(until)}

    def _metrics(self, post: Post) -> dict[str, int]:
        ids = {version.id for version in post.versions}
        others = [other for other in self.x.posts if not other.deleted]
        return {
            "retweet_count": sum(other.reposts in ids for other in others),
            "reply_count": sum(other.in_reply_to in ids for other in others),
            "like_count": 0,
            "quote_count": sum(other.quotes in ids for other in others),
            "bookmark_count": 0,
            "impression_count": 0,
        }

    def _expand(self, post: Post) -> None:
        wanted = self.query.expansions
        if "author_id" in wanted:
            self._include_user(post.author.id)
        if "in_reply_to_user_id" in wanted and post.in_reply_to_author:
            self._include_user(post.in_reply_to_author)
        if "entities.mentions.username" in wanted:
            for handle in handles_in(post.text):
                self._include_user(handle)
        if "attachments.media_keys" in wanted:
            self._media.update((media.key, media) for media in post.media)
        if any(name.startswith("referenced_tweets.id") for name in wanted):
            for _, other in _references(post):
                self._include_post(other)

    def _include_user(self, key: str) -> None:
        account = self.x.account(key)
        if account is not None:
            self._users[account.id] = account

    def _include_post(self, post_id: str) -> None:
        try:
            post = self.x.standing(post_id)
        except KeyError:
            self.lost("tweet", "referenced_tweets.id", post_id)
            return
        if post.author.handle.lower() in self.x.protected:
            self.forbidden("tweet", "referenced_tweets.id", post_id)
            return
        if post_id in self.x.unexpanded:
            return
        self._posts[post_id] = self.post(post, post_id)
        if "referenced_tweets.id.author_id" in self.query.expansions:
            self._include_user(post.author.id)
        if "referenced_tweets.id.attachments.media_keys" in self.query.expansions:
            self._media.update((media.key, media) for media in post.media)

    def _medium(self, media: Media) -> dict[str, Any]:
        address = self.origin + media.url if media.url.startswith("/") else media.url
        extra: dict[str, Any] = {"alt_text": media.alt_text, "width": 640, "height": 400}
        if media.type == "photo":
            extra["url"] = address
        else:
            extra["preview_image_url"] = address
            extra["duration_ms"] = 12_000
            extra["variants"] = [{"bit_rate": 832_000, "content_type": "video/mp4", "url": address + ".mp4"}]
        base = {"media_key": media.key, "type": media.type}
        return base | {name: extra[name] for name in self.query.media_fields & extra.keys() if extra[name] is not None}


def _references(post: Post) -> list[tuple[str, str]]:
    pairs = (("replied_to", post.in_reply_to), ("quoted", post.quotes), ("retweeted", post.reposts))
    return [(kind, other) for kind, other in pairs if other]
