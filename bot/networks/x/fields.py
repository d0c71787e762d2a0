"""What is asked for of each post, in both generations of X's names.

The second one, of August 2026, is not only renamed: author, references and earlier numbers are asked for as expansions,
and no longer as fields. Which of the two X takes is found out by asking. X bills every post and every person that an
expansion brings, so what only has to be recognised is asked for bare. It bills no fields.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Fields: TypeAlias = dict[str, str]


@dataclass(frozen=True, slots=True)
class Generation:
    """The query parameters of one generation of names.

    `whole` is for posts that are shown to people, `own` for our account's own posts, `referred` for posts to which
    others refer, and `bare` for posts that we have.
    """

    whole: Fields
    own: Fields
    referred: Fields
    bare: Fields


_OF_PEOPLE = {"user.fields": "entities,name,public_metrics,username", "media.fields": "alt_text,type,url"}

TWEETS = Generation(
    whole={
        "tweet.fields": "attachments,author_id,conversation_id,created_at,edit_history_tweet_ids,entities,"
        "in_reply_to_user_id,lang,note_tweet,referenced_tweets",
        "expansions": "attachments.media_keys,author_id,referenced_tweets.id",
        **_OF_PEOPLE,
    },
    own={"tweet.fields": "created_at,edit_history_tweet_ids,entities,note_tweet,referenced_tweets"},
    referred={"tweet.fields": "author_id,entities,note_tweet"},
    bare={"tweet.fields": "edit_history_tweet_ids"},
)
POSTS = Generation(
    whole={
        "post.fields": "attachments,conversation_id,created_at,entities,lang,note_post",
        "expansions": "attachments.media_keys,author_id,edit_history_post_ids,referenced_posts",
        **_OF_PEOPLE,
    },
    own={"post.fields": "created_at,entities,note_post", "expansions": "referenced_posts"},
    referred={"post.fields": "entities,note_post", "expansions": "author_id", "user.fields": "username"},
    bare={"expansions": "edit_history_post_ids"},
)
