"""The composition root: builds everything once and passes it down."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from secrets import token_hex

from pydantic import SecretStr
from slack_bolt import App as Bolt
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

import handlers
from bot import networks
from bot.delivery.deliverer import Deliverer
from bot.delivery.public_updates import PublicUpdateDeliverer
from bot.delivery.replies import ReplyDeliverer
from bot.delivery.slack_messages import SlackMessageDeliverer
from bot.delivery.tasks import TaskDeliverer
from bot.delivery.webhooks import WebhookDeliverer
from bot.delivery.worker import Delivery
from bot.integrations import crm, vectors
from bot.integrations.crm.base import Crm
from bot.networks.base import Account
from bot.platform import logs, slack
from bot.settings import Settings
from bot.usecases.desk.context import Context
from handlers.deps import HandlerDeps
from storage.engine import Engine, connect


@dataclass(frozen=True, slots=True)
class App:
    """The application's parts in one process."""

    settings: Settings
    engine: Engine
    client: WebClient
    ctx: Context
    delivery: Delivery
    deps: HandlerDeps
    bolt: Bolt

    def close(self) -> None:
        self.deps.stop()
        self.engine.dispose()


def build(settings: Settings) -> App:
    """Build everything; start nothing and call nobody yet."""
    logs.hush()
    engine = connect(settings.database_url)
    client = slack.client(_plain(settings.slack.bot_token), settings.slack.api_url)
    delivery: Delivery | None = None

    def wake() -> None:
        if delivery is not None:
            delivery.wake()

    ctx = Context(engine, settings.clock, settings, _accounts(settings), wake, _crm(settings), vectors.build())
    delivery = Delivery(ctx, deliverers(ctx, client))
    deps = HandlerDeps(ctx, client)
    return App(settings, engine, client, ctx, delivery, deps, _bolt(settings, client, deps))


def deliverers(ctx: Context, client: WebClient) -> tuple[Deliverer, ...]:
    """Build the deliverers, which share out the kinds of message."""
    network = ReplyDeliverer(ctx, client), PublicUpdateDeliverer(ctx, client)
    return SlackMessageDeliverer(ctx, client), *network, TaskDeliverer(ctx), WebhookDeliverer(ctx)


def _bolt(settings: Settings, client: WebClient, deps: HandlerDeps) -> Bolt:
    token = _plain(settings.slack.bot_token)
    bolt = Bolt(
        logger=logging.getLogger("slack_bolt"),  # else Bolt sets a level of its own
        client=client,
        # Socket Mode needs no signing secret; a random one keeps anybody from forging Slack's signature over HTTP.
        signing_secret=_plain(settings.slack.signing_secret) or token_hex(32),
        process_before_response=True,
        raise_error_for_unhandled_request=True,  # handlers.refusals answers it; Bolt's 404 is a warning sign in Slack
        # One workspace, one token: a click is answered without asking Slack first.
        authorize=lambda: AuthorizeResult(enterprise_id=None, team_id=None, bot_token=token),
    )
    handlers.register(bolt, deps)
    return bolt


def _accounts(settings: Settings) -> dict[str, Account]:
    sources = {
        source.account.key: {"proof": source.proof, "answer_to": source.answer_to, "home": settings.slack.api_url}
        for desk in settings.desks
        for source in desk.inbound
    }
    return {
        account.key: networks.build(
            account.kind,
            account.handle,
            now=settings.clock.now,
            api_url=settings.api_url(account),
            **settings.credentials(account).plain(),
            **sources.get(account.key, {}),
        )
        for _, account in settings.accounts()
    }


def _crm(settings: Settings) -> Crm | None:
    """Build what asks the CRM; None where there is none, or its secret is not set, as `check` says."""
    if settings.crm is None or settings.crm_secret is None:
        return None
    wanted = settings.crm
    return crm.build(wanted.kind, wanted.url, user=wanted.user, secret=_plain(settings.crm_secret))


def _plain(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
