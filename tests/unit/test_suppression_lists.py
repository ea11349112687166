"""Lists of other systems, as their documentation shows them, and what they become."""

import contextlib
import io
import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prellbock.events import DeliveryEvent
from prellbock.sources import suppression_lists
from prellbock.sources.record import RecordError

NOW = 1_800_000_000.0

SES_JSON = """{
    "SuppressedDestinationSummaries": [
        {"EmailAddress": "a@example.com", "Reason": "BOUNCE", "LastUpdateTime": "2020-04-10T21:03:05.536000+00:00"},
        {
            "EmailAddress": "b@example.com",
            "Reason": "COMPLAINT",
            "LastUpdateTime": 1586552585.5
        }
    ],
    "NextToken": "xyz"
}
"""
SENDGRID = [
    {"created": 1443651125, "email": "a@example.com", "reason": "550 5.1.1 The email account does not exist.",
     "status": "5.1.1"},
    {"created": 1433800303, "email": "b@example.com", "reason": "550 5.7.1 blocked using zen.spamhaus.org",
     "status": "550"},
]  # fmt: skip
MAILGUN = {
    "items": [
        {"address": "a@example.com", "code": "550", "error": "No such mailbox",
         "created_at": "Fri, 18 Oct 2024 18:28:14 UTC"},
    ],
    "paging": {"next": "x", "previous": "y"},
}  # fmt: skip
POSTMARK = {
    "Suppressions": [
        {"EmailAddress": "a@example.com", "SuppressionReason": "ManualSuppression", "Origin": "Recipient",
         "CreatedAt": "2019-12-17T08:58:33-05:00"},
        {"EmailAddress": "b@example.com", "SuppressionReason": "HardBounce", "Origin": "Recipient",
         "CreatedAt": "2019-12-17T08:58:33-05:00"},
        {"EmailAddress": "c@example.com", "SuppressionReason": "SpamComplaint", "Origin": "Recipient",
         "CreatedAt": "2019-12-17T08:58:33-05:00"},
        {"EmailAddress": "d@example.com", "SuppressionReason": "ManualSuppression", "Origin": "Admin",
         "CreatedAt": "2019-12-17T08:58:33-05:00"},
    ]
}  # fmt: skip
BREVO = {
    "contacts": [
        {"blockedAt": "2017-05-01T12:30:00.000Z", "email": "a@example.com", "senderEmail": "s@shop.example",
         "reason": {"code": "adminBlocked", "message": "Admin blocked"}},
        {"blockedAt": "2017-05-01T12:30:00.000Z", "email": "b@example.com", "senderEmail": "s@shop.example",
         "reason": {"code": "unsubscribedViaEmail", "message": "Unsubscribed via email"}},
        {"blockedAt": "2017-05-01T12:30:00.000Z", "email": "c@example.com", "senderEmail": "s@shop.example",
         "reason": {"code": "contactFlaggedAsSpam", "message": "Flagged as spam"}},
    ],
    "count": 3,
}  # fmt: skip
LISTMONK_BOUNCES = {
    "data": {
        "results": [
            {"id": 3, "type": "hard", "source": "ses", "meta": {}, "created_at": "2024-08-20T23:54:22.851858Z",
             "email": "a@example.com", "subscriber_uuid": "u", "subscriber_id": 1, "campaign": None},
            {"id": 4, "type": "soft", "source": "ses", "meta": {}, "created_at": "2024-08-20T23:54:22.851858Z",
             "email": "b@example.com", "subscriber_uuid": "u", "subscriber_id": 2, "campaign": None},
            {"id": 5, "type": "complaint", "source": "ses", "meta": {}, "created_at": "2024-08-20T23:54:22.851858Z",
             "email": "c@example.com", "subscriber_uuid": "u", "subscriber_id": 3, "campaign": None},
        ],
        "total": 3,
    }
}  # fmt: skip
LISTMONK_CSV = (
    "uuid,email,name,attributes,status,created_at,updated_at\n"
    'u1,a@example.com,A,"{""city"": ""Köln""}",blocklisted,2023-01-01T00:00:00Z,2024-02-02T00:00:00Z\n'
    "u2,b@example.com,B,{},enabled,2023-01-01T00:00:00Z,2024-02-02T00:00:00Z\n"
)
MAILCHIMP_CLEANED = (
    '"Email Address","First Name",MEMBER_RATING,OPTIN_TIME,CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,LEID,EUID\n'
    'a@example.com,A,2,"2019-01-01 10:00:00","2019-03-21 17:05:12","March",1,x\n'
)
MAILCHIMP_UNSUBSCRIBED = (
    '"Email Address","First Name",UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_REASON,UNSUB_REASON_OTHER\n'
    'a@example.com,A,"2019-03-21 17:05:12","March",SPAM,\n'
)
SPARKPOST = {
    "results": [
        {"recipient": "a@example.com", "type": "non_transactional", "source": "List Unsubscribe",
         "description": "Unsubscribed using list unsubscribe header", "created": "2017-10-01T12:00:00+00:00",
         "updated": "2017-10-01T12:00:00+00:00", "transactional": False, "non_transactional": True},
        {"recipient": "b@example.com", "type": "transactional", "source": "Bounce Rule",
         "description": "550 5.1.1 User unknown", "created": "2017-10-01T12:00:00+00:00",
         "updated": "2017-10-02T12:00:00+00:00"},
        {"recipient": "c@example.com", "type": "non_transactional", "source": "Spam Complaint",
         "created": "2017-10-01T12:00:00+00:00", "updated": "2017-10-01T12:00:00+00:00"},
        {"recipient": "d@example.com", "type": "transactional", "source": "Manually Added",
         "created": "2017-10-01T12:00:00+00:00", "updated": "2017-10-01T12:00:00+00:00"},
    ],
    "total_count": 4,
}  # fmt: skip


