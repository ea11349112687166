"""Whose bounce is it, and is it genuine? VERP, SRS, BATV, forwarders, tokens in the return path."""

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from prellbock.addresses import AddressError
from prellbock.cli import cli
from prellbock.events import DeliveryEvent
from prellbock.sources.mail import Owner, read_mail
from prellbock.sources.mail.ownership import PatternError, ReturnPaths
from prellbock.sources.mail.tokens import DAY_SECONDS, KeyFileError, make_token, new_key, read_keys, verify, with_token
from prellbock.sources.mail_events import read as read_batches
from prellbock.sources.return_paths import owner_of

KEY, OLD_KEY = bytes(range(32)), bytes(range(1, 33))
NOW = 1_780_000_000.0
PATTERN = "b+{token}={local}={domain}@news.example"
TOKEN_ONLY = "b+{token}@news.example"


def bounce(to: str, recipient: str = "jane@example.org", head: str = "", inner: str = "", extra: str = "") -> bytes:
    return (
        f"Return-Path: <>\n{head}From: MAILER-DAEMON@mx.example.net\nTo: <{to}>\nSubject: Undelivered Mail\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\n\n'
        f"--B\n\n{extra}\n--B\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
        f"Final-Recipient: rfc822; {recipient}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no\n\n"
        f"--B\nContent-Type: text/rfc822-headers\n\n{inner or 'Subject: x'}\n--B--\n"
    ).encode()


def read(raw: bytes, *patterns: str, keys: tuple[bytes, ...] = (), required: bool = True) -> DeliveryEvent:
    (event,) = read_mail(raw, Owner(ReturnPaths(patterns=patterns, keys=keys, required=required, now=NOW)))
    return event


@pytest.mark.parametrize(
    ("pattern", "to"),
    [
        ("bounces+{local}={domain}@news.example", "bounces+jane=example.org@news.example"),
        ("{local}={domain}-return@news.example", "Jane=Example.org-return@NEWS.example"),
        ("b-{any}-{local}={domain}@news.example", "b-4711-jane=example.org@news.example"),
        ("bounces+{local}={domain}@news.example", "SRS0=HHHH=TT=news.example=bounces+jane=example.org@fwd.example"),
        ("bounces+{local}={domain}@news.example", "prvs=0123456789=bounces+jane=example.org@news.example"),
    ],
)
def test_the_return_path_tells_who_was_mailed(pattern: str, to: str) -> None:
    event = read(bounce(to, recipient="jane.private@freemail.example"), pattern)
    assert event.original_recipient == "jane@example.org"
    assert event.recipient == "jane.private@freemail.example"
    assert event.genuine is None
    assert read(bounce(to), pattern).recipient == "jane@example.org"


def test_the_return_path_stands_in_other_headers_too() -> None:
    raw = bounce("postmaster@news.example", "x@y.example", "Delivered-To: bounces+jane=example.org@news.example\n")
    assert read(raw, "bounces+{local}={domain}@news.example").original_recipient == "jane@example.org"
    raw = bounce("postmaster@news.example", "x@y.example", inner="Return-Path: <v-jane=example.org@news.example>")
    assert read(raw, "v-{local}={domain}@news.example").original_recipient == "jane@example.org"


@pytest.mark.parametrize("pattern", ["news.example", "@news.example", "b+{who}@news.example", "{local}@news.example",
                                     "b-{any}-{any}@news.example"])  # fmt: skip
def test_bad_patterns(pattern: str) -> None:
    with pytest.raises(PatternError):
        Owner(ReturnPaths(patterns=(pattern,)))


@pytest.mark.parametrize(
    ("extra", "inner", "expected"),
    [
        ("  fwd@mail.example\n    (generated from jane@example.org)\n    550 no", "", "jane@example.org"),
        ("  fwd@mail.example\n    (ultimately generated from jane@example.org)\n", "", "jane@example.org"),
        ("<fwd@mail.example> (expanded from <jane@example.org>): host x said", "", "jane@example.org"),
        ("<fwd@mail.example>\n    (reason: 550 no)\n    (expanded from: <jane@example.org>)", "", "jane@example.org"),
        ("", "To: jane@example.org\nX-MS-Exchange-Inbox-Rules-Loop: jane@example.org", "jane@example.org"),
        ("", "To: jane@example.org\nX-Forwarded-For: jane@example.org fwd@mail.example", "jane@example.org"),
        ("", "To: jane@example.org\nReceived: from a by b for <jane@example.org>; Mon", "jane@example.org"),
        # A blind copy: nothing says that it went through To.
        ("", "To: jane@example.org", None),
        ("", "To: jane@example.org, max@example.org\nDelivered-To: jane@example.org", None),
        ("", "To: fwd@mail.example\nDelivered-To: fwd@mail.example", None),
    ],
)
def test_forwarders(extra: str, inner: str, expected: str | None) -> None:
    (event,) = read_mail(bounce("b@news.example", "fwd@mail.example", extra=extra, inner=inner))
    assert (event.recipient, event.original_recipient) == ("fwd@mail.example", expected)


