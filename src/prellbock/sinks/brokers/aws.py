"""Amazon SQS, SNS and EventBridge: batches of ten, several at a time, what a batch leaves out tried again.

A batch may be taken in part. So no batch has two messages about the same recipient, and the next about one waits until
the one before it is taken; the order then holds where the receiver keeps it (FIFO queues and topics, by
``MessageGroupId``). https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html,
https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html,
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import msgspec

from prellbock.sinks.brokers.broker import BrokerError, RefusedError
from prellbock.sinks.message import Message
from prellbock.sinks.reaching import AddressError, check_reached, check_url

MOST_TOGETHER = 10
"""Messages of one request, for all three services."""
_MOST_OCTETS = 240_000
"""Of one request, with room for what stands around the bodies; the services take 256 KiB."""
_LANES = 8
"""Requests at the same time."""
_TRIES = 3
"""How often a request is made for what the one before left out, before the whole is tried later."""
_FIFO = ".fifo"
_KEY_SEPARATOR = ":"


class Sqs(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sends to a queue of Amazon SQS; FIFO where its name ends with ``.fifo``."""

    url: str
    """Of the queue, such as https://sqs.eu-central-1.amazonaws.com/123456789012/decisions.fifo."""
    region: str | None = None
    """Left out: as the URL says."""
    endpoint: str | None = None
    """Another address of the service than Amazon's."""
    private: bool = False
    """Whether the endpoint may lead to private addresses (and be http)."""


