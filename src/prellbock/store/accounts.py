"""Who may do what: users, sessions, tokens, invitations, the log of what they changed, what they may send twice.

The contract of every store; `tests/contract/test_accounts.py` runs against each. Secrets never come in here, only their
hashes (`prellbock.api.auth.secrets`). Times are Unix seconds UTC.
"""

from typing import Literal, Protocol

import msgspec

Role = Literal["viewer", "editor", "publisher", "admin"]


class User(msgspec.Struct, frozen=True):
    """Somebody who signs in."""

    name: str
    role: Role
    created: float
    disabled: bool = False
    has_password: bool = False
    issuer: str | None = None
    """The provider of OpenID Connect with which they have signed in."""

    @property
    def can_sign_in(self) -> bool:
        """Whether they have a way in already."""
        return self.has_password or self.issuer is not None


class Session(msgspec.Struct, frozen=True):
    """A user who has signed in."""

    user: User
    csrf: str
    """What a request that changes something must send along."""
    created: float
    seen: float


class Token(msgspec.Struct, frozen=True):
    """The key of another system."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created: float
    creator: str
    expires: float | None = None
    revoked: float | None = None


class AuditEntry(msgspec.Struct, frozen=True):
    """Something that was changed."""

    seq: int
    time: float
    actor: str
    action: str
    """What was done, such as ``token.create``."""
    subject: str
    """To whom or what; recipients are named by their hash."""
    details: dict[str, object]


class Accounts(Protocol):
    """What is remembered of those who use an installation."""

    def users(self) -> list[User]:
        """All users by name."""
        ...

    def user(self, name: str) -> User | None: ...

    def password_of(self, name: str) -> str | None:
        """The hash of a user's password; None for who has none, is disabled or does not exist."""
        ...

    def put_user(self, name: str, role: Role, now: float, *, disabled: bool = False) -> User:
        """Makes a user or changes one. Disabling ends all sessions."""
        ...

    def set_password(self, name: str, password: str) -> None:
        """``password`` is a hash. Ends all sessions of the user."""
        ...

    def invite(self, hash_: bytes, user: str | None, role: Role, expires: float) -> None:
        """Remembers a one-time link; one for the same user (None: the first admin) ends the link before it."""
        ...

    def accept(self, hash_: bytes, name: str, password: str, now: float) -> User | None:
        """Uses a one-time link up: the user it is for (of the first admin's link: ``name``) has this password then.

        None if there is no such link any more, or it is for somebody else.
        """
        ...

    def invited(self, hash_: bytes, now: float) -> tuple[str | None, Role] | None:
        """Whom a link that is still good is for."""
        ...

    def identified(self, issuer: str, subject: str) -> User | None:
        """The user who is this subject at this provider of OpenID Connect, disabled or not."""
        ...

    def identify(self, issuer: str, subject: str, name: str, now: float) -> bool:
        """The user of this name is this subject from now on; False if either is bound to another, or there is none."""
        ...

    def begin_session(self, hash_: bytes, user: str, csrf: str, now: float) -> None: ...

    def session(self, hash_: bytes, *, seen_since: float, begun_since: float) -> Session | None:
        """The session of an enabled user, unless it is too old or was not used for too long."""
        ...

    def touch_session(self, hash_: bytes, now: float) -> None:
        """The session was used."""
        ...

    def end_session(self, hash_: bytes) -> None: ...

    def add_token(self, hash_: bytes, token: Token) -> None: ...

    def token(self, hash_: bytes, now: float) -> Token | None:
        """The token with this hash, unless it has expired or was revoked."""
        ...

    def tokens(self) -> list[Token]:
        """All tokens, those that do not hold any more included, newest first."""
        ...

    def revoke_token(self, identity: str, now: float) -> bool:
        """False if there is no such token."""
        ...

    def record(self, now: float, actor: str, action: str, subject: str, details: dict[str, object]) -> None:
        """Writes into the audit log."""
        ...

    def audit(self, *, before: int | None, most: int) -> list[AuditEntry]:
        """The newest entries first; ``before``: only those with a smaller number."""
        ...

    def repeat(self, name: bytes, since: float) -> tuple[bytes, bytes] | None:
        """Fingerprint and sealed answer of the request of this name, if it was kept after ``since``."""
        ...

    def keep_repeat(self, name: bytes, fingerprint: bytes, answer: bytes, now: float) -> None:
        """Keeps the answer to a request that may come again."""
        ...

    def forget_repeats(self, *, before: float, most: int, most_octets: int) -> None:
        """Keeps only what is newer, and of that the ``most`` newest that fit in ``most_octets``."""
        ...