def read(text: object, name: str = "list", format_: str = "auto") -> tuple[list[DeliveryEvent], list[tuple[str, str]]]:
    octets = (text if isinstance(text, str) else json.dumps(text)).encode()
    batches = list(suppression_lists.read(io.BytesIO(octets), name, NOW, format_))
    bad = [(found.place, found.what) for batch in batches for found in batch.bad]
    return [event for batch in batches for event in batch.events], bad


def outcomes(text: object, name: str = "list", format_: str = "auto") -> dict[str, str]:
    events, bad = read(text, name, format_)
    assert bad == []
    return {(event.recipient or "")[0]: str(event.outcome) for event in events}


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    ("document", "name", "expected"),
    [
        (json.loads(SES_JSON), "list", {"a": "imported", "b": "complaint"}),
        (SENDGRID, "bounces.json", {"a": "imported", "b": "imported"}),
        (SENDGRID, "blocks.json", {}),
        ([{"created": 1, "email": "a@example.com", "ip": "192.0.2.1"}], "x", {"a": "complaint"}),
        ([{"created": 1, "email": "a@example.com", "reason": "Mail domain mentioned in email address is unknown"}], "x",
         {"a": "imported"}),
        ([{"created": 1, "email": "a@example.com"}], "unsubscribes.json", {"a": "unsubscribe"}),
        (MAILGUN, "x", {"a": "imported"}),
        ({"items": [{"address": "a@example.com", "tags": ["*"], "created_at": "Fri, 18 Oct 2024 18:28:14 UTC"}]}, "x",
         {"a": "unsubscribe"}),
        ({"items": [{"address": "a@example.com", "created_at": "Fri, 18 Oct 2024 18:28:14 UTC"}]}, "complaints.json",
         {"a": "complaint"}),
        (POSTMARK, "x", {"a": "unsubscribe", "b": "imported", "c": "complaint", "d": "imported"}),
        (BREVO, "x", {"a": "imported", "b": "unsubscribe", "c": "complaint"}),
        ({"contacts": [{"email": "a@example.com", "emailBlacklisted": True, "modifiedAt": "2017-05-01T12:30:00Z"},
                       {"email": "b@example.com", "emailBlacklisted": False}]}, "x", {"a": "imported"}),
        (LISTMONK_BOUNCES, "x", {"a": "imported", "c": "complaint"}),
        (SPARKPOST, "x", {"a": "unsubscribe", "b": "imported", "c": "complaint", "d": "imported"}),
    ],
)  # fmt: skip
def test_documents_in_json(document: object, name: str, expected: dict[str, str], indent: int | None) -> None:
    assert outcomes(json.dumps(document, indent=indent), name) == expected


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("recipient1@example.com,BOUNCE\nx@example.com, COMPLAINT\n", "l", {"r": "imported", "x": "complaint"}),
        ('{"emailAddress": "a@example.com", "reason": "BOUNCE"}\n{"emailAddress": "b@example.com", "reason": '
         '"COMPLAINT"}\n', "l", {"a": "imported", "b": "complaint"}),
        ("emailAddress,reason\na@example.com,COMPLAINT\n", "l", {"a": "complaint"}),
        ("status,reason,email,created\n550,User unknown,a@example.com,1443651125\n", "suppression_bounces.csv",
         {"a": "imported"}),
        ("ip,email,created\n192.0.2.1,a@example.com,1443651125\n", "l", {"a": "complaint"}),
        ("address,code,error,created_at\na@example.com,550,No such mailbox,\"Fri, 18 Oct 2024 18:28:14 UTC\"\n", "l",
         {"a": "imported"}),
        ("address,tag,created_at\na@example.com,*,\n", "l", {"a": "unsubscribe"}),
        ("EmailAddress,SuppressionReason,Origin,CreatedAt\na@example.com,HardBounce,Recipient,2019-12-17\n", "l",
         {"a": "imported"}),
        ("EMAIL;FIRSTNAME;BLOCKLISTED\na@example.com;A;yes\nb@example.com;B;no\n", "l", {"a": "imported"}),
        (LISTMONK_CSV, "l", {"a": "imported"}),
        (MAILCHIMP_CLEANED, "l", {"a": "imported"}),
        (MAILCHIMP_UNSUBSCRIBED, "l", {"a": "unsubscribe"}),
        ("recipient,type,source,description\na@example.com,non_transactional,Unsubscribe Link,\n", "l",
         {"a": "unsubscribe"}),
        ("a@example.com\nb@example.com\n", "l", {"a": "imported", "b": "imported"}),
        ("email,reason\na@example.com,wanted no more\n", "l", {"a": "imported"}),
    ],
)  # fmt: skip
def test_lines(text: str, name: str, expected: dict[str, str]) -> None:
    assert outcomes(text, name) == expected


