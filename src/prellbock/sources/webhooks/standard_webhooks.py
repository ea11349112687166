"""Signatures after the Standard Webhooks specification, which Svix uses under its own header names.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md: HMAC-SHA256 over
``id.timestamp.payload``; several signatures, separated by blanks, while a key is being changed; secrets are ``whsec_``
and base64. The time of the signature is that of the attempt, so five minutes are enough.
"""

import base64
import binascii

from prellbock.sources.webhooks.call import Call, RefusedError, Trust
from prellbock.sources.webhooks.signatures import any_holds, header, mac, matches, recent

PREFIX = "whsec_"
TOLERANCE_SECONDS = 300.0


def verify(call: Call, trust: Trust) -> None:
    """Raises `RefusedError`."""
    family = "svix" if "svix-id" in call.headers else "webhook"
    identity, stamp = header(call, f"{family}-id"), header(call, f"{family}-timestamp")
    recent(stamp, call.received, TOLERANCE_SECONDS)
    given = [
        signature.partition(",")[2]
        for signature in header(call, f"{family}-signature").split()
        if signature.startswith("v1,")
    ]
    message = f"{identity}.{stamp}.".encode() + call.body

    def holds(secret: str) -> bool:
        wanted = base64.b64encode(mac(key_of(secret), message)).decode()
        return True in [matches(each, wanted) for each in given]

    any_holds(trust, holds, f"{family}-signature")


def key_of(secret: str) -> bytes:
    """The octets of a secret. Raises `RefusedError`."""
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise RefusedError("the secret of this source is not whsec_ and base64; set it again") from None
