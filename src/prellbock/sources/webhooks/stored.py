"""Payloads of providers that come by another way than their webhook: in files, queues and buckets.

No signature can be checked there (what was signed is gone, or never was), so whoever may write to such a place is
believed. A file holds one document, or one a line.
"""

from collections.abc import Iterator

import msgspec
import orjson

from prellbock.sources.batch import Bad, Batch
from prellbock.sources.webhooks import ses
from prellbock.sources.webhooks.call import Call, UnreadableError
from prellbock.sources.webhooks.fields import json_items
from prellbock.sources.webhooks.order import PROVIDERS
from prellbock.sources.webhooks.provider import read

_BARE_SES = msgspec.structs.replace(ses.PROVIDER, items=lambda call: json_items(call.body))
"""Without the envelope of SNS, where *raw message delivery* is on."""


def read_all(octets: bytes, provider: str, source: str, now: float) -> Iterator[Batch]:
    """A batch a document."""
    for place, document in _documents(octets, source):
        try:
            is_bare = provider == "ses" and b'"TopicArn"' not in document
            known = _BARE_SES if is_bare else PROVIDERS[provider]
            yield read(known, Call(body=document, received=now), source, {}, now)
        except UnreadableError as error:
            yield Batch(source, [], [Bad(place, str(error))], b"", octets=len(document))


def recognised(head: bytes) -> str | None:
    """The provider whose payload begins so, where that can be told: those that travel through queues of clouds."""
    if not head.startswith(b"{"):
        return None
    if b'"TopicArn"' in head or (b'"mail"' in head and b'"messageId"' in head and b'"detail"' not in head):
        return "ses"
    if b'"aws.ses"' in head and b'"detail-type"' in head:
        return "eventbridge"
    if b"Microsoft.Communication." in head:
        return "azure"
    return None


def _documents(octets: bytes, source: str) -> Iterator[tuple[str, bytes]]:
    """The whole, or its lines where each is a document of its own."""
    lines = octets.split(b"\n")
    first = next((line for line in lines if line.strip()), b"")
    if len(lines) > 1 and _is_json(first):
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield f"{source}:{number}", line
    else:
        yield source, octets


def _is_json(text: bytes) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True
