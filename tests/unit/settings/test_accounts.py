"""Which keys an account goes by, and what is said where they are missing, wrong or misnamed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import AccountConfig, Settings
from tests.support.config import account_toml, desk_toml, write
from tests.support.settings import missing, problems, read

APP = {"X_BEARER_TOKEN": "app-bearer", "X_CONSUMER_KEY": "app-key", "X_CONSUMER_SECRET": "app-secret"}
ACME = {"X_ACCESS_TOKEN": "acme-token", "X_ACCESS_TOKEN_SECRET": "acme-secret"}
SERVICE = {"X_SERVICE_ACCESS_TOKEN": "service-token", "X_SERVICE_ACCESS_TOKEN_SECRET": "service-secret"}
CONFIG = desk_toml("Support", "C0SUPPORT", account_toml("acme"), account_toml("acme_service", "X_SERVICE"))
CONFIG += desk_toml("Sales", "C0SALES", account_toml("acme_sales", "SALES2"))
CONSOLE = "https://developer.x.com > your app > Keys and tokens >"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write(tmp_path, CONFIG)


def keys(settings: Settings) -> dict[str, list[str]]:
    """Of every account, its keys in the order of the spec."""
    return {account.key: list(settings.credentials(account).plain().values()) for _, account in settings.accounts()}


class TestCredentials:
    def test_account_speaks_with_its_own_tokens(self, config: Path) -> None:
        sales = {"SALES2_ACCESS_TOKEN": "sales-token", "SALES2_ACCESS_TOKEN_SECRET": "sales-secret"}
        app = [*APP.values()]
        assert keys(read(config, **APP, **ACME, **SERVICE, **sales)) == {
            "x:acme": [*app, *ACME.values()],
            "x:acme_service": [*app, *SERVICE.values()],
            "x:acme_sales": [*app, *sales.values()],
        }

    def test_own_app_comes_before_the_shared_one(self, config: Path) -> None:
        own = {f"SALES2_{name.removeprefix('X_')}": f"sales-{value}" for name, value in APP.items()}
        found = keys(read(config, **APP, **own, X_SERVICE_CONSUMER_KEY=""))
        assert found["x:acme_sales"][:3] == ["sales-app-bearer", "sales-app-key", "sales-app-secret"]
        assert found["x:acme_service"][:3] == [*APP.values()]

    def test_token_of_another_account_is_never_taken(self, config: Path) -> None:
        settings = read(config, **APP, **ACME, X_SERVICE_ACCESS_TOKEN="")
        assert keys(settings)["x:acme_service"] == [*APP.values(), "", ""]
        (_, acme), (_, service), (_, sales) = settings.accounts()
        complete = [settings.credentials(account).complete for account in (acme, service, sales)]
        assert complete == [True, False, False]

    def test_env_file_holds_them_as_well(self, config: Path) -> None:
        (config.parent / ".env").write_text(
            "X_SERVICE_ACCESS_TOKEN=from-file\nX_SERVICE_ACCESS_TOKEN_SECRET=from-file\n"
        )
        found = keys(read(config, X_SERVICE_ACCESS_TOKEN="", X_SERVICE_ACCESS_TOKEN_SECRET="from-environment"))
        assert found["x:acme_service"][3:] == ["from-file", "from-environment"]

    @pytest.mark.parametrize(("own", "other"), [("KEY", "SECRET"), ("SECRET", "KEY")])
    def test_half_an_app_is_never_completed_from_another(self, config: Path, own: str, other: str) -> None:
        half = {f"X_SERVICE_CONSUMER_{own}": "other-app"}
        found = read(config, **APP, **ACME, **SERVICE, **half)
        (_, acme), (_, service), _ = found.accounts()
        assert found.credentials(acme).complete
        assert not found.credentials(service).complete
        assert found.credentials(service).plain()["bearer_token"] == "app-bearer"
        place = "API Key Secret" if other == "SECRET" else "API Key"
        assert missing(config, SLACK_BOT_TOKEN="xoxb-1", **APP, **ACME, **SERVICE, **half)[0] == (
            f"environment: X_SERVICE_CONSUMER_{other}: is not set (for @acme_service on X; it belongs to "
            f"X_SERVICE_CONSUMER_{own}; find it at {CONSOLE} {place})"
        )

    def test_no_log_shows_the_keys_of_any_account(self, config: Path) -> None:
        unused = {"X_ACCESS_TOKEN": "of-nobody"}
        settings = read(config, **APP, **SERVICE, SALES2_BEARER_TOKEN="of-sales", **unused)
        assert settings.secrets() == {*APP.values(), *SERVICE.values(), "of-sales", "of-nobody"}
        assert not any(secret in repr(settings) for secret in settings.secrets())


class TestOneTokenForTwo:
    """A token speaks for one account: with the token of another the desk would answer in the wrong name."""

    def test_accounts_without_keys_are_told_which_to_name(self, config: Path) -> None:
        config.write_text(CONFIG.replace('keys = "X_SERVICE"\n', ""))
        assert problems(config, **APP, **ACME, **SERVICE) == [
            "environment: X_SERVICE_ACCESS_TOKEN: is not a variable that webcare reads "
            '(is keys = "X_SERVICE" missing in webcare.toml?)',
            "webcare.toml: desk[1].networks[2].keys: @acme_service would speak as @acme, with X_ACCESS_TOKEN; give it "
            'a token of its own (for example keys = "X_ACME_SERVICE", for X_ACME_SERVICE_ACCESS_TOKEN)',
        ]

    def test_accounts_of_two_desks_with_the_same_keys_are_refused(self, config: Path) -> None:
        (said,) = problems(config, CONFIG.replace("SALES2", "X_SERVICE"), **APP, **ACME, **SERVICE)
        assert said.startswith(
            "webcare.toml: desk[2].networks[1].keys: @acme_sales would speak as @acme_service, with "
            "X_SERVICE_ACCESS_TOKEN; give it"
        )

    def test_same_keys_are_refused_though_the_network_names_them(self, config: Path) -> None:
        (said,) = problems(config, CONFIG.replace("SALES2", "X"), **APP, **ACME)
        assert said.startswith("webcare.toml: desk[2].networks[1].keys: @acme_sales would speak as @acme, with X_ACC")

    def test_one_token_in_two_variables_is_refused(self, config: Path) -> None:
        copied = SERVICE | {"X_SERVICE_ACCESS_TOKEN": " acme-token "}
        assert problems(config, **APP, **ACME, **copied) == [
            "environment: X_SERVICE_ACCESS_TOKEN: is the same token as X_ACCESS_TOKEN, so @acme_service would speak as "
            f"@acme; make one as @acme_service (find it at {CONSOLE} Access Token, with Read and Write permission)"
        ]

    def test_one_token_in_the_env_file_is_refused_where_it_stands(self, config: Path) -> None:
        (config.parent / ".env").write_text("SALES2_ACCESS_TOKEN=acme-token\n")
        (said,) = problems(config, **APP, **ACME)
        assert said.startswith(".env: SALES2_ACCESS_TOKEN: is the same token as X_ACCESS_TOKEN, so @acme_sales")

    def test_app_and_secret_may_be_the_same(self, config: Path) -> None:
        same = SERVICE | {"X_SERVICE_ACCESS_TOKEN_SECRET": "acme-secret"}
        assert read(config, **APP, **ACME, **same)


class TestProblems:
    def test_missing_key_names_variable_account_and_place(self, config: Path) -> None:
        slack = {"SLACK_BOT_TOKEN": "xoxb-1"}
        assert missing(config, **slack, **APP, **ACME, X_SERVICE_ACCESS_TOKEN="t", SALES2_ACCESS_TOKEN_SECRET="s") == [
            f"environment: X_SERVICE_ACCESS_TOKEN_SECRET: is not set (for @acme_service on X; find it at {CONSOLE} "
            "Access Token Secret)",
            f"environment: SALES2_ACCESS_TOKEN: is not set (for @acme_sales on X; find it at {CONSOLE} "
            "Access Token, with Read and Write permission)",
        ]

    def test_missing_key_of_the_app_is_one_line_for_all(self, config: Path) -> None:
        own = {"SALES2_CONSUMER_KEY": "own", "SALES2_CONSUMER_SECRET": "own"}
        lines = missing(config, SLACK_BOT_TOKEN="xoxb-1", **ACME, **SERVICE, **own)
        assert lines[:2] == [
            "environment: X_BEARER_TOKEN: is not set (for @acme, @acme_service and @acme_sales on X; "
            "X_SERVICE_BEARER_TOKEN would do for @acme_service; SALES2_BEARER_TOKEN would do for @acme_sales; "
            f"find it at {CONSOLE} Bearer Token)",
            "environment: X_CONSUMER_KEY: is not set (for @acme and @acme_service on X; "
            f"X_SERVICE_CONSUMER_KEY would do for @acme_service; find it at {CONSOLE} API Key)",
        ]

    @pytest.mark.parametrize(
        ("variable", "account", "place"),
        [
            ("X_SERVICE_ACCESS_TOKEN_SECRET", "@acme_service", "Access Token Secret"),
            ("SALES2_CONSUMER_KEY", "@acme_sales", "API Key"),
        ],
    )
    def test_wrong_key_names_account_and_place(self, config: Path, variable: str, account: str, place: str) -> None:
        (said,) = missing(config, **{variable: "hush hush"})
        assert said == (
            f"environment: {variable}: holds a space, a line break or another character that is in no token: copy it "
            f"again (for {account} on X; find it at {CONSOLE} {place})"
        )

    @pytest.mark.parametrize(
        "written", ['"x_service"', '"X-SERVICE"', '"_X"', '"2X"', '"X_"', '""', "3", '"X SERVICE"']
    )
    def test_prefix_that_no_variable_can_have_is_refused(self, config: Path, written: str) -> None:
        config.write_text(CONFIG.replace('"X_SERVICE"', written))
        assert missing(config) == [
            f"webcare.toml: desk[1].networks[2].keys: {written} is not what names of variables begin with: A-Z, 0-9 "
            'and _, from a letter to a letter or digit (for example "X_SERVICE", for X_SERVICE_ACCESS_TOKEN)'
        ]

    def test_handle_follows_the_rule_of_its_network(self, config: Path) -> None:
        assert AccountConfig(kind="x", handle=" @Acme_NL ").handle == "Acme_NL"
        config.write_text(CONFIG.replace('"acme_sales"', '"acme.sales"'))
        assert missing(config) == [
            'webcare.toml: desk[2].networks[1].handle: "acme.sales" is not the name of an account on X: 1 to 15 of '
            'a-z, 0-9 and _ ("acme")'
        ]


class TestMisspelt:
    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("X_SERVICE_ACCESS_TOKN", "X_SERVICE_ACCESS_TOKEN"),
            ("X_SERVICE_CONSUMERKEY", "X_SERVICE_CONSUMER_KEY"),
            ("SALES2_ACCES_TOKEN_SECRET", "SALES2_ACCESS_TOKEN_SECRET"),
            ("x_service_access_token", "X_SERVICE_ACCESS_TOKEN"),
        ],
    )
    def test_slip_below_a_known_prefix_is_pointed_out(self, config: Path, written: str, meant: str) -> None:
        assert missing(config, **{written: "hush"}) == [
            f'environment: {written}: is not a variable that webcare reads; did you mean "{meant}"?'
        ]

    def test_slip_in_the_prefix_of_a_missing_key_is_pointed_out(self, config: Path) -> None:
        slip = {"X_SERVCE_ACCESS_TOKEN": "hush"}
        assert missing(config, **APP, **ACME, **slip) == [
            "environment: X_SERVCE_ACCESS_TOKEN: is not a variable that webcare reads; did you mean "
            '"X_SERVICE_ACCESS_TOKEN"? (or is keys = "X_SERVCE" missing in webcare.toml?)'
        ]

    @pytest.mark.parametrize(
        "beside", ["X_SERVICE_ACCESS_TOKEN_FILE", "SALES2_ACCESS_TOKEN_2", "X_BEARER_TOKEN_2", "SLACK_BOT_TOKEN_OLD"]
    )
    def test_name_beside_one_that_is_set_is_no_slip(self, config: Path, beside: str) -> None:
        sales = {"SALES2_ACCESS_TOKEN": "sales-token", "SALES2_ACCESS_TOKEN_SECRET": "sales-secret"}
        read(config, SLACK_BOT_TOKEN="xoxb-1", **APP, **ACME, **SERVICE, **sales, **{beside: "another's"})

    def test_keys_of_an_account_that_left_stop_nothing(self, config: Path) -> None:
        left = {"X_SERVICES_ACCESS_TOKEN": "t", "X_NL_ACCESS_TOKEN_SECRET": "s", "X_SERVICE2_BEARER_TOKEN": "b"}
        config.write_text(CONFIG.partition('[[desk]]\nname = "Sales"')[0])
        read(config, SLACK_BOT_TOKEN="xoxb-1", **APP, **ACME, **SERVICE, **left).require(networks=True)