def test_source_reason_date_and_scope_are_kept() -> None:
    (first, second), _ = read(SES_JSON, "ses.json")
    assert (first.reporting_mta, first.response, first.time) == ("SES: ses.json", "BOUNCE", 1586552585.536)
    assert second.time == 1586552585.5
    (bounce,), _ = read(MAILGUN, "m")
    assert (bounce.response, bounce.smtp_code, bounce.time) == ("No such mailbox", 550, 1729276094.0)
    (group,), _ = read([{"email": "a@example.com", "group_id": 1, "group_name": "Tips", "created_at": 1410986704}])
    assert (group.stream, group.time) == ("Tips", 1410986704.0)
    (tagged,), _ = read("address,tag,created_at\na@example.com,news,\n")
    assert tagged.stream == "news"
    (cleaned,), _ = read(MAILCHIMP_CLEANED)
    assert cleaned.time == 1553187912.0


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (json.dumps(SENDGRID), ("sendgrid-bounces", "sendgrid-blocks")),
        ("email,created\na@example.com,1443651125\n", ("sendgrid-unsubscribes", "generic")),
        ("address,created_at\na@example.com,2024-01-01\n", ("mailgun-complaints", "generic")),
    ],
)
def test_lists_that_look_the_same_ask_for_the_format(text: str, kinds: tuple[str, ...]) -> None:
    with pytest.raises(RecordError) as error:
        read(text)
    assert all(f"--format {kind}" in str(error.value) for kind in kinds)
    for kind in kinds:
        read(text, format_=kind)


def test_no_address_says_what_to_do() -> None:
    with pytest.raises(RecordError, match="--format"):
        read("name,city\nA,Köln\n")
    with pytest.raises(RecordError, match="no list of entries"):
        read('{\n"nothing": 1\n}\n')


