"""What every provider must refuse, and what it must bear: one set of cases for all."""

import json
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from webhook_signing import NOW, OTHER, SECRET, SIGN, TIMED, WHOLE, Signed, sign

from prellbock.sources.webhooks.call import Call, RefusedError, UnreadableError
from prellbock.sources.webhooks.order import PROVIDERS
from prellbock.sources.webhooks.provider import read

ITEM: dict[str, Any] = {"unknown": {"deep": [1, 2, {"x": None}]}, "event": "delivered", "email": "a@example.com"}
ALL = sorted(PROVIDERS)
KEYED = [name for name in ALL if PROVIDERS[name].made_by != "nobody"]


def _verify(name: str, signed: Signed, **changes: object) -> None:
    PROVIDERS[name].verify(msgspec.structs.replace(signed.call, **changes), signed.trust)


def test_every_provider_is_covered() -> None:
    assert set(SIGN) == set(PROVIDERS)


@pytest.mark.parametrize("name", ALL)
def test_a_good_request_is_accepted(name: str) -> None:
    _verify(name, sign(name, ITEM))


@pytest.mark.parametrize("name", ALL)
def test_no_proof_is_refused(name: str) -> None:
    with pytest.raises((RefusedError, UnreadableError)):
        _verify(name, sign(name, ITEM), headers={}, body=json.dumps(ITEM).encode())


@pytest.mark.parametrize("name", KEYED)
def test_a_wrong_secret_is_refused(name: str) -> None:
    signed = sign(name, ITEM, OTHER)
    trust = msgspec.structs.replace(signed.trust, secrets=sign(name, ITEM, SECRET).trust.secrets)
    with pytest.raises(RefusedError):
        PROVIDERS[name].verify(signed.call, trust)


@pytest.mark.parametrize("name", KEYED)
def test_without_any_secret_all_is_refused(name: str) -> None:
    signed = sign(name, ITEM)
    with pytest.raises(RefusedError):
        PROVIDERS[name].verify(signed.call, msgspec.structs.replace(signed.trust, secrets=()))


@pytest.mark.parametrize("name", KEYED)
def test_while_a_key_is_changed_both_hold(name: str) -> None:
    old, new = sign(name, ITEM, SECRET), sign(name, ITEM, OTHER)
    both = msgspec.structs.replace(old.trust, secrets=(*new.trust.secrets, *old.trust.secrets))
    PROVIDERS[name].verify(old.call, both)
    PROVIDERS[name].verify(new.call, both)


@pytest.mark.parametrize("name", WHOLE)
def test_a_changed_body_is_refused(name: str) -> None:
    signed = sign(name, ITEM)
    assert b"delivered" in signed.call.body
    with pytest.raises(RefusedError):
        _verify(name, signed, body=signed.call.body.replace(b"delivered", b"delivereD"))


@pytest.mark.parametrize("name", TIMED)
@pytest.mark.parametrize("shift", [-40 * 3600.0, 3600.0])
def test_a_signature_of_another_time_is_refused(name: str, shift: float) -> None:
    with pytest.raises(RefusedError, match="another time"):
        _verify(name, sign(name, ITEM, at=NOW + shift))


@pytest.mark.parametrize("name", TIMED)
def test_a_signature_of_just_now_is_accepted(name: str) -> None:
    _verify(name, sign(name, ITEM, at=NOW - 120.0))


@pytest.mark.parametrize("name", ALL)
def test_the_same_request_twice_gives_the_same_batch(name: str) -> None:
    call = sign(name, ITEM).call
    first, second = (read(PROVIDERS[name], call, "webhook:x/y", {}, NOW) for _ in range(2))
    assert first.digest == second.digest
    assert first.events == second.events


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe\x00", b"[1, 2]", b'"text"', b"{", b"null", b"[" * 5000, b'{"a":' * 5000, b"a=b&c", b"%ff=%ff"],
    ids=["empty", "octets", "numbers", "text", "cut", "null", "deep", "deeper", "form", "escapes"],
)
def test_hostile_bodies_are_refused_or_give_nothing(name: str, body: bytes) -> None:
    provider, signed = PROVIDERS[name], sign(name, ITEM)
    call = Call(body=body, headers=signed.call.headers, received=NOW)
    for step in (
        lambda: provider.verify(call, signed.trust),
        lambda: provider.answer(call),
        lambda: provider.certificate(call),
    ):
        with suppress(RefusedError, UnreadableError):
            step()
    with suppress(UnreadableError):
        assert read(provider, call, "webhook:x/y", {}, NOW).events == []


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("value", [None, True, 7, -1e300, "", "x", [], [None], {}, {"x": []}, "\ud800"])
def test_no_type_of_a_field_breaks_the_reader(name: str, value: object) -> None:
    provider = PROVIDERS[name]
    for item in HARMED:
        for field in item:
            body = json.dumps({**item, field: value}).encode("utf-8", "replace")
            call = Call(body=body, received=NOW)
            if name in ("ses", "mandrill"):
                call = sign(name, {**item, field: value}).call
            for event in read(provider, call, "webhook:x/y", {}, NOW).events:
                assert event.recipient is None or "@" in event.recipient


HARMED: list[dict[str, Any]] = [
    {"event": "bounce", "email": "a@example.com", "timestamp": 1, "reason": "550 no", "status": "5.1.1", "type": "x"},
    {"event-data": {"event": "failed", "recipient": "a@example.com"}, "signature": {"token": "x"}},
    {"RecordType": "Bounce", "Type": "HardBounce", "Email": "a@example.com", "ID": 1, "BouncedAt": "x", "Details": "x"},
    {"msys": {"message_event": {"type": "bounce", "rcpt_to": "a@example.com"}}},
    {"event": "hard_bounce", "msg": {"email": "a@example.com"}, "ts": 1, "_id": "x"},
    {
        "event": "hard_bounce",
        "email": "a@example.com",
        "ts_epoch": 1,
        "reason": "x",
        "tag": "[",
        "X-Mailin-custom": "{",
    },
    {"type": "email.bounced", "created_at": "x", "data": {"to": ["a@example.com"], "bounce": {}}},
    {"eventType": "Bounce", "bounce": {"bouncedRecipients": [{"emailAddress": "a@example.com"}]}, "mail": {}},
    {"source": "aws.ses", "detail": {"eventType": "Bounce", "bounce": {"bouncedRecipients": [{"emailAddress": 1}]}}},
    {
        "eventType": "Microsoft.Communication.EmailDeliveryReportReceived",
        "data": {"status": "Bounced", "recipient": "a@example.com", "deliveryStatusDetails": "No error."},
        "eventTime": "x",
        "id": "x",
    },
]
