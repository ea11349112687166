# ruff: noqa: E501 -- lines of logs are as long as they are
"""The other servers' logs, one sample each with the page it comes from."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_reading import events, lines

from prellbock.classify.classifier import Classifier
from prellbock.sources.logs.mapping import MappingError, load, reader_of
from prellbock.sources.logs.order import LOGS
from prellbock.sources.logs.reading import Setting

EXIM = """\
2025-07-11 07:14:16 17SXDU-000189-00 <= news@example.com H=app [192.0.2.7] P=esmtp S=1234 id=20250711.1@example.com
2025-07-11 07:14:17 17SXDU-000189-00 ** ace400@pb.example R=dnslookup T=remote_smtp: SMTP error from remote mailer after \
pipelined RCPT TO:<ace400@pb.example>: host pbmail3.py.example [192.168.63.111]: 553 5.3.0 <ace400@pb.example>...Addressee unknown
2025-07-11 07:14:18 17SXDU-000189-00 => u@corp.example <alias@example.com> R=dnslookup T=remote_smtp H=mx.corp.example [192.0.2.1] C="250 OK"
2025-07-11 07:14:19 17SXDU-000189-00 == v@slow.example R=dnslookup T=remote_smtp defer (110): Connection timed out
2025-07-11 07:14:20 17SXDU-000189-00 Completed
"""
SENDMAIL = """\
Jul 11 10:00:00 mx sm-mta[123]: 56B8012345: from=<news@example.com>, size=123, class=0, nrcpts=2, msgid=<1@example.com>, proto=ESMTP, relay=app [192.0.2.7]
Jul 11 10:00:01 mx sm-mta[124]: 56B8012345: to=<u@corp.example>, delay=00:00:01, xdelay=00:00:01, mailer=esmtp, pri=30000, relay=mx.corp.example. [192.0.2.1], dsn=5.1.1, reply=550 5.1.1 <u@corp.example>... User unknown, stat=User unknown
Jul 11 10:00:02 mx sm-mta[124]: 56B8012345: to=<v@corp.example>,<w@corp.example>, delay=00:00:01, mailer=esmtp, relay=mx.corp.example. [192.0.2.1], dsn=2.0.0, stat=Sent (ok: Message 64111812 accepted)
Jul 11 10:00:03 mx sm-mta[124]: 56B8012345: to=<x@slow.example>, delay=00:05:01, mailer=esmtp, relay=mx.slow.example., dsn=4.0.0, stat=Deferred: Connection timed out with mx.slow.example.
"""
OPENSMTPD = """\
Jul  6 06:01:46 ams-1 smtpd[75295]: 5df87c9b982c840c mta delivery evpid=3d4c4a424797fe79 from=<gilles@poolp.example> to=<g@mail.example> rcpt=<-> source="127.0.0.1" relay="192.0.2.1 (mx.mail.example)" delay=0s result="Ok" stat="250 2.0.0: f6e94209 Message accepted for delivery"
Jul  6 06:01:47 ams-1 smtpd[75295]: 5df87c9b982c840d mta delivery evpid=8f26ea98359eccea from=<misc@opensmtpd.example> to=<u@tin.example> rcpt=<-> source="192.0.2.7" relay="62.211.72.32 (smtp.tin.example)" delay=0s result="TempFail" stat="421 <u@tin.example> Service not available - too busy"
Jul  6 06:01:48 ams-1 smtpd[75295]: 5df87c9b982c840e mta delivery evpid=8f26ea98359ecceb from=<misc@opensmtpd.example> to=<v@tin.example> rcpt=<-> source="192.0.2.7" relay="62.211.72.32 (smtp.tin.example)" delay=0s result="PermFail" stat="550 5.1.1 User unknown"
"""
POWERMTA = """\
type,timeLogged,orig,rcpt,dsnStatus,dsnDiag,dsnMta,bounceCat,jobId,header_Message-Id
d,2025-07-11 10:00:00+0000,news@example.com,u@corp.example,2.0.0 (success),smtp;250 OK,mx.corp.example (192.0.2.1),,spring,<1@example.com>
b,1752228001,news@example.com,v@corp.example,5.1.1 (bad destination mailbox address),"smtp;550 5.1.1 User unknown, sorry",mx.corp.example (192.0.2.1),bad-mailbox,spring,<2@example.com>
t,1752228002,news@example.com,w@corp.example,4.2.2 (mailbox full),smtp;452 4.2.2 over quota,mx.corp.example (192.0.2.1),quota-issues,spring,
r,1752228003,news@example.com,w@corp.example,,,,,,
rb,1752228004,news@example.com,x@corp.example,,,,inactive-mailbox,,
f,1752228005,news@example.com,y@corp.example,,,,,,
"""
KUMO = """\
{"type":"Delivery","id":"1d98076abbbc11ed940250ebf67f93bd","sender":"user@sender.example.com","recipient":"u@corp.example","queue":"campaign:tenant@domain","site":"x","size":1047,"response":{"code":250,"enhanced_code":{"class":2,"subject":0,"detail":0},"content":"OK ids=8a5475ccbbc611eda12250ebf67f93bd","command":"."},"peer_address":{"name":"mx.corp.example.","addr":"192.0.2.1"},"timestamp":1752228000,"created":1752227000,"num_attempts":0,"bounce_classification":"Uncategorized","egress_pool":"pool0","headers":{"Message-ID":"<1@example.com>"}}
{"type":"Bounce","id":"2d98076abbbc11ed940250ebf67f93bd","sender":"user@sender.example.com","recipient":["v@corp.example"],"queue":"tenant@domain","response":{"code":550,"enhanced_code":{"class":5,"subject":1,"detail":1},"content":"User unknown","command":"RCPT TO:<v@corp.example>"},"peer_address":{"name":"mx.corp.example.","addr":"192.0.2.1"},"timestamp":1752228001,"event_time":1752228001.5,"num_attempts":1,"bounce_classification":"InvalidRecipient"}
{"type":"Expiration","id":"3d98076abbbc11ed940250ebf67f93bd","sender":"","recipient":"w@corp.example","queue":"domain","response":{"code":0,"content":"","command":null},"timestamp":1752228002,"num_attempts":9,"bounce_classification":"MessageExpired"}
{"type":"Reception","id":"4d98","sender":"a@example.com","recipient":"w@corp.example","timestamp":1752228003}
{"type":"Feedback","id":"5d98","recipient":"fbl@example.com","timestamp":1752228004,"feedback_report":{"feedback_type":"abuse","original_rcpt_to":["x@corp.example"]}}
"""
HALON = """\
{"type":"SMTP","hostname":"mta","eventid":"e1","messageid":"t:1","ts_attempt":1752228000.5,"ts_received":1752227000,"status":"failed","result_code":550,"result_enhanced":"5.1.1","result_reason":"User unknown","result_state":"RCPT","connection_remotemx":"mx.corp.example","sender":"news@example.com","recipient_localpart":"u","recipient_domain":"corp.example"}
{"type":"SMTP","eventid":"e2","ts_attempt":1752228001,"status":"delivered","sender":"news@example.com","recipient_localpart":"v","recipient_domain":"corp.example"}
"""
HARAKA = """\
{"level":"info","time":"2023-01-11T11:13:35.987Z","name":"outbound_logger","type":"delivered","job_id":"B3D5DE63.1.1","smtp_host":"aspmx.l.google.com","smtp_response":"OK  1673435615 - gsmtp","recipient":"user@example.com","from":"test@smtp.example.net"}
{"level":"info","time":"2023-01-11T11:26:44.377Z","name":"outbound_logger","type":"deferred","job_id":"7B5DB89F.1.1","recipient":"user@example.com","from":"test@smtp.example.net","dsn_status":"4.7.1","dsn_action":"delayed","undelivered_reason":"4.7.1 <user@example.com>: Recipient address rejected: Temporary deferral, try again soon"}
{"level":"info","time":"2023-01-11T11:26:44.377Z","name":"outbound_logger","type":"bounced","job_id":"D555E3AC.1.1","recipient":"user@example.com","from":"test@smtp.example.net","dsn_status":"5.1.2","dsn_action":"failed","undelivered_reason":"550 - Domain example.org sends and receives no email (NULL MX)"}
"""
ZONEMTA = """\
{"id":"15f1a","seq":"001","action":"QUEUED","time":1752228000000,"from":"news@example.com","to":"u@corp.example"}
{"id":"15f1a","seq":"001","action":"DEFERRED","time":1752228001000,"category":"greylist","defcount":1,"zone":"default","from":"news@example.com","returnPath":"news@example.com","to":"u@corp.example","mx":"mx.corp.example","response":"451 4.7.1 Greylisting in action, please try later","messageId":"<1@example.com>"}
{"id":"15f1a","seq":"001","action":"REJECTED","time":1752228002000,"category":"recipient","to":"u@corp.example","mx":"mx.corp.example","response":"550 5.1.1 User unknown"}
"""
SAMPLES = {"exim": EXIM, "sendmail": SENDMAIL, "opensmtpd": OPENSMTPD, "powermta": POWERMTA, "kumomta": KUMO,
           "halon": HALON, "haraka": HARAKA, "zonemta": ZONEMTA}  # fmt: skip


@pytest.mark.parametrize(
    ("format_", "told"),
    [
        ("exim", [("bounced", "ace400@pb.example", "unknown_recipient"), ("delivered", "alias@example.com", "delivered"), ("deferred", "v@slow.example", "network")]),
        ("sendmail", [("bounced", "u@corp.example", "unknown_recipient"), ("delivered", "v@corp.example", "delivered"), ("delivered", "w@corp.example", "delivered"), ("deferred", "x@slow.example", "network")]),
        ("opensmtpd", [("delivered", "g@mail.example", "delivered"), ("deferred", "u@tin.example", None), ("bounced", "v@tin.example", "unknown_recipient")]),
        ("powermta", [("delivered", "u@corp.example", "delivered"), ("bounced", "v@corp.example", "unknown_recipient"), ("deferred", "w@corp.example", "mailbox_full"), ("bounced", "x@corp.example", "inactive_recipient"), ("complaint", "y@corp.example", "complaint")]),
        ("kumomta", [("delivered", "u@corp.example", "delivered"), ("bounced", "v@corp.example", "unknown_recipient"), ("bounced", "w@corp.example", "expired"), ("complaint", "x@corp.example", "complaint")]),
        ("halon", [("bounced", "u@corp.example", "unknown_recipient"), ("delivered", "v@corp.example", "delivered")]),
        ("haraka", [("delivered", "user@example.com", "delivered"), ("deferred", "user@example.com", None), ("bounced", "user@example.com", "domain_refuses_mail")]),
        ("zonemta", [("deferred", "u@corp.example", "greylisted"), ("bounced", "u@corp.example", "unknown_recipient")]),
    ],
)  # fmt: skip
def test_samples(format_: str, told: list[tuple[str, str, str | None]]) -> None:
    found = events(format_, SAMPLES[format_])
    assert [(event.outcome, event.recipient) for event in found] == [(outcome, to) for outcome, to, _ in told]
    for event, verdict, (_, _, category) in zip(found, Classifier.default().classify_many(found), told, strict=True):
        assert category is None or verdict.category == category, (event, verdict)


def test_messages_are_known_by_their_ids() -> None:
    assert [event.message_id for event in events("exim", EXIM)] == ["20250711.1@example.com"] * 3
    assert {event.message_id for event in events("sendmail", SENDMAIL)} == {"1@example.com"}
    assert [event.message_id for event in events("powermta", POWERMTA)][:2] == ["1@example.com", "2@example.com"]
    assert events("kumomta", KUMO)[0].message_id == "1@example.com"
    assert events("exim", EXIM)[0].sender == "news@example.com"
    assert events("kumomta", KUMO)[0].campaign == "campaign"


def test_an_accounting_file_without_a_header_says_what_is_missing() -> None:
    found, bad = lines("powermta", "\n".join(POWERMTA.split("\n")[1:]))
    assert found == []
    assert "header line" in bad[0].what
    columns = "b,1,x\n"
    _, bad = lines("powermta", "type,timeLogged,bounceCat\n" + columns)
    assert "rcpt" in bad[0].what


def test_a_mapping_reads_any_log(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(
        'name = "ours"\nformat = "csv"\n[fields]\ntime = "when"\nrecipient = "who"\noutcome = "what"\nresponse = "text"\n'
        'category = "why"\n[outcomes]\nOK = "delivered"\nNO = "bounced"\n[categories]\nnouser = "unknown_recipient"\n'
    )
    table = load(tmp_path / "m.toml")
    reader = reader_of(table, Setting(1_763_000_000.0))
    found = reader.read(
        [b"when,who,what,text,why", b"1752228000,u@corp.example,NO,,nouser", b"1752228000,v@corp.example,OK,,"]
    )
    assert [event.outcome for event in found.events] == ["bounced", "delivered"]
    assert Classifier.default().classify(found.events[0]).category == "unknown_recipient"
    for wrong in (
        'name = "x"\n[fields]\ncolour = "x"\n[outcomes]\n',
        'name = "x"\n[outcomes]\nOK = "fine"\n[fields]\n',
        "=",
    ):
        (tmp_path / "m.toml").write_text(wrong)
        with pytest.raises(MappingError, match=r"m\.toml"):
            load(tmp_path / "m.toml")


@pytest.mark.parametrize("format_", sorted(LOGS))
@given(text=st.binary(max_size=400))
def test_no_octets_break_a_reader(format_: str, text: bytes) -> None:
    LOGS[format_].begin(Setting(1_763_000_000.0)).read(text.split(b"\n"))
    LOGS[format_].recognises(text)


@pytest.mark.parametrize("format_", sorted(SAMPLES))
def test_no_cut_of_a_line_breaks_a_reader(format_: str) -> None:
    sample = SAMPLES[format_].encode()
    for end in range(0, len(sample), 7):
        for piece in (sample[:end], sample[end:], sample[:end] + b"\xff\x00" + sample[end:]):
            LOGS[format_].begin(Setting(1_763_000_000.0)).read(piece.split(b"\n"))
