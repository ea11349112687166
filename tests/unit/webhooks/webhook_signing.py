"""Requests as each provider makes them: signed, or with the secret, for every provider that is known."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import urlencode

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from prellbock.sources.webhooks.call import Call, Trust

NOW = 1_790_000_000.0
SECRET = "a secret of sixteen or more"
OTHER = "another one, newer than that"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:bounces"
CERTIFICATE = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-010a507c1833636cd94bdb98bd93083a.pem"
ADDRESS = "https://mail.example.com/v1/webhooks/mandrill/shop"


class Signed(msgspec.Struct):
    """A request and what it is verified by."""

    call: Call
    trust: Trust


@lru_cache
def rsa_key() -> tuple[rsa.RSAPrivateKey, bytes]:
    """A key, and a certificate for it that holds around `NOW`."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    moment = datetime.fromtimestamp(NOW, UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(moment - timedelta(days=2))
        .not_valid_after(moment + timedelta(days=2))
        .sign(key, hashes.SHA256())
    )
    return key, certificate.public_bytes(serialization.Encoding.PEM)


@lru_cache
def ec_key(name: str) -> tuple[ec.EllipticCurvePrivateKey, str]:
    """A key, and its public half as SendGrid shows it."""
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return key, base64.b64encode(public).decode()


def sns_message(kind: str = "Notification", *, version: str = "2", at: float = NOW, **fields: str) -> dict[str, str]:
    """A message of SNS, signed by `rsa_key`."""
    message = {
        "Type": kind,
        "MessageId": "19ba9823-d7f2-53c1-860e-cb10e0d13dfc",
        "TopicArn": TOPIC,
        "Message": "{}",
        "Timestamp": datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        **fields,
    }
    names = ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
    text = "".join(f"{name}\n{message[name]}\n" for name in names if name in message)
    algorithm = hashes.SHA1() if version == "1" else hashes.SHA256()
    signature = rsa_key()[0].sign(text.encode(), padding.PKCS1v15(), algorithm)
    return {
        **message,
        "SignatureVersion": version,
        "Signature": base64.b64encode(signature).decode(),
        "SigningCertURL": CERTIFICATE,
        "UnsubscribeURL": "https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe",
    }


def _sns(item: object, secret: str, at: float) -> Signed:
    body = json.dumps(sns_message(at=at, Message=json.dumps(item))).encode()
    trust = Trust(secrets=(), options={"topic": TOPIC}, certificate=rsa_key()[1])
    return Signed(Call(body=body, received=NOW), trust)


def _shared(item: object, secret: str, at: float) -> Signed:
    given = base64.b64encode(f"prellbock:{secret}".encode()).decode()
    return Signed(
        Call(body=json.dumps(item).encode(), headers={"authorization": f"Basic {given}"}, received=NOW),
        Trust(secrets=(secret,)),
    )


def _sendgrid(item: object, secret: str, at: float) -> Signed:
    key, public = ec_key(secret)
    body, stamp = json.dumps(item).encode(), str(int(at))
    signature = base64.b64encode(key.sign(stamp.encode() + body, ec.ECDSA(hashes.SHA256()))).decode()
    headers = {
        "x-twilio-email-event-webhook-signature": signature,
        "x-twilio-email-event-webhook-timestamp": stamp,
    }
    return Signed(Call(body=body, headers=headers, received=NOW), Trust(secrets=(public,)))


def _mailgun(item: object, secret: str, at: float) -> Signed:
    stamp, token = str(int(at)), "651869375b9df3c98fc15c4889b102119add1235c38fc92824"
    made = hmac.new(secret.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    signature = {"timestamp": stamp, "token": token, "signature": made}
    body = json.dumps({"signature": signature, "event-data": item}).encode()
    return Signed(Call(body=body, received=NOW), Trust(secrets=(secret,)))


def _mandrill(item: object, secret: str, at: float) -> Signed:
    events = json.dumps(item if isinstance(item, list) else [item])
    made = hmac.new(secret.encode(), f"{ADDRESS}mandrill_events{events}".encode(), hashlib.sha1).digest()
    headers = {"x-mandrill-signature": base64.b64encode(made).decode()}
    return Signed(
        Call(body=urlencode({"mandrill_events": events}).encode(), headers=headers, received=NOW),
        Trust(secrets=(secret,), options={"url": ADDRESS}),
    )


def _svix(item: object, secret: str, at: float) -> Signed:
    body, stamp, identity = json.dumps(item).encode(), str(int(at)), "msg_2W2D3qXLS5fOaPja1GDg7rF2CwB"
    made = hmac.new(secret.encode(), f"{identity}.{stamp}.".encode() + body, hashlib.sha256).digest()
    headers = {
        "svix-id": identity,
        "svix-timestamp": stamp,
        "svix-signature": f"v1a,nothing v1,{base64.b64encode(made).decode()}",
    }
    kept = "whsec_" + base64.b64encode(secret.encode()).decode()
    return Signed(Call(body=body, headers=headers, received=NOW), Trust(secrets=(kept,)))


SIGN: Mapping[str, Callable[[object, str, float], Signed]] = {
    "ses": _sns,
    "eventbridge": _shared,
    "sendgrid": _sendgrid,
    "mailgun": _mailgun,
    "postmark": _shared,
    "sparkpost": _shared,
    "mandrill": _mandrill,
    "brevo": _shared,
    "mailjet": _shared,
    "resend": _svix,
    "azure": _shared,
}
"""By name of the provider; a new one needs a line here."""

TIMED = ("ses", "sendgrid", "mailgun", "resend")
"""Those whose signature bears a time."""
WHOLE = ("ses", "sendgrid", "mandrill", "resend")
"""Those whose signature is over the whole body."""


def sign(provider: str, item: object, secret: str = SECRET, at: float = NOW) -> Signed:
    """A request of this provider with this object (or array), as it is at the time ``at``."""
    return SIGN[provider](item, secret, at)
