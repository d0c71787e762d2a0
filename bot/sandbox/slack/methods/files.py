"""files.*: what users gave to the app."""

from __future__ import annotations

from bot.sandbox.slack.args import Args
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.files import SCOPE
from bot.sandbox.slack.methods.base import Method
from bot.sandbox.slack.records import Json
from bot.sandbox.slack.state import State


def info(state: State, args: Args) -> Json:
    file = state.files.get(args.need("file"))
    if file is None:
        raise SlackError("file_not_found")
    return {"file": file.payload(state.url())}


METHODS = [Method("files.info", info, (SCOPE,), tier=4)]