@given(st.sampled_from(["jane@example.org", "a.very.long.name.indeed.for.a.mailbox@long-domain.example"]),
       st.integers(0, 30), st.integers(20_000, 60_000))  # fmt: skip
def test_tokens_verify_for_their_recipient_and_time(recipient: str, age: int, day: int) -> None:
    now = day * DAY_SECONDS
    token = make_token(KEY, recipient, now)
    assert len(token) == 20
    later = now + age * DAY_SECONDS
    assert verify((OLD_KEY, KEY), token.upper(), ["max@example.org", recipient], later) == recipient
    assert verify((KEY,), token, ["max@example.org"], later) is None
    assert verify((OLD_KEY,), token, [recipient], later) is None
    assert verify((KEY,), token, [recipient], now + 31 * DAY_SECONDS) is None
    assert verify((KEY,), token, [recipient], now - 3 * DAY_SECONDS) is None
    assert verify((KEY,), token[:-1] + ("a" if token[-1] != "a" else "b"), [recipient], later) is None


def test_return_paths_fit() -> None:
    assert with_token(PATTERN, KEY, "Jane@Example.org", NOW).endswith("=jane=example.org@news.example")
    path = with_token(PATTERN, KEY, f"{'j' * 50}@example.org", NOW)
    assert path == f"b+{make_token(KEY, 'j' * 50 + '@example.org', NOW)}@news.example"
    with pytest.raises(AddressError):
        with_token("b" * 60 + "{token}@news.example", KEY, "jane@example.org", NOW)


@pytest.mark.parametrize("pattern", [PATTERN, TOKEN_ONLY])
def test_genuine(pattern: str) -> None:
    path = with_token(pattern, KEY, "jane@example.org", NOW - 3 * DAY_SECONDS)
    assert read(bounce(path), pattern, keys=(KEY,)).genuine is True
    assert read(bounce(path.upper()), pattern, keys=(OLD_KEY, KEY)).genuine is True


def test_genuine_by_a_forwarder() -> None:
    path = with_token(TOKEN_ONLY, KEY, "jane@example.org", NOW)
    raw = bounce(path, "fwd@mail.example", inner="To: Jane <jane@example.org>")
    event = read(raw, TOKEN_ONLY, keys=(KEY,))
    assert (event.genuine, event.original_recipient) == (True, "jane@example.org")
    event = read(bounce(with_token(PATTERN, KEY, "jane@example.org", NOW), "fwd@mail.example"), PATTERN, keys=(KEY,))
    assert (event.genuine, event.original_recipient) == (True, "jane@example.org")


def test_forged() -> None:
    mine = with_token(TOKEN_ONLY, KEY, "attacker@example.org", NOW)
    assert read(bounce(mine, "victim@example.org", inner="To: victim@example.org"), TOKEN_ONLY, keys=(KEY,)).genuine \
        is False  # fmt: skip
    for path in ("b+aaaaaaaaaaaaaaaaaaaa@news.example", "news@news.example"):
        assert read(bounce(path), TOKEN_ONLY, keys=(KEY,)).genuine is False
    assert read(bounce("news@news.example"), TOKEN_ONLY, keys=(KEY,), required=False).genuine is None
    old = with_token(TOKEN_ONLY, KEY, "jane@example.org", NOW - 40 * DAY_SECONDS)
    assert read(bounce(old), TOKEN_ONLY, keys=(KEY,)).genuine is False


def mine(pattern: str = TOKEN_ONLY) -> str:
    return with_token(pattern, KEY, "attacker@example.org", NOW)


@pytest.mark.parametrize("recipient", ["attacker@example.org", "victim@example.org", "other@example.org"])
@pytest.mark.parametrize("inner", ["To: attacker@example.org", "To: victim@example.org"])
def test_a_return_path_whose_address_was_changed_proves_nothing(recipient: str, inner: str) -> None:
    changed = mine(PATTERN).replace("attacker=example.org", "victim=example.org")
    assert changed != mine(PATTERN)
    assert read(bounce(changed, recipient, inner=inner), PATTERN, keys=(KEY,)).genuine is False


@pytest.mark.parametrize("pattern", [PATTERN, TOKEN_ONLY])
def test_original_recipient_cannot_turn_a_token(pattern: str) -> None:
    raw = bounce(mine(pattern), "attacker@example.org", inner="To: attacker@example.org")
    raw = raw.replace(b"Final-Recipient", b"Original-Recipient: rfc822; victim@example.org\nFinal-Recipient")
    event = read(raw, pattern, keys=(KEY,))
    assert (event.genuine, event.original_recipient) == (True, "attacker@example.org")


_SOMEBODY = st.sampled_from(["attacker@example.org", "victim@example.org", "other@example.org"])


@given(st.sampled_from([PATTERN, TOKEN_ONLY]), _SOMEBODY, _SOMEBODY, _SOMEBODY, _SOMEBODY, st.booleans())
def test_who_has_a_token_can_only_report_on_his_own_address(
    pattern: str, place: str, recipient: str, original: str, to: str, two: bool
) -> None:
    path = mine(pattern).replace("attacker=example.org", place.replace("@", "="))
    if two:
        path = f"{mine(pattern)}>, <b+{'a' * 20}={place.replace('@', '=')}@news.example"
    raw = bounce(path, recipient, inner=f"To: {to}")
    raw = raw.replace(b"Final-Recipient", f"Original-Recipient: rfc822; {original}\nFinal-Recipient".encode())
    event = read(raw, pattern, keys=(KEY,))
    assert not event.genuine or (event.original_recipient or event.recipient) == "attacker@example.org"


