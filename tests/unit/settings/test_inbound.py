"""[[desk.inbound]]: what may be written, and what is said about what may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.platform.proof import Way
from tests.support.settings import missing, problems, read

DESK = """\
[[desk]]
name = "Support"
slack_channel = "C0SUPPORT"
"""
COOSTO = f"""\
{DESK}
[[desk.inbound]]
name = "coosto"                 # POST /inbound/coosto
verify = "standard"
[desk.inbound.map]
each = "items"
id = "id"
conversation = "thread.id"
"author.id" = "author.id"
"author.name" = "author.name"
text = "text"
at = "created_at"
url = "link"
answer_url = "reply_to"
"""
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def source(lines: str, map_: str = 'text = "text"') -> str:
    return f"{DESK}[[desk.inbound]]\n{lines}\n[desk.inbound.map]\n{map_}\n"


class TestInbound:
    def test_tool_that_posts_is_an_account(self, config: Path) -> None:
        settings = read(config, COOSTO, INBOUND_COOSTO_SECRET=SECRET)
        ((desk, account),) = settings.accounts()
        assert (account.key, account.handle, desk.name) == ("inbound:coosto", "coosto", "Support")
        assert settings.credentials(account).plain() == {"secret": SECRET}
        assert SECRET in settings.secrets()
        found = settings.inbound("coosto")
        assert found is not None
        assert found[1].verify is Way.STANDARD
        assert settings.inbound("other") is None

    def test_author_may_be_written_without_quotation_marks(self, config: Path) -> None:
        bare = read(config, source('name = "a"', 'text = "t"\nauthor.id = "x"\nauthor.name = "y"')).desks[0].inbound[0]
        assert bare.map.expressions == {"author.id": "x", "author.name": "y", "text": "t"}

    @pytest.mark.parametrize(
        ("lines", "map_", "said"),
        [
            ('name = "Coosto NL"', 'text = "t"', 'name: "Coosto NL" is not a name for the end of an address: 1 to 40'),
            ('name = "Coosto NL"', 'text = "t"', 'did you mean "coosto-nl"?'),
            (
                'name = "a"\nverify = "hmca"',
                'text = "t"',
                'verify: "hmca" is not one of standard, hmac, basic, token; did',
            ),
            (
                'name = "a"\nverify = "hmac"',
                'text = "t"',
                "lacks the header in which its signature stands: write header",
            ),
            ('name = "a"\nverify = "token"', 'text = "t"', "lacks the header in which its secret stands"),
            ('name = "a"\nheader = "X-A"', 'text = "t"', 'has header, which verify = "standard" does not use'),
            (
                'name = "a"\nverify = "token"\nheader = "X-A"\nencoding = "hex"',
                'text = "t"',
                'has encoding, which verify = "token" does not use',
            ),
            ('name = "a"\nverify = "hmac"\nheader = "X A"', 'text = "t"', 'header: "X A" is not the name of a header'),
            (
                'name = "a"\nverify = "hmac"\nheader = "X-A"\nencoding = "base32"',
                'text = "t"',
                'encoding: "base32" is not one of hex, base64',
            ),
            ('name = "a"', 'text = "post-id"', 'map.text: "post-id" is not a JMESPath expression'),
            ('name = "a"', 'text = "post-id"', "Unknown token '-', at character 5"),
            ('name = "a"', 'text = "t"\n"author.id" = "a["', 'map.author.id: "a[" is not a JMESPath expression'),
            (
                'name = "a"',
                'text = "t"\nauthr = "a"',
                "map.authr: is not a setting here (allowed: each, id, conversation,",
            ),
            ('name = "a"', 'id = "t"', 'map: finds no words: write text = "…"'),
            ('name = "a"', "text = 3", "map.text: 3 is not a JMESPath expression"),
            (
                'name = "a"\nanswer_to = ["forum.nl"]',
                'text = "t"',
                'answer_to[1]: "forum.nl" is not an address to which',
            ),
        ],
    )
    def test_what_cannot_be_used_is_named_with_its_place(self, config: Path, lines: str, map_: str, said: str) -> None:
        (problem,) = problems(config, source(lines, map_))
        assert problem.startswith("webcare.toml: desk[1].inbound[1]")
        assert said in problem

    def test_map_is_needed(self, config: Path) -> None:
        assert problems(config, f'{DESK}[[desk.inbound]]\nname = "a"\n') == [
            "webcare.toml: desk[1].inbound[1].map: is needed: where in its bodies things stand (for example "
            '[desk.inbound.map] text = "message")'
        ]

    @pytest.mark.parametrize(("one", "other"), [("a", "a"), ("a-b", "a_b")])
    def test_two_cannot_share_an_address_or_a_variable(self, config: Path, one: str, other: str) -> None:
        second = source(f'name = "{other}"').replace("Support", "Sales").replace("C0SUPPORT", "C0SALES")
        (problem,) = problems(config, source(f'name = "{one}"') + second)
        assert problem.startswith("webcare.toml: desk[2].inbound[1].name: ")
        assert problem.endswith("is already used by desk[1].inbound[1].name; each needs its own")


class TestSecret:
    def test_secret_that_is_not_set_is_named(self, config: Path) -> None:
        config.write_text(COOSTO)
        said = missing(config, SLACK_BOT_TOKEN="xoxb-1")
        assert [line.partition(";")[0] for line in said] == [
            "environment: INBOUND_COOSTO_SECRET: is not set (what coosto signs with"
        ]

    def test_web_alone_needs_it_too(self, config: Path) -> None:
        settings = read(config, COOSTO, SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET="s")
        assert settings.missing(http=True).keys() == {"INBOUND_COOSTO_SECRET"}

    @pytest.mark.parametrize(("port", "unset"), [({}, {"PORT"}), ({"PORT": "3000"}, set())])
    def test_socket_mode_serves_it_with_a_port_alone(self, config: Path, port: dict[str, str], unset: set[str]) -> None:
        keys = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "INBOUND_COOSTO_SECRET": SECRET}
        assert read(config, COOSTO, **keys, **port).missing(way_in=True, networks=True).keys() == unset

    def test_secret_that_proves_nothing_is_named_and_not_told(self, config: Path) -> None:
        (said,) = problems(config, COOSTO, INBOUND_COOSTO_SECRET="hush-hush")
        assert said.startswith("environment: INBOUND_COOSTO_SECRET: is no secret of Standard Webhooks, which is base64")
        assert "hush" not in said

    def test_its_variable_may_begin_with_other_words(self, config: Path) -> None:
        other = COOSTO.replace('verify = "standard"', 'keys = "LISTENING_NL"')
        settings = read(config, other, LISTENING_NL_SECRET=SECRET)
        ((_, account),) = settings.accounts()
        assert settings.credentials(account).plain() == {"secret": SECRET}
        (said,) = problems(config, LISTENING_NL_SECRET="hush-hush")
        assert said.startswith("environment: LISTENING_NL_SECRET: is no secret of Standard Webhooks")

    def test_two_may_have_the_same_secret(self, config: Path) -> None:
        two = COOSTO + '[[desk.inbound]]\nname = "form"\n[desk.inbound.map]\ntext = "t"\n'
        assert len(read(config, two, INBOUND_COOSTO_SECRET=SECRET, INBOUND_FORM_SECRET=SECRET).accounts()) == 2

    def test_target_may_be_for_what_is_posted(self, config: Path) -> None:
        rule = '[[desk.targets_for]]\nnetwork = "inbound"\nfirst_response = "4h"\n'
        assert read(config, COOSTO + rule).desks[0].targets_for[0].network == "inbound"

    def test_rule_may_send_it_to_another_desk(self, config: Path) -> None:
        sales = '[[desk]]\nname = "Sales"\nslack_channel = "C0SALES"\n'
        rules = (
            '[[route]]\ndesk = "Sales"\naccount = "inbound:coosto"\n[[route]]\ndesk = "Sales"\nnetwork = "inbound"\n'
        )
        settings = read(config, COOSTO + sales + rules, INBOUND_COOSTO_SECRET=SECRET)
        assert [(rule.desk, rule.account, rule.network) for rule in settings.routes] == [
            ("Sales", "inbound:coosto", None),
            ("Sales", None, "inbound"),
        ]
