"""The signature of outgoing webhooks."""

import pytest

from prellbock.sinks.webhook import SecretError, key_of, signature


def test_the_example_of_the_specification() -> None:
    """The vector that the reference libraries of Standard Webhooks test against."""
    key = key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    found = signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "not base64!"])
def test_a_secret_that_is_none(secret: str) -> None:
    with pytest.raises(SecretError, match="24 to 64"):
        key_of(secret)
