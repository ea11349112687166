"""What is a provider? How its requests are verified, how they are cut into objects, and the events of an object."""

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

import msgspec
import orjson

from prellbock.events import DeliveryEvent
from prellbock.sources.batch import Bad, Batch, digest_of
from prellbock.sources.record import RecordError, finish
from prellbock.sources.webhooks.call import Answer, Call, Trust
from prellbock.sources.webhooks.fields import Fields, json_items

Maker = Literal["us", "them", "nobody"]
RAW_OCTETS = 64 * 1024
"""The raw object of an event is kept up to this length."""
_UNREMARKABLE = frozenset({"delivered", "open", "click"})


def _no_certificate(call: Call) -> str | None:
    return None


def _no_answer(call: Call) -> Answer | None:
    return None


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """One provider. ``verify`` raises `RefusedError`, ``items`` `UnreadableError`, ``events`` `RecordError`."""

    name: str
    title: str
    page: str
    """Where the provider describes its webhooks."""
    secret: str
    """What the secret of a source is, for who sets one up."""
    made_by: Maker
    """Who makes the secret: us (a password that the provider sends along), them (a key to verify with), or nobody."""
    verify: Callable[[Call, Trust], None]
    events: Callable[[Fields], Iterable[DeliveryEvent]]
    """The events of one object; none where it tells of nothing that concerns us."""
    items: Callable[[Call], Iterable[Mapping[str, object]]] = lambda call: json_items(call.body)
    options: Mapping[str, str] = {}
    """Further settings of a source, each with a sentence."""
    needs: tuple[str, ...] = ()
    """Options without which nothing can be verified."""
    certificate: Callable[[Call], str | None] = _no_certificate
    """The address of the certificate that the signature was made with, after the provider's own check of the host."""
    check_secret: Callable[[str], object] = lambda secret: None
    """Raises `RefusedError` for what cannot be a key of this provider."""
    answer: Callable[[Call], Answer | None] = _no_answer
    """For handshakes: None where the request is an ordinary one."""


def read(provider: Provider, call: Call, source: str, options: Mapping[str, str], now: float) -> Batch:
    """The events of a verified request. Raises `UnreadableError`; an object that cannot be used is named as bad.

    Of failures, complaints and the like the raw object goes along (``meta.raw``), for stores that keep addresses.
    """
    events: list[DeliveryEvent] = []
    bad: list[Bad] = []
    for number, item in enumerate(provider.items(call), 1):
        try:
            for event in provider.events(Fields(item)):
                if event.time is None:
                    event.time = now
                _label(event, options)
                finish(event, now, unnamed=True)
                if event.outcome not in _UNREMARKABLE:
                    _keep_raw(event, item)
                events.append(event)
        except (RecordError, UnicodeError, ValueError) as error:
            bad.append(Bad(f"{source}#{number}", str(error)))
    return Batch(source, events, bad, digest_of(b"webhook", source.encode(), call.body), octets=len(call.body))


def _label(event: DeliveryEvent, options: Mapping[str, str]) -> None:
    """Stream and campaign, as the source is configured to find them."""
    labels = (event.meta or {}).pop("labels", {}) if event.meta else {}
    event.stream = event.stream or labels.get(options.get("stream_from", "")) or options.get("stream")
    event.campaign = event.campaign or labels.get(options.get("campaign_from", ""))


def _keep_raw(event: DeliveryEvent, item: Mapping[str, object]) -> None:
    raw = orjson.dumps(item).decode("utf-8", "replace")
    if len(raw) <= RAW_OCTETS:
        event.meta = {**(event.meta or {}), "raw": raw}


OPTIONS: Mapping[str, str] = {
    "stream": "the stream of events that name none, such as newsletter",
    "stream_from": "the tag, metadata key or custom argument that holds the stream",
    "campaign_from": "the tag, metadata key or custom argument that holds the campaign",
}
"""Settings that every source has."""
