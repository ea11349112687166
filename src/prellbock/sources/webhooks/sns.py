"""Amazon SNS: the envelope, its signature, and the subscription that has to be confirmed.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html: the signed text is a line with the name
and one with the value of each field, in a fixed order; version 1 is RSA with SHA-1, version 2 with SHA-256. The
certificate is named by the message itself, so its address is believed only where Amazon is the only one who can answer.
"""

import re
from urllib.parse import parse_qs, urlsplit

from prellbock.sources.webhooks.call import Answer, Call, RefusedError, Trust, UnreadableError
from prellbock.sources.webhooks.fields import Fields, json_value, moment
from prellbock.sources.webhooks.signatures import from_base64, recent

TOLERANCE_SECONDS = 86_400.0
"""SNS tries for up to an hour, and more where a delivery policy or a dead-letter queue says so."""

_HOST = re.compile(r"sns\.[a-z]{2}(?:-[a-z]+)+-\d\.amazonaws\.com(?:\.cn)?")
_CERTIFICATE = re.compile(r"/SimpleNotificationService-[0-9A-Za-z]{8,64}\.pem")
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ),
}  # fmt: skip
_SIGNED["UnsubscribeConfirmation"] = _SIGNED["SubscriptionConfirmation"]
_HASH = {"1": "SHA1", "2": "SHA256"}


def envelope(call: Call) -> Fields:
    """The message as SNS has sent it. Raises `UnreadableError`."""
    found = json_value(call.body)
    if not isinstance(found, dict) or found.get("Type") not in _SIGNED:
        raise UnreadableError(
            "this is no message of SNS (no known Type); leave raw message delivery off, it carries no signature"
        )
    return Fields(found)


def certificate_address(call: Call) -> str:
    """Where the certificate of a message is. Raises `RefusedError` for every address that is not Amazon's own."""
    given = envelope(call).text("SigningCertURL", "SigningCertUrl") or ""
    if not (_is_amazon(given) and _CERTIFICATE.fullmatch(urlsplit(given).path) and "?" not in given):
        raise RefusedError("SigningCertURL is no certificate of Amazon SNS")
    return given


def _is_amazon(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(
            address.isascii()
            and parts.scheme == "https"
            and parts.port is None
            and parts.netloc == parts.hostname
            and _HOST.fullmatch(parts.netloc)
            and not parts.fragment
        )
    except ValueError:
        return False


def verify(call: Call, trust: Trust) -> None:
    """Signature, topic and time. ``trust.certificate`` is what `certificate_address` names. Raises `RefusedError`."""
    message = envelope(call)
    topic = message.text("TopicArn") or ""
    if topic != trust.options.get("topic"):
        raise RefusedError(f"TopicArn {topic[:120]!r} is not the topic of this source")
    version = message.text("SignatureVersion") or ""
    if version not in _HASH:
        raise RefusedError(f"SignatureVersion {version[:10]!r} is not known; 1 and 2 are")
    signature = from_base64(message.text("Signature") or "", "Signature")
    _verify_rsa(trust.certificate or b"", signature, _signed(message), _HASH[version], call.received)
    try:
        made = moment(message.text("Timestamp") or "")
    except ValueError:
        raise RefusedError("Timestamp is no time") from None
    recent(str(made), call.received, TOLERANCE_SECONDS)


def _signed(message: Fields) -> bytes:
    """The text under the signature; of what is not there (a Subject, often) nothing stands in it."""
    names = _SIGNED[message.text("Type") or ""]
    present = [(name, message.record[name]) for name in names if isinstance(message.record.get(name), str)]
    return "".join(f"{name}\n{value}\n" for name, value in present).encode("utf-8", "surrogatepass")


def _verify_rsa(certificate: bytes, signature: bytes, message: bytes, function: str, now: float) -> None:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    try:
        found = x509.load_pem_x509_certificate(certificate)
        key = found.public_key()
    except ValueError:
        raise RefusedError("the certificate that the message names is none") from None
    if not found.not_valid_before_utc.timestamp() <= now <= found.not_valid_after_utc.timestamp():
        raise RefusedError("the certificate that the message names does not hold (any more)")
    if not isinstance(key, rsa.RSAPublicKey):
        raise RefusedError("the certificate that the message names has no RSA key")
    algorithm = hashes.SHA1() if function == "SHA1" else hashes.SHA256()  # noqa: S303 -- what version 1 is
    try:
        key.verify(signature, message, padding.PKCS1v15(), algorithm)
    except InvalidSignature:
        raise RefusedError("Signature does not fit the message") from None


def answer(call: Call) -> Answer | None:
    """A subscription is confirmed by asking for an address of Amazon's that names the same topic."""
    message = envelope(call)
    kind = message.text("Type")
    if kind == "Notification":
        return None
    if kind == "UnsubscribeConfirmation":
        return Answer({"status": "noted"})
    address = message.text("SubscribeURL") or ""
    asked = parse_qs(urlsplit(address).query) if _is_amazon(address) else {}
    if asked.get("Action") != ["ConfirmSubscription"] or asked.get("TopicArn") != [message.text("TopicArn")]:
        raise RefusedError("SubscribeURL does not confirm a subscription to this topic at Amazon SNS")
    return Answer({"status": "confirmed"}, fetch=address, expected=True)
