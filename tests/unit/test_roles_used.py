"""What the functions ask of AWS, their roles allow; and the roles allow no object, table or service beyond that."""

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest
from cloud import NOW, TABLE, Cloud, Context, lines, parts
from msgspec.structs import replace
from stack import resources

from prellbock.functions.aws import api, ingest, publish, schedule
from prellbock.functions.aws.schedule import TASKS
from prellbock.functions.aws.wiring import Wired, wire

Json = dict[str, Any]
Asked = set[tuple[str, str]]
ACTIONS = {
    "get_object": "s3:GetObject", "put_object": "s3:PutObject", "delete_object": "s3:DeleteObject",
    "list_objects_v2": "s3:ListBucket", "get_item": "dynamodb:GetItem", "put_item": "dynamodb:PutItem",
    "delete_item": "dynamodb:DeleteItem", "batch_get_item": "dynamodb:BatchGetItem", "scan": "dynamodb:Scan",
    "get_secret_value": "secretsmanager:GetSecretValue", "put_events": "events:PutEvents",
    "publish_batch": "sns:Publish", "send_message_batch": "sqs:SendMessage",
    "change_message_visibility_batch": "sqs:ChangeMessageVisibility",
}  # fmt: skip
"""Methods of boto3, and what IAM calls them."""
OF_LAMBDA = ("logs:", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "dynamodb:GetRecords",
             "dynamodb:GetShardIterator", "dynamodb:DescribeStream", "dynamodb:ListStreams")  # fmt: skip
"""What Lambda itself asks under a role, to call the function."""


class Watched:
    """A client that notes what it is asked."""

    def __init__(self, client: Any, asked: Asked) -> None:
        self._client, self._asked = client, asked

    def __getattr__(self, name: str) -> Any:
        def call(**words: Any) -> Any:
            self._asked.add((ACTIONS[name], _resource(words)))
            return getattr(self._client, name)(**words)

        return call


def _resource(words: Json) -> str:
    if "Bucket" in words:
        return f"Bucket/{words['Key']}" if "Key" in words else "Bucket"
    if "SecretId" in words:
        return {"secret": "Secret", "operator": "OperatorToken"}[words["SecretId"]]
    if words.get("QueueUrl") == "envelopes":
        return "Queue"
    if "Entries" in words or "PublishBatchRequestEntries" in words:
        return "Feed" if "QueueUrl" in words else "Topic" if "TopicArn" in words else "Bus"
    (table,) = {*words["RequestItems"]} if "RequestItems" in words else {words["TableName"]}
    assert table == TABLE
    return "Table"


class Everybody(Cloud):
    """Topic and queue take everything, too."""

    def publish_batch(self, **_: Any) -> Json:
        return {}

    def send_message_batch(self, **_: Any) -> Json:
        return {}


def watched(cloud: Cloud, asked: Asked) -> Wired:
    here = cloud.wire()
    clients = {name: Watched(getattr(here.clients, name), asked) for name in here.clients.__struct_fields__}
    settings = replace(here.settings, topic_arn="topic", feed_queue_url="queue")
    return wire(settings, replace(here.clients, **clients), clock=here.clock, sleep=cloud.sleep)


@pytest.fixture(scope="module", params=["items", "objects"])
def asked(request: pytest.FixtureRequest) -> dict[str, Asked]:
    """By function, over some days of its life."""
    cloud, said = Everybody(request.param), {name: Asked() for name in ("Ingest", "Api", "Publish", "Schedule")}
    for at, part in enumerate(parts(lines(1500), 250)):
        messages = [cloud.put(f"{at}.ndjson", part + b"nothing\n")]
        assert not ingest.handle({"Records": messages}, Context(), watched(cloud, said["Ingest"]))["batchItemFailures"]
        cloud.now += 86400
        for task in TASKS:
            schedule.handle({"task": task}, None, watched(cloud, said["Schedule"]))
    # No time at all: everything is handed back.
    ingest.handle({"Records": messages}, Context(10_000), watched(cloud, said["Ingest"]))
    publish.handle({"Records": cloud.records}, None, watched(cloud, said["Publish"]))
    _use(cloud, watched(cloud, said["Api"]))
    return said