def test_bad_rows_are_named_by_their_line_and_the_rest_is_read() -> None:
    document = json.dumps(
        {"items": [*MAILGUN["items"], {"address": "nobody", "code": "550", "error": "x"}, 7]}, indent=1
    )
    events, bad = read(document, "m.json")
    assert len(events) == 1
    lines = document.split("\n")
    assert [place for place, _ in bad] == ["m.json:9", "m.json:14"]
    assert lines[8].strip() == "{"
    assert lines[13].strip() == "7"
    cut = document[: document.index("nobody")]
    events, bad = read(cut, "m.json")
    assert (len(events), len(bad)) == (1, 1)
    assert "not JSON from here on" in bad[0][1]


def test_a_quoted_cell_over_several_lines_is_one_and_an_open_quote_costs_its_line() -> None:
    text = (
        "status,reason,email,created\n"
        '550,"User\n\nunknown",a@example.com,1443651125\n'
        '550,"open,b@example.com,1443651125\n'
        "550,none,c@example.com,1443651125\n"
    )
    events, bad = read(text, "bounces.csv")
    assert [event.recipient for event in events] == ["a@example.com", "c@example.com"]
    assert [place for place, _ in bad] == ["bounces.csv:5"]


@pytest.mark.parametrize("before", ["", "\n\n"])
@pytest.mark.parametrize("wrap", [lambda rows: rows, lambda rows: {"Suppressions": rows}], ids=["list", "object"])
def test_a_long_document_on_one_line_is_read_whole(before: str, wrap: Callable[[object], object]) -> None:
    """Longer than a line of other forms may be, and cut anywhere."""
    for more in range(40):
        rows = [
            {"EmailAddress": f"u{n}@example.com", "SuppressionReason": "HardBounce", "Origin": "x" * more,
             "CreatedAt": "2019-12-17T08:58:33-05:00"}
            for n in range(700)
        ]  # fmt: skip
        text = before + json.dumps(wrap(rows), separators=(",", ":"))
        assert len(text) > 1 << 16
        batches = [*suppression_lists.read(io.BytesIO(text.encode()), "list", NOW, "postmark")]
        assert [bad for batch in batches for bad in batch.bad] == []
        assert sum(len(batch.events) for batch in batches) == 700


@pytest.mark.parametrize("text", ["", "\n\n", "[]", '{"Suppressions": []}'])
def test_empty_lists(text: str) -> None:
    assert read(text) == ([], [])


def test_every_format_can_be_named() -> None:
    for name in suppression_lists.NAMES[1:]:
        read("email,address,recipient\na@example.com,a@example.com,a@example.com\n", format_=name)


SAMPLES = [
    SES_JSON, LISTMONK_CSV, MAILCHIMP_CLEANED, MAILCHIMP_UNSUBSCRIBED,
    *(json.dumps(document, indent=1) for document in (SENDGRID, MAILGUN, POSTMARK, BREVO, LISTMONK_BOUNCES, SPARKPOST)),
    '{"address": "a@example.com", "status": "suppressed"}\n{"address": "b@example.com"}\n',
]  # fmt: skip


@given(
    sample=st.sampled_from(SAMPLES),
    cuts=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 40), st.binary(max_size=6)), max_size=4),
)
@settings(max_examples=300)
def test_whatever_a_file_holds_is_read_or_named(sample: str, cuts: list[tuple[int, int, bytes]]) -> None:
    octets = sample.encode()
    for at, size, instead in cuts:
        octets = octets[:at] + instead + octets[at + size :]
    for kind in ("auto", "generic", "brevo", "sendgrid-bounces"):
        with contextlib.suppress(RecordError):
            for batch in suppression_lists.read(io.BytesIO(octets), "bounces", NOW, kind):
                assert all(event.recipient and event.time for event in batch.events)
                assert all(found.place.startswith("bounces:") for found in batch.bad)


@given(octets=st.binary(max_size=300))
def test_junk_is_no_list(octets: bytes) -> None:
    with contextlib.suppress(RecordError):
        list(suppression_lists.read(io.BytesIO(octets), "x", NOW))
    deep = b'{"items": ' + b"[" * 100_000
    with contextlib.suppress(RecordError):
        list(suppression_lists.read(io.BytesIO(deep), "x", NOW))
