"""Users, sessions, tokens, the audit log and kept answers in SQLite: `prellbock.store.accounts.Accounts`."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from prellbock.store.accounts import AuditEntry, Role, Session, Token, User
from prellbock.store.sqlite.connection import connect, plain_errors

_USER = (
    "users.name, role, users.created, disabled, password IS NOT NULL,"
    " (SELECT issuer FROM identities WHERE identities.user = users.name)"
)


class SqliteAccounts:
    """The accounts of a data folder whose store exists. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Raises `StoreMissingError`, `StoreError`."""
        self._folder = folder
        self._lock = threading.RLock()
        self._db, _ = connect(folder, create=False)

    def __enter__(self) -> "SqliteAccounts":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Ends the use of the file."""
        with self._lock:
            self._db.close()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, plain_errors(self._folder):
            yield self._db

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, plain_errors(self._folder):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    # --- users

    def users(self) -> list[User]:
        """See `Accounts.users`."""
        with self._reading() as db:
            return [_user(row) for row in db.execute(f"SELECT {_USER} FROM users ORDER BY name")]  # noqa: S608

    def user(self, name: str) -> User | None:
        """See `Accounts.user`."""
        with self._reading() as db:
            row = db.execute(f"SELECT {_USER} FROM users WHERE name = ?", (name,)).fetchone()  # noqa: S608
        return _user(row) if row else None

    def password_of(self, name: str) -> str | None:
        """See `Accounts.password_of`."""
        with self._reading() as db:
            row = db.execute("SELECT password FROM users WHERE name = ? AND NOT disabled", (name,)).fetchone()
        return row[0] if row else None

    def put_user(self, name: str, role: Role, now: float, *, disabled: bool = False) -> User:
        """See `Accounts.put_user`."""
        with self._writing() as db:
            _put(db, name, role, now, disabled=disabled)
        found = self.user(name)
        assert found is not None
        return found

    def set_password(self, name: str, password: str) -> None:
        """See `Accounts.set_password`."""
        with self._writing() as db:
            _set_password(db, name, password)

    def invite(self, hash_: bytes, user: str | None, role: Role, expires: float) -> None:
        """See `Accounts.invite`."""
        with self._writing() as db:
            db.execute("DELETE FROM invitations WHERE user IS ?", (user,))
            db.execute("INSERT INTO invitations VALUES (?, ?, ?, ?)", (hash_, user, role, expires))

    def invited(self, hash_: bytes, now: float) -> tuple[str | None, Role] | None:
        """See `Accounts.invited`."""
        with self._reading() as db:
            found: tuple[str | None, Role] | None = db.execute(
                "SELECT user, role FROM invitations WHERE hash = ? AND expires > ?", (hash_, now)
            ).fetchone()
        return found

    def accept(self, hash_: bytes, name: str, password: str, now: float) -> User | None:
        """See `Accounts.accept`."""
        with self._writing() as db:
            row = db.execute(
                "SELECT user, role FROM invitations WHERE hash = ? AND expires > ?", (hash_, now)
            ).fetchone()
            if row is None or row[0] not in (None, name):
                return None
            db.execute("DELETE FROM invitations WHERE hash = ?", (hash_,))
            if row[0] is None:
                _put(db, name, row[1], now, disabled=False)
            _set_password(db, name, password)
        return self.user(name)

    def identified(self, issuer: str, subject: str) -> User | None:
        """See `Accounts.identified`."""
        with self._reading() as db:
            row = db.execute(
                f"SELECT {_USER} FROM users JOIN identities AS me ON me.user = users.name"  # noqa: S608
                " WHERE me.issuer = ? AND me.subject = ?",
                (issuer, subject),
            ).fetchone()
        return _user(row) if row else None

    def identify(self, issuer: str, subject: str, name: str, now: float) -> bool:
        """See `Accounts.identify`."""
        with self._writing() as db:
            done = db.execute(
                "INSERT OR IGNORE INTO identities SELECT ?, ?, name, ? FROM users WHERE name = ?",
                (issuer, subject, now, name),
            )
        return done.rowcount == 1

    # --- sessions

    def begin_session(self, hash_: bytes, user: str, csrf: str, now: float) -> None:
        """See `Accounts.begin_session`."""
        with self._writing() as db:
            db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?, ?)", (hash_, user, csrf, now, now))

    def session(self, hash_: bytes, *, seen_since: float, begun_since: float) -> Session | None:
        """See `Accounts.session`."""
        with self._reading() as db:
            row = db.execute(
                f"SELECT {_USER}, csrf, sessions.created, seen FROM sessions JOIN users ON users.name = user"  # noqa: S608
                " WHERE hash = ? AND NOT disabled AND seen >= ? AND sessions.created >= ?",
                (hash_, seen_since, begun_since),
            ).fetchone()
        return Session(_user(row[:6]), *row[6:]) if row else None

    def touch_session(self, hash_: bytes, now: float) -> None:
        """See `Accounts.touch_session`."""
        with self._writing() as db:
            db.execute("UPDATE sessions SET seen = max(seen, ?) WHERE hash = ?", (now, hash_))

    def end_session(self, hash_: bytes) -> None:
        """See `Accounts.end_session`."""
        with self._writing() as db:
            db.execute("DELETE FROM sessions WHERE hash = ?", (hash_,))

    # --- tokens

    def add_token(self, hash_: bytes, token: Token) -> None:
        """See `Accounts.add_token`."""
        with self._writing() as db:
            db.execute(
                "INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (token.id, hash_, token.name, json.dumps(token.scopes), token.created, token.creator, token.expires,
                 token.revoked),
            )  # fmt: skip

    def token(self, hash_: bytes, now: float) -> Token | None:
        """See `Accounts.token`."""
        with self._reading() as db:
            row = db.execute(
                "SELECT id, name, scopes, created, creator, expires, revoked FROM tokens WHERE hash = ?"
                " AND revoked IS NULL AND (expires IS NULL OR expires > ?)",
                (hash_, now),
            ).fetchone()
        return _token(row) if row else None

    def tokens(self) -> list[Token]:
        """See `Accounts.tokens`."""
        with self._reading() as db:
            rows = db.execute(
                "SELECT id, name, scopes, created, creator, expires, revoked FROM tokens ORDER BY created DESC, id"
            )
            return [_token(row) for row in rows]

    def revoke_token(self, identity: str, now: float) -> bool:
        """See `Accounts.revoke_token`."""
        with self._writing() as db:
            done = db.execute("UPDATE tokens SET revoked = coalesce(revoked, ?) WHERE id = ?", (now, identity))
            return done.rowcount == 1

    # --- what was changed

    def record(self, now: float, actor: str, action: str, subject: str, details: dict[str, object]) -> None:
        """See `Accounts.record`."""
        with self._writing() as db:
            db.execute(
                "INSERT INTO audit (time, actor, action, subject, details) VALUES (?, ?, ?, ?, ?)",
                (now, actor, action, subject, json.dumps(details)),
            )

    def audit(self, *, before: int | None, most: int) -> list[AuditEntry]:
        """See `Accounts.audit`."""
        with self._reading() as db:
            rows = db.execute(
                "SELECT seq, time, actor, action, subject, details FROM audit WHERE ? IS NULL OR seq < ?"
                " ORDER BY seq DESC LIMIT ?",
                (before, before, most),
            )
            return [AuditEntry(row[0], row[1], row[2], row[3], row[4], json.loads(row[5])) for row in rows]

    # --- what may be sent twice

    def repeat(self, name: bytes, since: float) -> tuple[bytes, bytes] | None:
        """See `Accounts.repeat`."""
        with self._reading() as db:
            found: tuple[bytes, bytes] | None = db.execute(
                "SELECT fingerprint, answer FROM repeats WHERE name = ? AND time > ?", (name, since)
            ).fetchone()
        return found

    def keep_repeat(self, name: bytes, fingerprint: bytes, answer: bytes, now: float) -> None:
        """See `Accounts.keep_repeat`."""
        with self._writing() as db:
            db.execute("REPLACE INTO repeats VALUES (?, ?, ?, ?)", (name, fingerprint, answer, now))

    def forget_repeats(self, *, before: float, most: int, most_octets: int) -> None:
        """See `Accounts.forget_repeats`."""
        with self._writing() as db:
            db.execute("DELETE FROM repeats WHERE time <= ?", (before,))
            db.execute(
                "DELETE FROM repeats WHERE name IN (SELECT name FROM (SELECT name, row_number() OVER newest AS place,"
                " sum(length(answer)) OVER newest AS octets FROM repeats WINDOW newest AS (ORDER BY time DESC, name))"
                " WHERE place > ? OR octets > ?)",
                (most, most_octets),
            )


def _user(row: tuple[str, Role, float, int, int, str | None]) -> User:
    return User(row[0], row[1], row[2], bool(row[3]), bool(row[4]), row[5])


def _token(row: tuple[str, str, str, float, str, float | None, float | None]) -> Token:
    return Token(row[0], row[1], tuple(json.loads(row[2])), *row[3:])


def _put(db: sqlite3.Connection, name: str, role: Role, now: float, *, disabled: bool) -> None:
    db.execute(
        "INSERT INTO users (name, role, created, disabled) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET role = excluded.role, disabled = excluded.disabled",
        (name, role, now, disabled),
    )
    if disabled:
        db.execute("DELETE FROM sessions WHERE user = ?", (name,))


def _set_password(db: sqlite3.Connection, name: str, password: str) -> None:
    db.execute("UPDATE users SET password = ? WHERE name = ?", (password, name))
    db.execute("DELETE FROM sessions WHERE user = ?", (name,))
