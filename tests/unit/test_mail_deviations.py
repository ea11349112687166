"""Delivery reports as they really are: every deviation from RFC 3464 that was met, each with a mail of its own."""

import base64
import quopri

import pytest

from prellbock.events import DeliveryEvent
from prellbock.sources.mail import read_mail

HEAD = "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nTo: b@shop.example\nSubject: Undelivered Mail\n"
REPORT = 'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\n'
FIELDS = (
    "Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; jane@example.org\nAction: failed\n"
    "Status: 5.1.1\nRemote-MTA: dns; mx.example.org\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n"
)
ORIGINAL = (
    "--B\nContent-Type: message/rfc822\n\nFrom: b@shop.example\nTo: jane@example.org\nMessage-ID: <1@s.example>\n\nHi\n"
)


def dsn(fields: str, head: str = HEAD + REPORT, text: str = "It failed.", tail: str = ORIGINAL + "--B--\n") -> bytes:
    part = f"--B\nContent-Type: message/delivery-status\n\n{fields}\n"
    return f"{head}\n--B\nContent-Type: text/plain; charset=utf-8\n\n{text}\n\n{part}{tail}".encode()


def read(raw: bytes) -> list[tuple[str | None, str | None, str | None, int | None]]:
    return [(event.outcome, event.recipient, event.status, event.smtp_code) for event in read_mail(raw)]


JANE = [("bounced", "jane@example.org", "5.1.1", 550)]


@pytest.mark.parametrize(
    "fields",
    [
        FIELDS,
        FIELDS.replace("\n\nFinal", "\nFinal"),
        FIELDS.replace("Action", "\nAction"),
        FIELDS.replace("rfc822; ", "RFC822;"),
        FIELDS.replace("rfc822; jane@example.org", "jane@example.org"),
        FIELDS.replace("rfc822; jane@example.org", "rfc822; <jane@example.org>"),
        FIELDS.replace("rfc822; jane@example.org", "rfc822; Jane Doe <jane@example.org>"),
        FIELDS.replace("rfc822; jane@example.org", "rfc822;\n jane@example.org"),
        FIELDS.replace("Action: failed", "Action: failed (permanently)"),
        FIELDS.replace("Action: failed", "ACTION : Failed"),
        FIELDS.replace("Action: failed", "Action: error"),
        FIELDS.replace("Action: failed\n", ""),
        FIELDS.replace("Status: 5.1.1", "Status: 5.0.0"),
        FIELDS.replace("Status: 5.1.1", "Status: 5.1.1 (bad destination mailbox address)"),
        FIELDS.replace("Status: 5.1.1\n", ""),
        FIELDS.replace("Status: 5.1.1", "Status: 550"),
        FIELDS.replace("smtp; 550 5.1.1 User unknown", "550 5.1.1 User unknown"),
        FIELDS.replace("smtp; 550 5.1.1 User unknown", "smtp; 550-5.1.1 User\n 550 5.1.1 unknown"),
        FIELDS.replace("smtp; 550 5.1.1 User unknown", "smtp;550 5.1.1\n\tUser unknown"),
        FIELDS.replace("smtp; 550 5.1.1 User unknown", "smtp; 550 #5.1.1 User unknown"),
        FIELDS.replace("smtp; 550 5.1.1 User unknown", "smtp; 5.1.0 - Unknown address error 550-'5.1.1 User unknown'"),
        FIELDS.replace("smtp; 550 5.1.1 User unknown",
                       "smtp; 554 5.4.7 expired <550 5.1.1 <jane@example.org> User unknown>"),
        FIELDS.replace("Final-Recipient", "Original-Recipient"),
        FIELDS.replace("Final-Recipient", "X-Display-Name: Jane\nFinal-Recipient"),
        FIELDS.replace("\n", "\n\n").replace("\n\n\n\n", "\n\n\n"),
        "Original-Envelope-Id: x\n" + FIELDS,
        FIELDS + "\nX-Unknown: y\n",
    ],
)  # fmt: skip
def test_fields(fields: str) -> None:
    assert read(dsn(fields)) == JANE


