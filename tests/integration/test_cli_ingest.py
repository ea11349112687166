"""`ingest` of what providers sent to somebody else: payloads of webhooks that were kept in files."""

import json
from pathlib import Path

import pytest
from processes import Command

ADDRESS = "jane@example.com"
SES = {
    "notificationType": "Bounce",
    "bounce": {
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [
            {"emailAddress": ADDRESS, "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 User unknown"}
        ],
        "timestamp": "2026-01-05T08:00:00.000Z",
        "feedbackId": "0001-1",
    },
    "mail": {"timestamp": "2026-01-05T07:59:58.000Z", "source": "news@example.net", "messageId": "0001"},
}
SNS = {
    "Type": "Notification",
    "MessageId": "1",
    "TopicArn": "arn:aws:sns:eu-west-1:123456789012:bounces",
    "Timestamp": "2026-01-05T08:00:01.000Z",
    "Message": json.dumps(SES),
}
SENDGRID = [
    {"event": "bounce", "email": ADDRESS, "timestamp": 1_767_600_000, "sg_event_id": "a", "smtp-id": "<1@example.net>",
     "status": "5.1.1", "reason": "550 5.1.1 User unknown", "type": "bounce"},
    {"event": "delivered", "email": "mary@example.com", "timestamp": 1_767_600_000, "sg_event_id": "b",
     "smtp-id": "<2@example.net>", "response": "250 OK"},
]  # fmt: skip


@pytest.mark.parametrize(
    ("format_", "documents", "new"),
    [
        ("ses", [SES], 1),
        ("ses", [SNS], 1),
        ("ses", [SES, SNS], 1),
        ("auto", [SNS], 1),
        ("sendgrid", [SENDGRID], 2),
        ("sendgrid", [SENDGRID, SENDGRID], 2),
    ],
    ids=["bare", "enveloped", "both are one", "recognised", "sendgrid", "a batch a line"],
)
def test_payloads_that_were_kept(
    command: Command, tmp_path: Path, format_: str, documents: list[object], new: int
) -> None:
    file = tmp_path / "kept.json"
    file.write_text("".join(json.dumps(document) + "\n" for document in documents))
    (counts,) = command.lines("ingest", "--format", format_, str(file))
    assert (counts["new"], counts["failed"], counts["bad"]) == (new, 1, 0)
    (told,) = command.lines("recipient", ADDRESS)
    assert (told["status"], told["category"]) == ("watched", "unknown_recipient")
    (again,) = command.lines("ingest", "--format", format_, str(file))
    assert again["new"] == 0


def test_a_line_that_is_none_is_named_and_the_others_count(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "kept.json"
    file.write_text(json.dumps(SENDGRID) + "\n{\n" + json.dumps([{**SENDGRID[0], "sg_event_id": "c"}]) + "\n")
    done = command.run("ingest", "--format", "sendgrid", str(file), check=False)
    counts = json.loads(done.stdout)
    assert (counts["new"], counts["bad"]) == (3, 1)
    assert b"kept.json:2" in done.stderr