def _use(cloud: Cloud, here: Wired) -> None:
    serving = api.Serving(here)
    address = next(each.address for each in here.store.withheld(NOW, here.store.policy) if each.address)
    event = json.dumps({"id": "n1", "time": NOW, "recipient": "c@example.net", "outcome": "complaint"})
    told = json.dumps({"addresses": [address], "reason": "asked"})
    for method, path, body in (
        ("GET", "/v1/overview", ""), ("GET", "/v1/suppressions", ""), ("POST", "/v1/events", event),
        ("GET", f"/v1/recipients/{address}", ""), ("POST", "/v1/recipients/release", told),
        ("POST", "/v1/recipients/erase", told), ("GET", "/v1/responses", ""),
    ):  # fmt: skip
        kind = "application/x-ndjson" if path == "/v1/events" else "application/json"
        bearer = f"Bearer {'operator-'.ljust(48, 'x')}"
        asked = {
            "rawPath": path, "body": body, "requestContext": {"http": {"method": method, "path": path}},
            "headers": {"authorization": bearer, "host": "f.example", "content-type": kind},
        }  # fmt: skip
        answer = api.handle(asked, None, serving)
        assert answer["statusCode"] < 300, (path, answer)
    serving.close()


def allowed(function: str) -> Iterator[tuple[str, str]]:
    """Actions and patterns of resources by their logical name."""
    (policy,) = resources("AWS::IAM::Role")[f"{function}Role"]["Properties"]["Policies"]
    for statement in policy["PolicyDocument"]["Statement"]:
        said = statement.get("Fn::If", [None, statement])[1]
        for action in said["Action"] if isinstance(said["Action"], list) else [said["Action"]]:
            for resource in said["Resource"] if isinstance(said["Resource"], list) else [said["Resource"]]:
                yield action, _logical(resource)


def _logical(resource: Any) -> str:
    if isinstance(resource, str):
        return resource
    if "Fn::Sub" in resource:
        return str(resource["Fn::Sub"]).replace("${Bucket.Arn}", "Bucket")
    return str(resource.get("Ref") or resource["Fn::GetAtt"][0])


@pytest.mark.parametrize("function", ["Ingest", "Api", "Publish", "Schedule"])
def test_a_role_allows_all_that_its_function_asks(asked: dict[str, Asked], function: str) -> None:
    may = [*allowed(function)]
    assert asked[function]
    refused = [
        (action, resource)
        for action, resource in asked[function]
        if not any(action == each and fnmatchcase(resource, pattern) for each, pattern in may)
    ]
    assert refused == []


RARE = {
    # Objects that are made or swept after longer than these tests last: a filter of thousands of changes, merged runs.
    ("s3:GetObject", "Bucket/filter/*"), ("s3:PutObject", "Bucket/filter/*"), ("s3:GetObject", "Bucket/runs/*"),
    ("s3:PutObject", "Bucket/runs/*"), ("s3:GetObject", "Bucket/commits/*"), ("s3:GetObject", "Bucket/shards/*"),
    ("s3:PutObject", "Bucket/shards/*"), *(("s3:DeleteObject", f"Bucket/{each}/*") for each in
                                           ("base", "runs", "shards", "filter", "commits")),
    # Recipients of whom a commit was killed, or whom an incident of the outage shield is about.
    ("dynamodb:BatchGetItem", "Table"), ("dynamodb:Scan", "Table"),
    # With it S3 says of an object that is not there that it is missing, and not that nobody may ask.
    ("s3:ListBucket", "Bucket"),
    # Of the day before, whether the list was written.
    ("s3:GetObject", "Bucket/failures/*"),
    # Where there is a webhook; and Lambda's own, of what the function gives up.
    ("secretsmanager:GetSecretValue", "WebhookSecret"), ("sqs:SendMessage", "DeadLetters"),
}  # fmt: skip


@pytest.mark.parametrize("function", ["Ingest", "Api", "Publish", "Schedule"])
def test_a_role_allows_nothing_that_its_function_never_asks(asked: dict[str, Asked], function: str) -> None:
    spare = {
        (action, pattern)
        for action, pattern in allowed(function)
        if not action.startswith(OF_LAMBDA)
        and not any(action == each and fnmatchcase(resource, pattern) for each, resource in asked[function])
    }
    assert spare <= RARE


def test_only_who_folds_and_makes_filters_may_write_them() -> None:
    """`ingest` runs on what strangers send: it adds to what is stored, and replaces nothing but the manifest."""
    made = {pattern for action, pattern in allowed("Ingest") if action == "s3:PutObject"}
    assert made == {f"Bucket/{each}/*" for each in ("base", "runs", "commits", "rejected")}