def test_several_recipients_with_several_outcomes() -> None:
    fields = "Reporting-MTA: dns; mx.example.net\n" + "".join(
        f"\nFinal-Recipient: rfc822; {name}@example.org\nAction: {action}\nStatus: {status}\n{more}"
        for name, action, status, more in [
            ("a", "failed", "5.1.1", "Diagnostic-Code: smtp; 550 5.1.1 no\n"),
            ("b", "delayed", "4.2.2", "Diagnostic-Code: smtp; 452 4.2.2 full\nWill-Retry-Until: Fri, 6 Mar 2026\n"),
            ("c", "delivered", "2.0.0", "Diagnostic-Code: smtp; 250 2.0.0 OK\n"),
            ("d", "relayed", "2.1.9", ""),
            ("e", "expanded", "2.1.5", ""),
            ("f", "failed", "4.2.2", "Diagnostic-Code: smtp; 452 4.2.2 full\n"),
        ]
    )
    assert read(dsn(fields)) == [
        ("bounced", "a@example.org", "5.1.1", 550),
        ("deferred", "b@example.org", "4.2.2", 452),
        ("delivered", "c@example.org", "2.0.0", 250),
        ("delivered", "d@example.org", "2.1.9", None),
        ("delivered", "e@example.org", "2.1.5", None),
        ("bounced", "f@example.org", "4.2.2", 452),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("cut", [0, 20, 120])
def test_line_ends_and_cut_ends(end: str, cut: int) -> None:
    raw = dsn(FIELDS)
    assert read(raw[: len(raw) - cut].replace(b"\n", end.encode())) == JANE


@pytest.mark.parametrize(
    "head",
    [
        HEAD + REPORT,
        HEAD + REPORT.replace("multipart/report; report-type=delivery-status", "multipart/mixed"),
        HEAD + REPORT.replace("; report-type=delivery-status", ""),
        HEAD + REPORT.replace('boundary="B"', "boundary=B"),
        HEAD + REPORT.replace('boundary="B"', 'boundary="another"'),
        HEAD + REPORT.replace('; boundary="B"', ""),
        HEAD + REPORT.replace(" report-type", "\n\treport-type"),
        HEAD + REPORT.lower(),
        HEAD + REPORT.replace("Content-Type: multipart/report", "Content-Type: Multipart/Report"),
        "X-Broken line without colon\n" + HEAD + REPORT,
        "From MAILER-DAEMON Tue Mar  3 10:00:00 2026\n" + HEAD + REPORT,
    ],
)
def test_outer_headers(head: str) -> None:
    assert read(dsn(FIELDS, head)) == JANE


@pytest.mark.parametrize(
    "part",
    [
        "Content-Type: message/delivery-status",
        "Content-type: MESSAGE/DELIVERY-STATUS; charset=us-ascii; name=report.txt",
        "Content-Type: message/global-delivery-status",
        "Content-Type: text/plain; name=details.txt",
        "Content-Type: application/octet-stream",
        "Content-Type: message/delivery-status\nContent-Transfer-Encoding: 7bit\nContent-Description: Delivery report",
        "",
    ],
)
def test_declarations_of_the_report_part(part: str) -> None:
    raw = dsn(FIELDS).replace(b"Content-Type: message/delivery-status", part.encode())
    assert read(raw) == JANE


def test_nested_and_rewrapped() -> None:
    inner = dsn(FIELDS).partition(b"\n\n")[2]
    outer = (
        f'{HEAD}Content-Type: multipart/mixed; boundary="O"\n\n--O\nContent-Type: text/plain\n\nScanned: clean.\n--O\n'
    )
    assert read(outer.encode() + REPORT.encode() + b"\n" + inner + b"\n--O--\n") == JANE


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_encoded_report_parts(encoding: str) -> None:
    coded = base64.encodebytes(FIELDS.encode()) if encoding == "base64" else quopri.encodestring(FIELDS.encode())
    part = f"--B\nContent-Type: message/delivery-status\nContent-Transfer-Encoding: {encoding}\n\n".encode()
    assert read((HEAD + REPORT).encode() + b"\n" + part + coded + b"\n--B--\n") == JANE


TEXTS = {
    "iso-2022-jp": "メールを送信できませんでした。ユーザーが存在しません。",
    "shift_jis": "メールを送信できませんでした。ユーザーが存在しません。",
    "euc-jp": "メールを送信できませんでした。",
    "euc-kr": "메일을 보낼 수 없습니다. 사용자를 찾을 수 없습니다.",
    "gb18030": "邮件无法投递，用户不存在。",
    "gb2312": "邮件无法投递，用户不存在。",
    "big5": "郵件無法傳送，使用者不存在。",
    "koi8-r": "Письмо не доставлено: пользователь не существует.",
    "koi8-u": "Лист не доставлено: користувач не існує.",
    "windows-1250": "Zpráva nebyla doručena: uživatel neexistuje.",
    "windows-1251": "Письмо не доставлено: ящик переполнен.",
    "windows-1252": "Nicht zugestellt: Empfänger unbekannt – „voll“.",
    "windows-1253": "Το μήνυμα δεν παραδόθηκε.",
    "windows-1254": "İleti teslim edilemedi: kullanıcı yok.",
    "windows-1255": "ההודעה לא נמסרה.",
    "windows-1256": "لم يتم تسليم الرسالة.",
    "windows-1257": "Pranešimas nepristatytas: vartotojas nežinomas.",
    "windows-874": "ไม่สามารถส่งข้อความได้",
    "iso-8859-1": "Message non remis : boîte pleine.",
    "iso-8859-2": "Wiadomość niedostarczona: użytkownik nieznany.",
    "iso-8859-9": "Kullanıcı yok.",
    "iso-8859-15": "Nicht zugestellt: 5 €.",
    "utf-8": "Не доставлено • 配信不能 • niet bezorgd",
    "utf-7": "Nicht zugestellt: Empfänger unbekannt.",
    "utf-16": "Nicht zugestellt: Empfänger unbekannt.",
}


def notice(raw_text: bytes, charset: str, subject: str = "failure notice") -> bytes:
    coded = base64.encodebytes(raw_text)
    head = HEAD.replace("Undelivered Mail", subject)
    head += f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: base64\n\n"
    return head.encode() + coded


QMAIL = (
    "Hi. This is the qmail-send program at mx.example.net.\nI wasn't able to deliver your message to the following"
    " addresses.\n\n<jane@example.org>:\nRemote host said: "
)


def said(raw: bytes) -> DeliveryEvent:
    (event,) = read_mail(raw)
    return event


@pytest.mark.parametrize("charset", TEXTS)
def test_charsets(charset: str) -> None:
    text = QMAIL + f"550 5.1.1 {TEXTS[charset]}\n"
    event = said(notice(text.encode({"windows-874": "cp874"}.get(charset, charset)), charset))
    assert (event.recipient, event.status, event.smtp_code) == ("jane@example.org", "5.1.1", 550)
    assert event.response is not None and TEXTS[charset].split()[0].strip(".,:") in event.response


@pytest.mark.parametrize(("charset", "declared"), [("utf-8", "us-ascii"), ("utf-8", "iso-8859-1"), ("koi8-r", "koi8"),
                                                  ("windows-1251", "cp-1251"), ("shift_jis", "x-sjis"),
                                                  ("gb18030", "gb2312"), ("gb18030", "gbk"), ("big5", "x-unknown"),
                                                  ("iso-8859-1", '"iso-8859-1'), ("windows-1252", "utf-8"),
                                                  ("iso-2022-jp", "us-ascii"), ("euc-kr", "ks_c_5601-1987"),
                                                  ("iso-8859-8", "iso-8859-8-i"), ("utf-8", "unicode-1-1-utf-8"),
                                                  ("windows-1252", "ansi_x3.110-1983")])  # fmt: skip
def test_broken_declarations(charset: str, declared: str) -> None:
    words = {"iso-8859-8": "לא נמסרה"}.get(charset, TEXTS.get(charset, "x"))
    text = QMAIL + f"552 5.2.2 {words}\n"
    event = said(notice(text.encode(charset), declared))
    assert (event.recipient, event.status, event.smtp_code) == ("jane@example.org", "5.2.2", 552)
    if declared not in {"x-unknown", "utf-8", "ansi_x3.110-1983"}:
        assert event.response is not None and words.split()[0] in event.response


@pytest.mark.parametrize(
    ("diagnostic", "status", "code", "words"),
    [
        ("smtp; 554 5.4.7 [internal] message timeout (last transfail: 452 4.2.2 full)", "4.2.2", 452, "452 4.2.2"),
        ("smtp; 550 4.4.7 QUEUE.Expired; message expired '421 4.7.0 try later'", "4.7.0", 421, "421 4.7.0"),
        ("smtp; 451 4.4.0 Primary target IP responded with: \"550 5.7.1 blocked.\"", "5.7.1", 550, "550 5.7.1"),
        ("smtp; 550 host mx.example.org[192.0.2.1] said: 554 5.7.1 spam (in reply to end of DATA command)", "5.7.1",
         554, "554 5.7.1 spam"),
        ("x-postfix; host mx[192.0.2.1] said: 550-5.1.1 no 550 5.1.1 such user (in reply to RCPT TO command)", "5.1.1",
         550, "550-5.1.1 no"),
    ],
)  # fmt: skip
def test_the_inner_cause_wins(diagnostic: str, status: str, code: int, words: str) -> None:
    event = said(
        dsn(FIELDS.replace("smtp; 550 5.1.1 User unknown", diagnostic).replace("5.1.1\nRemote", "5.0.0\nRemote"))
    )
    assert (event.status, event.smtp_code) == (status, code)
    assert event.response is not None and event.response.startswith(words)


def test_international_reports() -> None:
    fields = (
        "Reporting-MTA: dns; mx.bücher.example\n\nOriginal-Recipient: utf-8; j\\x{FC}rgen@bücher.example\n"
        "Final-Recipient: utf-8; jürgen@bücher.example\nAction: failed\nStatus: 5.6.7\n"
        "Diagnostic-Code: smtp; 553 5.6.7 Nicht möglich\nLocalized-Reason: de; geht nicht\n"
    )
    raw = dsn(fields).replace(b"message/delivery-status", b"message/global-delivery-status")
    raw = raw.replace(b"message/rfc822", b"message/global-headers")
    (event,) = read_mail(raw)
    assert (event.recipient, event.status, event.smtp_code) == ("jürgen@xn--bcher-kva.example", "5.6.7", 553)
    assert event.message_id == "1@s.example"
