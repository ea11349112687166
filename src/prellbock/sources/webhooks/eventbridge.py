"""Amazon SES through EventBridge: an API destination that posts the events of rules on ``aws.ses``.

https://docs.aws.amazon.com/ses/latest/dg/monitor-sending-using-event-publishing-setup-event-destination.html. The
connection of an API destination sends an API key header or basic authentication; the event stands in ``detail``.
"""

from collections.abc import Iterator

from prellbock.events import DeliveryEvent
from prellbock.sources.webhooks import ses
from prellbock.sources.webhooks.fields import Fields
from prellbock.sources.webhooks.provider import Provider
from prellbock.sources.webhooks.signatures import shared_secret


def events(item: Fields) -> Iterator[DeliveryEvent]:
    """The events of one EventBridge event; of other services none."""
    if item.text("source") == "aws.ses":
        yield from ses.events(item.at("detail"))


PROVIDER = Provider(
    name="eventbridge",
    title="Amazon SES through EventBridge",
    page="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html",
    secret="the value of the API key (header X-Webhook-Secret), or the password of basic authentication",  # noqa: S106
    made_by="us",
    verify=shared_secret,
    events=events,
)
