"""The signature of outgoing webhooks."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from prellbock.sinks.webhook import (
    PUBLIC_PREFIX,
    SecretError,
    headers_of,
    key_of,
    new_secret,
    public_key_of,
    signer_of,
)


def test_the_example_of_the_specification() -> None:
    """The vector that the reference libraries of Standard Webhooks test against."""
    signer = signer_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = headers_of([signer], "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', 1614265330.7)
    assert headers["webhook-timestamp"] == "1614265330"
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "not base64!"])
def test_a_secret_that_is_none(secret: str) -> None:
    with pytest.raises(SecretError, match="24 to 64"):
        key_of(secret)


def test_a_pair_of_keys_signs_what_its_public_half_verifies() -> None:
    secret = new_secret(ed25519=True)
    public = public_key_of(secret)
    assert public is not None
    headers = headers_of([signer_of(secret)], "msg_1", b"{}", 1614265330)
    version, _, signature = headers["webhook-signature"].partition(",")
    assert version == "v1a"
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public.removeprefix(PUBLIC_PREFIX)))
    key.verify(base64.b64decode(signature), b"msg_1.1614265330.{}")


def test_while_a_key_is_changed_both_sign() -> None:
    signers = [signer_of(new_secret()), signer_of(new_secret(ed25519=True))]
    versions = [each.partition(",")[0] for each in headers_of(signers, "m", b"", 1)["webhook-signature"].split()]
    assert versions == ["v1", "v1a"]


def test_a_private_key_that_is_none() -> None:
    with pytest.raises(SecretError, match="32 octets"):
        signer_of("whsk_AAAA")
