"""The vocabulary in which the sample customers' stories are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["nl", "en", "sv"]
Does = Literal["post", "add", "react", "edit", "delete", "repost", "quote"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a customer does.

    `{parcel}` and `{ticket}` in the text become numbers, the same throughout a story. "add" follows up on the
    customer's own post. "react" answers our reply and waits for one. "edit" and "delete" change the customer's last
    post. "repost" and "quote" use the last post of the customer `of`.
    """

    does: Does
    text: str = ""
    picture: str = ""
    alt: str | None = None
    of: str = ""


Story = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Customer:
    """A sample customer. `kind` is how webcare teams class them: savvy, explorer, last resort, thankful, press ...

    Who writes on two networks is two of them, with one name. What one of the two calls `{parcel}` and `{ticket}`, the
    other does once too. `website` is the one in their profile.
    """

    handle: str
    name: str
    language: Language
    followers: int
    kind: str
    stories: tuple[Story, ...]
    network: Literal["x", "bluesky"] = "x"
    website: str = ""


def says(text: str, picture: str = "", alt: str | None = None) -> Step:
    return Step("post", text, picture, alt)


def adds(text: str) -> Step:
    return Step("add", text)


def reacts(text: str) -> Step:
    return Step("react", text)


def edits(text: str) -> Step:
    return Step("edit", text)


def deletes() -> Step:
    return Step("delete")


def reposts(handle: str) -> Step:
    return Step("repost", of=handle)


def quotes(handle: str, text: str) -> Step:
    return Step("quote", text, of=handle)
