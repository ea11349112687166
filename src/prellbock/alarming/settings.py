"""``guard.toml`` in the data folder: when to alarm, and whom. Every key is optional; `docs/reference/alarms.md`."""

import stat
from pathlib import Path

import msgspec

from prellbock.alarming.drift import Limits as DriftLimits
from prellbock.guard.breaker import Breaker
from prellbock.sinks.mail import Mailbox
from prellbock.sinks.webhook import SecretError, Signer, signer_of

FILE = "guard.toml"


class AlarmSettingsError(Exception):
    """The file cannot be used; the message says where and what to do."""


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From when something is an alarm. Shares are 0 to 1."""

    hard_bounce_share: float = 0.01
    """Per stream, provider and UTC day; 1.0 % is the limit of the Certified Senders Alliance."""
    hard_bounce_messages: int = 500
    """With fewer mails on a day no share is formed."""
    sender_refusals: int = 20
    """Refusals because of one blocklist, IP address or domain of ours within 24 hours."""
    feedback_reports: int = 1
    """Reports of failed authentication or of viruses within 24 hours."""
    unclassified_share: float = 0.05
    """Of all failures and deferrals of 24 hours."""
    unclassified_messages: int = 500
    silence_hours: float = 24.0
    """A source that brought something on three of the last 14 days is silent for so long. 0 turns it off."""
    revival_share: float = 0.5
    """Of the paused fewer come back than this share of what it was: the last 14 days against the 90 before."""
    revival_cases: int = 50
    door_minutes: float = 10.0
    """A door has failed for so long."""
    destination_minutes: float = 10.0
    """A destination has taken nothing for so long although something was sent. One that was disabled alarms at once."""
    behind_minutes: float = 60.0
    """The oldest decision that a destination has not got is so old. 0 turns it off."""
    apart: int = 1
    """What doors have set apart within 24 hours. 0 turns it off."""
    drift: DriftLimits = DriftLimits()
    """From when servers answer otherwise than before; ``responses`` 0 turns it off."""


class Webhook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where alarms and stops are posted to."""

    url: str
    secret_file: str
    """A file with the secret, ``whsec_`` and base64; relative to the data folder."""


class Mail(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who gets alarms by e-mail."""

    to: list[str]
    sender: str
    host: str = "127.0.0.1"
    port: int = 25
    starttls: bool = True
    user: str | None = None
    password_file: str | None = None


class Guarded(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file."""

    breaker: Breaker = Breaker()
    alarms: Limits = Limits()
    webhook: Webhook | None = None
    mail: Mail | None = None


class Channels(msgspec.Struct, frozen=True):
    """Where notices go, secrets read."""

    url: str | None = None
    signer: Signer | None = None
    mailbox: Mailbox | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Those that are used."""
        return tuple(name for name, used in (("webhook", self.url), ("mail", self.mailbox)) if used)


def read(folder: Path) -> tuple[Guarded, Channels]:
    """What holds for a data folder; the defaults where there is no file. Raises `AlarmSettingsError`."""
    path = folder / FILE
    try:
        content = path.read_bytes() if path.exists() else b""
        settings = msgspec.toml.decode(content, type=Guarded)
    except (msgspec.DecodeError, OSError) as error:
        raise AlarmSettingsError(f"{path}: {error}; see docs/reference/alarms.md") from None
    url, signer, box = None, None, None
    if settings.webhook is not None:
        url = settings.webhook.url
        if not url.startswith(("https://", "http://127.0.0.1", "http://localhost", "http://[::1]")):
            raise AlarmSettingsError(f"{path}: webhook.url must begin with https:// unless it is on this machine")
        try:
            signer = signer_of(_secret(folder / settings.webhook.secret_file))
        except SecretError as error:
            raise AlarmSettingsError(f"{folder / settings.webhook.secret_file}: {error}") from None
    if settings.mail is not None:
        mail = settings.mail
        if not mail.to:
            raise AlarmSettingsError(f"{path}: mail.to names nobody")
        password = None if mail.password_file is None else _secret(folder / mail.password_file)
        box = Mailbox(
            host=mail.host, port=mail.port, starttls=mail.starttls, user=mail.user, password=password,
            sender=mail.sender, to=tuple(mail.to),
        )  # fmt: skip
    return settings, Channels(url, signer, box)


def _secret(path: Path) -> str:
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise AlarmSettingsError(f"{path} can be read by others: chmod 600 {path}")
        return path.read_text().strip()
    except OSError as error:
        raise AlarmSettingsError(f"{path} cannot be read ({error.strerror}): make it, with mode 600") from None
