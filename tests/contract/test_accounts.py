"""What every store of accounts must do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from prellbock.identity import new_secret
from prellbock.store.accounts import Accounts, Token
from prellbock.store.dynamodb.accounts import DynamoAccounts
from prellbock.store.dynamodb.memory import MemoryDynamoDB, MemoryS3
from prellbock.store.dynamodb.store import DynamoStore, Place
from prellbock.store.sqlite import SqliteAccounts, SqliteStore

NOW = 1_767_600_000.0


@pytest.fixture(params=["sqlite", "dynamodb"])
def accounts(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Accounts]:
    if request.param == "dynamodb":
        place = Place(s3=MemoryS3(), dynamodb=MemoryDynamoDB(), bucket="b", table="t")
        store = DynamoStore(place, new_secret())
        yield DynamoAccounts(store)
        store.close()
        return
    SqliteStore(tmp_path, create=True).close()
    with SqliteAccounts(tmp_path) as made:
        yield made


def test_users_are_made_and_changed(accounts: Accounts) -> None:
    assert accounts.users() == []
    made = accounts.put_user("ada", "admin", NOW)
    assert (made.role, made.created, made.disabled, made.has_password) == ("admin", NOW, False, False)
    changed = accounts.put_user("ada", "viewer", NOW + 1)
    assert (changed.role, changed.created) == ("viewer", NOW)
    accounts.set_password("ada", "hash")
    assert accounts.password_of("ada") == "hash"
    accounts.put_user("ada", "viewer", NOW, disabled=True)
    assert accounts.password_of("ada") is None
    assert accounts.password_of("nobody") is None
    assert accounts.user("nobody") is None


def test_a_link_works_once_for_whom_it_is_and_not_too_late(accounts: Accounts) -> None:
    accounts.invite(b"old", None, "admin", NOW + 10)
    accounts.invite(b"first", None, "admin", NOW + 10)
    assert accounts.invited(b"old", NOW) is None
    assert accounts.invited(b"first", NOW) == (None, "admin")
    assert accounts.accept(b"first", "ada", "hash", NOW + 10) is None
    made = accounts.accept(b"first", "ada", "hash", NOW + 9)
    assert made is not None
    assert (made.name, made.role, made.has_password) == ("ada", "admin", True)
    assert accounts.accept(b"first", "eve", "hash", NOW) is None
    accounts.put_user("bob", "viewer", NOW)
    accounts.invite(b"bob", "bob", "viewer", NOW + 10)
    assert accounts.accept(b"bob", "eve", "hash", NOW) is None
    assert accounts.accept(b"bob", "bob", "other", NOW) is not None
    assert accounts.password_of("bob") == "other"


def test_a_subject_of_a_provider_is_one_user_and_stays_that_one(accounts: Accounts) -> None:
    accounts.put_user("ada", "viewer", NOW)
    accounts.put_user("bob", "viewer", NOW)
    assert accounts.identified("https://id.example", "1") is None
    assert accounts.identify("https://id.example", "1", "ada", NOW)
    found = accounts.identified("https://id.example", "1")
    assert found is not None
    assert (found.name, found.issuer, found.can_sign_in) == ("ada", "https://id.example", True)
    assert accounts.identified("https://other.example", "1") is None
    # Neither another user for this subject, nor another subject for this user, nor somebody who is not there.
    assert not accounts.identify("https://id.example", "1", "bob", NOW)
    assert not accounts.identify("https://id.example", "2", "ada", NOW)
    assert not accounts.identify("https://id.example", "3", "nobody", NOW)
    accounts.begin_session(b"one", "ada", "csrf", NOW)
    session = accounts.session(b"one", seen_since=0, begun_since=0)
    assert session is not None
    assert (session.user.issuer, session.csrf) == ("https://id.example", "csrf")
    assert [user.can_sign_in for user in accounts.users()] == [True, False]


def test_sessions_grow_old_and_end_with_the_user(accounts: Accounts) -> None:
    accounts.put_user("ada", "admin", NOW)
    for name in (b"one", b"two"):
        accounts.begin_session(name, "ada", "csrf", NOW)
    found = accounts.session(b"one", seen_since=NOW - 5, begun_since=NOW - 5)
    assert found is not None
    assert (found.user.name, found.csrf, found.seen) == ("ada", "csrf", NOW)
    assert accounts.session(b"one", seen_since=NOW + 1, begun_since=NOW) is None
    accounts.touch_session(b"one", NOW + 9)
    assert accounts.session(b"one", seen_since=NOW + 1, begun_since=NOW) is not None
    assert accounts.session(b"one", seen_since=NOW, begun_since=NOW + 1) is None
    accounts.end_session(b"one")
    assert accounts.session(b"one", seen_since=NOW, begun_since=NOW) is None
    accounts.put_user("ada", "admin", NOW, disabled=True)
    accounts.put_user("ada", "admin", NOW)
    assert accounts.session(b"two", seen_since=NOW, begun_since=NOW) is None


def test_tokens_expire_and_are_revoked(accounts: Accounts) -> None:
    short = Token("t1", "shop", ("check", "feed"), NOW, "ada", NOW + 10)
    accounts.add_token(b"short", short)
    accounts.add_token(b"long", Token("t2", "mill", ("ingest",), NOW + 1, "ada"))
    assert accounts.token(b"short", NOW + 9) == short
    assert accounts.token(b"short", NOW + 10) is accounts.token(b"other", NOW) is None
    assert accounts.revoke_token("t2", NOW + 2)
    assert accounts.token(b"long", NOW + 3) is None
    assert not accounts.revoke_token("t3", NOW)
    assert [(token.id, token.revoked) for token in accounts.tokens()] == [("t2", NOW + 2), ("t1", None)]


def test_the_audit_log_only_grows(accounts: Accounts) -> None:
    for number in range(5):
        accounts.record(NOW + number, "ada", "token.create", f"t{number}", {"name": "ä", "scopes": ["check"]})
    newest = accounts.audit(before=None, most=2)
    assert [entry.subject for entry in newest] == ["t4", "t3"]
    assert [entry.subject for entry in accounts.audit(before=newest[-1].seq, most=10)] == ["t2", "t1", "t0"]
    assert newest[0].details == {"name": "ä", "scopes": ["check"]}


def test_answers_are_kept_for_a_while_and_not_too_many(accounts: Accounts) -> None:
    assert accounts.repeat(b"a", NOW) is None
    accounts.keep_repeat(b"a", b"print", b"answer", NOW)
    assert accounts.repeat(b"a", NOW - 1) == (b"print", b"answer")
    assert accounts.repeat(b"a", NOW) is None
    for number in range(5):
        accounts.keep_repeat(bytes([number]), b"", b"x" * 10, NOW + 1 + number)

    def kept() -> list[int]:
        return [number for number in range(5) if accounts.repeat(bytes([number]), 0)]

    accounts.forget_repeats(before=NOW, most=10, most_octets=1000)
    assert accounts.repeat(b"a", 0) is None
    assert kept() == [0, 1, 2, 3, 4]
    accounts.forget_repeats(before=NOW, most=4, most_octets=1000)
    assert kept() == [1, 2, 3, 4]
    accounts.forget_repeats(before=NOW, most=4, most_octets=25)
    assert kept() == [3, 4]
