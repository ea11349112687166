"""Azure Communication Services. Payloads: learn.microsoft.com, "Azure Communication Services - Email events"."""

import json
from typing import Any

import pytest
from webhook_reading import events, one, verdict
from webhook_signing import NOW, SECRET

from prellbock.sources.webhooks.call import Call, RefusedError, Trust
from prellbock.sources.webhooks.order import PROVIDERS

REPORT: dict[str, Any] = {
    "id": "00000000-0000-0000-0000-000000000000",
    "topic": "/subscriptions/s/resourceGroups/g/providers/microsoft.communication/communicationservices/c",
    "subject": "sender/senderid@azure.com/message/00000000-0000-0000-0000-000000000000",
    "data": {
        "sender": "senderid@azure.com",
        "recipient": "receiver@azure.com",
        "messageId": "00000000-0000-0000-0000-000000000000",
        "internetMessageId": "<1@azurecomm.net>",
        "status": "Delivered",
        "deliveryStatusDetails": {"statusMessage": "Status Message", "recipientMailServerHostName": "mx.azure.com"},
        "deliveryAttemptTimeStamp": "2020-09-18T00:22:20.2855749+00:00",
    },
    "eventType": "Microsoft.Communication.EmailDeliveryReportReceived",
    "dataVersion": "1.0",
    "metadataVersion": "1",
    "eventTime": "2020-09-18T00:22:20.822Z",
}


def _with(status: str, message: str = "") -> dict[str, Any]:
    return {**REPORT, "data": {**REPORT["data"], "status": status, "deliveryStatusDetails": {"statusMessage": message}}}


def test_delivered() -> None:
    event = one("azure", [REPORT])
    assert (event.outcome, event.recipient, event.sender) == ("delivered", "receiver@azure.com", "senderid@azure.com")
    assert (event.time, event.mx, event.message_id) == (1600388540.286, "mx.azure.com", "1@azurecomm.net")


@pytest.mark.parametrize(
    ("status", "message", "category", "permanent"),
    [
        ("Bounced", "550 5.1.1 User unknown", "unknown_recipient", True),
        ("Bounced", "", "unclassified", True),
        ("Suppressed", "", "suppressed", None),
        ("FilteredSpam", "", "spam_content", None),
        ("Quarantined", "", "spam_content", None),
        ("Failed", "", "unclassified", None),
    ],
)
def test_statuses(status: str, message: str, category: str, permanent: bool | None) -> None:
    found = verdict(one("azure", [_with(status, message)]))
    assert (found.category, found.permanent) == (category, permanent)


def test_cloud_events_are_the_same() -> None:
    cloud = {
        "id": "x",
        "source": "/s",
        "type": REPORT["eventType"],
        "time": REPORT["eventTime"],
        "data": REPORT["data"],
        "specversion": "1.0",
    }
    assert one("azure", cloud).outcome == "delivered"
    assert events("azure", [_with("Expanded"), {**REPORT, "eventType": "Microsoft.Storage.BlobCreated"}]) == []


def test_engagement() -> None:
    told = {"engagementType": "view", "userActionTimeStamp": "2022-09-06T22:34:52.1303595+00:00"}
    kind = "Microsoft.Communication.EmailEngagementTrackingReportReceived"
    item = {**REPORT, "eventType": kind, "data": {**REPORT["data"], **told}}
    assert one("azure", [item]).outcome == "open"


def test_both_handshakes() -> None:
    provider, trust = PROVIDERS["azure"], Trust(secrets=(SECRET,))
    asked = [
        {"id": "x", "eventType": "Microsoft.EventGrid.SubscriptionValidationEvent", "data": {"validationCode": "C0DE"}}
    ]
    call = Call(body=json.dumps(asked).encode(), query={"key": SECRET}, received=NOW)
    provider.verify(call, trust)
    answer = provider.answer(call)
    assert answer is not None
    assert answer.body == {"validationResponse": "C0DE"}
    call = Call(body=b"[]", headers={"webhook-request-origin": "eventgrid.azure.net"}, query={"key": SECRET})
    provider.verify(call, trust)
    answer = provider.answer(call)
    assert answer is not None
    assert answer.headers["WebHook-Allowed-Origin"] == "eventgrid.azure.net"
    with pytest.raises(RefusedError):
        provider.verify(Call(body=b"[]", query={"key": "wrong"}), trust)
    assert provider.answer(Call(body=json.dumps([REPORT]).encode())) is None
