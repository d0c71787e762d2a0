"""Clicks that Socket Mode loses while its connections are replaced: the desk's own client against those of Slack's SDK.

Slack replaces each connection every few hours. It warns first, or it does not; and a network may cut one without a
word. The one that is replaced is always the oldest.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby

from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler as Builtin
from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler as WebsocketClient
from slack_bolt.authorization import AuthorizeResult

from bot.platform import slack
from bot.runtime.socket_mode import SocketMode
from bot.sandbox.server import Sandbox
from bot.sandbox.slack import Timing
from tests.benchmarks.bench import Bench
from tests.benchmarks.report import Figure
from tests.support.process import eventually

APP_TOKEN = "xapp-sandbox"
REPLACEMENTS = {False: 3, True: 5}  # by whether the long measures are wanted
APART = 6.0  # seconds between two
CLICKS_A_SECOND = 20
AT_ONCE = 100  # clicks on their way: a lost one is waited for as long as Slack waits, 3 s
CHANNEL = "C0SUPPORT"
BUTTON = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}

Stop = Callable[[], object]


def measure(bench: Bench) -> Iterator[Figure]:
    times = REPLACEMENTS[bench.long]
    for how, grace, replace in _REPLACED:
        for name, connect in _CLIENTS.items():
            with Sandbox(rate_limits=False, timing=Timing(refresh_grace=grace)) as sandbox:
                acknowledged = _click_through(sandbox, connect, replace, times)
            lost = acknowledged.count(False)
            value = f"{lost} of {len(acknowledged)}, deaf {_longest_deaf(acknowledged):.1f} s"
            what = f"clicks lost in {times} replacements of a connection {how}"
            if name == OURS:
                yield Figure(what, name, value, "none", lost == 0)
            else:
                yield Figure(what, name, value)


def _bolt(sandbox: Sandbox) -> App:
    bolt = App(
        client=slack.client(None, sandbox.slack_api_url),
        signing_secret="unset",
        process_before_response=True,
        authorize=lambda: AuthorizeResult(enterprise_id=None, team_id=None, bot_token="xoxb-sandbox"),
    )

    @bolt.action("go")
    def click(ack: Ack) -> None:
        ack()

    bolt.event("message")(lambda: None)  # the card itself
    return bolt


def _ours(bolt: App) -> Stop:
    mode = SocketMode(bolt, bolt.client, APP_TOKEN)
    mode.start()
    return mode.stop


def _builtin(bolt: App) -> Stop:
    client = Builtin(bolt, APP_TOKEN).client
    client.connect()
    return client.close


def _websocket_client(bolt: App) -> Stop:
    client = WebsocketClient(bolt, APP_TOKEN).client
    client.connect()
    return client.close


def _click_through(
    sandbox: Sandbox, connect: Callable[[App], Stop], replace: Callable[[Sandbox], object], times: int
) -> list[bool]:
    """Click steadily while a connection is replaced so many times: whether each click was acknowledged in time."""
    stop = connect(_bolt(sandbox))
    eventually(lambda: sandbox.slack.sockets)
    client = slack.client("xoxb-sandbox", sandbox.slack_api_url)
    blocks = [{"type": "actions", "elements": [BUTTON]}]
    card = slack.call(client, "chat.postMessage", channel=CHANNEL, text="a card", blocks=blocks)
    start = time.monotonic()
    due = start + APART / 2
    with ThreadPoolExecutor(AT_ONCE) as pool:
        clicks = []
        for number in range(round(times * APART * CLICKS_A_SECOND)):
            time.sleep(max(0.0, start + number / CLICKS_A_SECOND - time.monotonic()))
            if time.monotonic() >= due:
                replace(sandbox)
                due += APART
            clicks.append(pool.submit(sandbox.slack.click, "U0ANNA", CHANNEL, card["ts"], "go"))
        acknowledged = [click.result().ok for click in clicks]
    stop()
    return acknowledged


def _longest_deaf(acknowledged: list[bool]) -> float:
    """Seconds that the longest row of lost clicks took."""
    rows = (len(list(row)) for ok, row in groupby(acknowledged) if not ok)
    return max(rows, default=0) / CLICKS_A_SECOND


OURS = "ours"
_CLIENTS: dict[str, Callable[[App], Stop]] = {
    OURS: _ours,
    "builtin": _builtin,
    "websocket_client": _websocket_client,
}
_REPLACED: tuple[tuple[str, float, Callable[[Sandbox], object]], ...] = (
    ("with a warning", 2.0, lambda sandbox: sandbox.slack.refresh_sockets(1)),
    ("without one", 0.0, lambda sandbox: sandbox.slack.refresh_sockets(1)),
    ("by a cut", 0.0, lambda sandbox: sandbox.slack.drop_sockets(1)),
)
"""How a connection is replaced, the seconds between Slack's warning and the end, and how to have Slack do it."""
