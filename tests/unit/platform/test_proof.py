"""Who sent a body: each way of proving it, and what is no proof."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from bot.platform.proof import Proof, Unproven, Way, unfit

BODY = b'{"id": 1}'
STANDARD = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SECRET = "9f8e7d6c5b4a39281706"
PASSWORD = "coosto:9f8e:7d6c5b4a"
HEX = Proof(Way.HMAC, "x-signature", "hex", "sha256=")
BASE64 = Proof(Way.HMAC, "x-signature", "base64")
BEARER = Proof(Way.TOKEN, "authorization", prefix="Bearer ")
WAYS = [
    (Proof(Way.STANDARD), STANDARD),
    (HEX, SECRET),
    (BASE64, SECRET),
    (Proof(Way.BASIC), PASSWORD),
    (Proof(Way.TOKEN, "x-token"), SECRET),
    (BEARER, SECRET),
]
HOSTILE = [
    "",
    " ",
    ",",
    "v1",
    "v1,",
    "v1,%%%",
    "v1,é",
    "é" * 9,
    "\x00",
    "a" * 100_000,
    "Basic",
    "Basic é",
    "Basic =====",
]


def standard(body: bytes = BODY, *, at: float | None = None, secret: str = STANDARD) -> dict[str, str]:
    seconds = int(time.time() if at is None else at)
    signed = Webhook(secret).sign("msg_1", datetime.fromtimestamp(seconds, UTC), body.decode())
    return {"webhook-id": "msg_1", "webhook-timestamp": str(seconds), "webhook-signature": signed}


def why_not(proof: Proof, secret: str, headers: Mapping[str, str], body: bytes = BODY) -> str:
    with pytest.raises(Unproven) as refused:
        proof.check(secret, headers, body)
    return refused.value.why


class TestProof:
    @pytest.mark.parametrize(("proof", "secret"), WAYS)
    def test_what_we_sign_is_proven_in_the_same_way(self, proof: Proof, secret: str) -> None:
        headers = proof.sign(secret, "reply-7", BODY, datetime.now(UTC))
        assert proof.check(secret, headers, BODY) == ("reply-7" if proof.way is Way.STANDARD else "")
        assert headers["webhook-id"] == "reply-7"

    @pytest.mark.parametrize(("proof", "secret"), WAYS)
    def test_another_secret_proves_nothing(self, proof: Proof, secret: str) -> None:
        other = "".join("b" if letter == "a" else letter for letter in secret[:-4]) + "xxxx"
        headers = proof.sign(other, "reply-7", BODY, datetime.now(UTC))
        assert why_not(proof, secret, headers) == "signature"

    @pytest.mark.parametrize(("proof", "secret"), WAYS[:3])
    def test_another_body_is_not_proven_by_the_signature(self, proof: Proof, secret: str) -> None:
        headers = proof.sign(secret, "reply-7", BODY, datetime.now(UTC))
        assert why_not(proof, secret, headers, BODY + b" ") == "signature"

    @pytest.mark.parametrize(("proof", "secret"), WAYS)
    def test_nothing_proves_nothing(self, proof: Proof, secret: str) -> None:
        assert why_not(proof, secret, {}) == "nothing"

    @pytest.mark.parametrize("value", HOSTILE)
    @pytest.mark.parametrize(("proof", "secret"), WAYS)
    def test_hostile_headers_are_refused_like_others(self, proof: Proof, secret: str, value: str) -> None:
        names = ("webhook-signature", "webhook-timestamp", "webhook-id", "x-signature", "x-token", "authorization")
        for name in names:
            given = standard() | dict.fromkeys(names[3:], value) | {name: value}
            if proof.way is not Way.STANDARD or name in names[:3]:
                assert why_not(proof, secret, given) in ("nothing", "signature", "time")

    def test_body_that_is_no_text_is_refused(self) -> None:
        assert why_not(Proof(Way.STANDARD), STANDARD, standard(), b"\xff\xfe") == "signature"


class TestStandard:
    def test_message_of_an_hour_ago_is_refused_for_its_time(self) -> None:
        assert why_not(Proof(Way.STANDARD), STANDARD, standard(at=time.time() - 3600)) == "time"
        assert why_not(Proof(Way.STANDARD), STANDARD, standard(at=time.time() + 3600)) == "time"

    @pytest.mark.parametrize("stamp", ["soon", "nan", "inf", "1e400", "-1", "9" * 400])
    def test_odd_time_is_refused(self, stamp: str) -> None:
        assert why_not(Proof(Way.STANDARD), STANDARD, standard() | {"webhook-timestamp": stamp}) in (
            "time",
            "signature",
        )

    def test_one_of_several_signatures_is_enough(self) -> None:
        headers = standard()
        headers["webhook-signature"] = f"v1,{base64.b64encode(b'x' * 32).decode()} {headers['webhook-signature']}"
        assert Proof(Way.STANDARD).check(STANDARD, headers, BODY) == "msg_1"


class TestHmac:
    """The headers of Discourse (hex after "sha256=") and of Typeform (base64 after it), as both publish them."""

    def test_discourse_and_typeform_are_proven(self) -> None:
        digest = hmac.new(SECRET.encode(), BODY, hashlib.sha256).digest()
        HEX.check(SECRET, {"x-signature": f"sha256={digest.hex().upper()}"}, BODY)
        typeform = Proof(Way.HMAC, "typeform-signature", "base64", "sha256=")
        typeform.check(SECRET, {"typeform-signature": f"sha256={base64.b64encode(digest).decode()}"}, BODY)

    def test_signature_without_the_prefix_is_refused(self) -> None:
        digest = hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()
        assert why_not(HEX, SECRET, {"x-signature": digest}) == "signature"


class TestUnfitSecret:
    @pytest.mark.parametrize("secret", ["whsec_", "whsec_a", "whsec_hush-9r8", "whsec_hush9r8GK!", "hu sh"])
    def test_standard_wants_base64(self, secret: str) -> None:
        said = unfit(Way.STANDARD, secret)
        assert "which is base64, usually after whsec_" in said
        assert "hush" not in said

    @pytest.mark.parametrize("secret", ["hush", ":hush", "coosto:"])
    def test_basic_wants_a_name_and_a_password(self, secret: str) -> None:
        assert "with a colon" in unfit(Way.BASIC, secret)

    @pytest.mark.parametrize(("proof", "secret"), WAYS)
    def test_secrets_that_fit_are_taken(self, proof: Proof, secret: str) -> None:
        assert unfit(proof.way, secret) == ""