@pytest.mark.parametrize(
    ("to", "recipient"),
    [
        ("list-bounces+jane+tag=example.org@news.example", "jane+tag@example.org"),
        ("bounces+12345-ab12-jane=example.org@news.example", "jane@example.org"),
        ("list-return-12-jane=example.org@news.example", "jane@example.org"),
        ("bounces-mary-jane=example.org@news.example", "mary-jane@example.org"),
        ("bounces-mary-jane=example.org@news.example", "x@y.example"),
    ],
)
def test_a_return_path_of_unknown_form_invents_no_address(to: str, recipient: str) -> None:
    for inner in ("", f"To: {recipient}"):
        event = read(bounce(to, recipient, inner=inner))
        assert (event.recipient, event.original_recipient) == (recipient, None)


def test_a_return_path_of_unknown_form_confirms_a_named_address() -> None:
    raw = bounce("list-12-jane=example.org@news.example", "fwd@mail.example", inner="To: jane@example.org, m@y.example")
    assert read(raw).original_recipient == "jane@example.org"


def test_a_known_return_path_goes_before_original_recipient() -> None:
    raw = bounce("list-return-12-jane=example.org@news.example", "jane@example.org")
    raw = raw.replace(b"Final-Recipient", b"Original-Recipient: rfc822; 12-jane@example.org\nFinal-Recipient")
    assert read(raw, "list-return-{any}-{local}={domain}@news.example").original_recipient == "jane@example.org"


def test_a_known_return_path_tells_who_complained() -> None:
    raw = b"From: fbl@isp.example\nTo: abuse@news.example\nSubject: complaint\n"
    raw += b"Content-Type: multipart/report; report-type=feedback-report; boundary=x\n\n--x\n"
    raw += b"Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: x\nVersion: 1\n"
    raw += b"Original-Mail-From: <v-jane=example.org@news.example>\n\n--x--\n"
    assert read(raw).recipient is None
    assert read(raw, "v-{local}={domain}@news.example").recipient == "jane@example.org"


def test_complaints_need_no_token() -> None:
    raw = b"From: fbl@isp.example\nTo: abuse@news.example\nSubject: complaint\n"
    raw += b"Content-Type: multipart/report; report-type=feedback-report; boundary=x\n\n--x\n"
    raw += b"Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: x\nVersion: 1\n"
    raw += b"Original-Rcpt-To: a@example.org\n\n--x--\n"
    assert read(raw, TOKEN_ONLY, keys=(KEY,)).genuine is None


@pytest.mark.parametrize("text", ["", "# nothing\n", "xyz\n", "00ff\n"])
def test_bad_key_files(tmp_path: Path, text: str) -> None:
    (tmp_path / "key").write_text(text)
    with pytest.raises(KeyFileError, match="key"):
        read_keys(tmp_path / "key")


def run(*arguments: str, expected: int = 0) -> list[dict[str, object]]:
    result = CliRunner().invoke(cli, arguments, standalone_mode=False)
    assert (result.return_value or 0) == expected, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_forged_bounces_never_count(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "return-paths.toml").write_text(f'patterns = ["{PATTERN}"]\nkey_file = "key"\n')
    (data / "key").write_text(f"# second\n{new_key()}\n{new_key()}\n")
    (made,) = run("--data", str(data), "return-path", "make", "jane@example.org")
    mails = tmp_path / "mails"
    mails.mkdir()
    (mails / "genuine.eml").write_bytes(bounce(str(made["return_path"])))
    (mails / "forged.eml").write_bytes(bounce("b+aaaaaaaaaaaaaaaaaaaa=max=example.org@news.example", "max@example.org"))
    told = {Path(str(line["source"])).stem: line["genuine"]
            for line in run("--data", str(data), "parse", "--more", str(mails))}  # fmt: skip
    assert told == {"genuine": True, "forged": False}
    # What ingest makes of them is read by the same source; the command itself forks.
    (batch,) = read_batches([str(mails)], time.time(), owner_of(data, (), None, time.time()))
    assert [event.recipient for event in batch.events] == ["jane@example.org"]
    assert (batch.not_a_report, batch.forged) == (1, 1)


def test_settings_are_checked(tmp_path: Path) -> None:
    (tmp_path / "return-paths.toml").write_text("pattern = []\n")
    result = CliRunner().invoke(cli, ["--data", str(tmp_path), "parse", "-"], input=b"")
    assert result.exit_code == 2 and "return-paths.toml" in result.output
    (tmp_path / "return-paths.toml").write_text('patterns = ["b+{local}={domain}@x.example"]\nkey_file = "none"\n')
    result = CliRunner().invoke(cli, ["--data", str(tmp_path), "parse", "-"], input=b"")
    assert result.exit_code == 2 and "none" in result.output
