"""What a provider's request gives."""

from webhook_signing import NOW, sign

from prellbock.classify.classifier import Classifier
from prellbock.events import DeliveryEvent, Verdict
from prellbock.sources.batch import Batch
from prellbock.sources.webhooks.order import PROVIDERS
from prellbock.sources.webhooks.provider import read

CLASSIFIER = Classifier.default()


def batch(provider: str, item: object, **options: str) -> Batch:
    """The batch of one request, which has been verified."""
    signed = sign(provider, item)
    PROVIDERS[provider].verify(signed.call, signed.trust)
    return read(PROVIDERS[provider], signed.call, f"webhook:{provider}/test", options, NOW)


def events(provider: str, item: object, **options: str) -> list[DeliveryEvent]:
    """The events; nothing may be bad."""
    found = batch(provider, item, **options)
    assert found.bad == []
    return found.events


def one(provider: str, item: object, **options: str) -> DeliveryEvent:
    """The only event."""
    (event,) = events(provider, item, **options)
    return event


def verdict(event: DeliveryEvent) -> Verdict:
    """What is concluded from it."""
    return CLASSIFIER.classify(event)