class Sns(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Publishes to a topic of Amazon SNS; FIFO where its name ends with ``.fifo``."""

    topic: str
    """Its ARN."""
    region: str | None = None
    """Left out: as the ARN says."""
    endpoint: str | None = None
    private: bool = False


class EventBridge(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Puts events on a bus of Amazon EventBridge, which keeps no order."""

    bus: str = "default"
    """Its name or ARN."""
    source: str = "prellbock"
    region: str | None = None
    """Left out: that of the ARN, or of the environment."""
    endpoint: str | None = None
    private: bool = False


def check_aws(settings: Sqs | Sns | EventBridge) -> None:
    """Raises `UrlError` for an address that may not be reached, ValueError for what else cannot be."""
    if settings.endpoint is not None:
        check_url(settings.endpoint, private=settings.private)
    if isinstance(settings, Sqs):
        check_url(settings.url, private=settings.private)
    elif isinstance(settings, Sns) and not settings.topic.startswith("arn:"):
        raise ValueError("topic: an ARN such as arn:aws:sns:eu-central-1:123456789012:decisions is needed")
    elif isinstance(settings, EventBridge) and settings.source.startswith("aws."):
        raise ValueError("source: names that begin with aws. are Amazon's own")


def check_key(secret: str) -> None:
    """Raises ValueError unless a secret is the id of an access key, a colon and the key."""
    identity, separator, key = secret.partition(_KEY_SEPARATOR)
    if not (separator and identity.isalnum() and key):
        raise ValueError("the secret is the id of an access key, a colon and the key: AKIA...:wJalr...")


class AwsBroker:
    """See `prellbock.sinks.brokers.broker.Broker`."""

    def __init__(self, settings: Sqs | Sns | EventBridge, secret: str | None) -> None:
        """``secret``: an access key; None: the credentials of the environment, as boto3 looks for them."""
        self._settings, self._secret = settings, secret
        self._client: Any = None
        self._send = _SENDERS[type(settings)]
        # Threads of its own: a service that hangs must not take those that others wait for.
        self._threads = ThreadPoolExecutor(_LANES, "aws")

    async def put(self, messages: Sequence[Message]) -> None:
        """See `prellbock.sinks.brokers.broker.Broker.put`."""
        loop = asyncio.get_running_loop()
        if self._client is None:
            self._client = await loop.run_in_executor(self._threads, self._connect)
        lanes: dict[int, list[Message]] = {}
        for each in messages:
            lanes.setdefault(hash(each.key) % _LANES, []).append(each)
        done = await asyncio.gather(
            *(loop.run_in_executor(self._threads, self._put, lane) for lane in lanes.values()), return_exceptions=True
        )
        for problem in done:
            if problem is not None:
                raise problem

    def _put(self, messages: Sequence[Message]) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            for batch in batches(messages):
                left = batch
                for _ in range(_TRIES):
                    left, why = self._send(self._client, self._settings, left)
                    if not left:
                        break
                else:
                    raise BrokerError(f"Amazon does not take {len(left)} of {len(batch)} messages: {why}")
        except ClientError as error:
            told = error.response.get("Error", {})
            raise BrokerError(f"Amazon: {told.get('Code')}: {told.get('Message')}"[:300]) from None
        except BotoCoreError as error:
            raise BrokerError(f"Amazon cannot be asked: {type(error).__name__}") from None

    def _connect(self) -> Any:
        try:
            import boto3
            from botocore.config import Config
            from botocore.exceptions import BotoCoreError
        except ImportError:
            raise BrokerError("boto3 is missing: pip install 'prellbock[aws]'") from None
        settings = self._settings
        if settings.endpoint is not None and not settings.private:
            _check_reached(settings.endpoint)
        access: dict[str, str] = {}
        if self._secret is not None:
            identity, _, key = self._secret.partition(_KEY_SEPARATOR)
            access = {"aws_access_key_id": identity, "aws_secret_access_key": key}
        limits = Config(
            connect_timeout=5, read_timeout=15, max_pool_connections=_LANES,
            retries={"mode": "standard", "total_max_attempts": 2},
        )  # fmt: skip
        try:
            session = boto3.session.Session(region_name=region_of(settings), **access)
            return session.client(
                {Sqs: "sqs", Sns: "sns", EventBridge: "events"}[type(settings)],
                endpoint_url=settings.endpoint,
                config=limits,
            )
        except (BotoCoreError, ValueError) as error:
            raise BrokerError(f"Amazon cannot be asked: {error}") from None

    async def close(self) -> None:
        """See `prellbock.sinks.brokers.broker.Broker.close`."""
        self._client = None
        self._threads.shutdown(wait=False, cancel_futures=True)


def batches(messages: Sequence[Message]) -> Iterator[list[Message]]:
    """In order, at most `MOST_TOGETHER` in each, and never two about the same recipient."""
    batch: list[Message] = []
    octets = 0
    keys: set[str] = set()
    for each in messages:
        if batch and (len(batch) == MOST_TOGETHER or each.key in keys or octets + len(each.body) > _MOST_OCTETS):
            yield batch
            batch, octets, keys = [], 0, set()
        batch.append(each)
        octets += len(each.body)
        keys.add(each.key)
    if batch:
        yield batch


def region_of(settings: Sqs | Sns | EventBridge) -> str | None:
    """As is set, or as the address says; None: as the environment says."""
    if settings.region is not None:
        return settings.region
    if isinstance(settings, Sqs):
        host = (urlsplit(settings.url).hostname or "").split(".")
        return host[1] if len(host) > 2 and host[0] == "sqs" and host[2] == "amazonaws" else None
    arn = (settings.topic if isinstance(settings, Sns) else settings.bus).split(":")
    return arn[3] if arn[0] == "arn" and len(arn) > 4 and arn[3] else None


def _check_reached(endpoint: str) -> None:
    try:
        check_reached(endpoint)
    except AddressError as error:
        raise BrokerError(str(error)) from None


def _to_sqs(client: Any, settings: Sqs, batch: list[Message]) -> tuple[list[Message], str]:
    entries = _entries(batch, "MessageBody", settings.url)
    return _left(batch, client.send_message_batch(QueueUrl=settings.url, Entries=entries))


def _to_sns(client: Any, settings: Sns, batch: list[Message]) -> tuple[list[Message], str]:
    entries = _entries(batch, "Message", settings.topic)
    return _left(batch, client.publish_batch(TopicArn=settings.topic, PublishBatchRequestEntries=entries))


def _entries(batch: list[Message], body: str, place: str) -> list[dict[str, Any]]:
    """The messages as SQS and SNS take them; the field of the body is named otherwise."""
    return [
        {"Id": str(at), body: each.body.decode(), "MessageAttributes": _attributes(each)} | _order(each, place)
        for at, each in enumerate(batch)
    ]


def _to_eventbridge(client: Any, settings: EventBridge, batch: list[Message]) -> tuple[list[Message], str]:
    entries = [
        {"EventBusName": settings.bus, "Source": settings.source, "DetailType": each.type, "Detail": each.body.decode()}
        for each in batch
    ]
    told = client.put_events(Entries=entries)["Entries"]
    left = [(message, entry) for message, entry in zip(batch, told, strict=True) if entry.get("ErrorCode")]
    return [message for message, _ in left], f"{left[0][1]['ErrorCode']}" if left else ""


_SENDERS: dict[type, Callable[[Any, Any, list[Message]], tuple[list[Message], str]]] = {
    Sqs: _to_sqs, Sns: _to_sns, EventBridge: _to_eventbridge,
}  # fmt: skip


def _attributes(message: Message) -> dict[str, dict[str, str]]:
    """What subscriptions can filter by."""
    found = {"id": message.id, "type": message.type}
    return {name: {"DataType": "String", "StringValue": value} for name, value in found.items()}


def _order(message: Message, place: str) -> dict[str, str]:
    if not place.endswith(_FIFO):
        return {}
    return {"MessageGroupId": message.key or message.id, "MessageDeduplicationId": message.id}


def _left(batch: list[Message], told: Any) -> tuple[list[Message], str]:
    """What a batch has left out, and why the first of it. Raises `RefusedError` where a message is at fault itself."""
    failed = {int(each["Id"]): each for each in told.get("Failed", ())}
    for at, each in failed.items():
        if each.get("SenderFault") and each.get("Code") in _NEVER:
            raise RefusedError(batch[at].seq, f"Amazon: {each['Code']}")
    codes = [str(each.get("Code")) for each in failed.values()]
    return [batch[at] for at in sorted(failed)], codes[0] if codes else ""


_NEVER = frozenset({"InvalidMessageContents", "InvalidParameterValue", "InvalidParameter"})
"""Codes of a message that will never be taken."""
