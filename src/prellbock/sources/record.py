"""What every source does with an event before it hands it on: canonical address, time in milliseconds, an outcome."""

import re
from datetime import UTC, datetime

import msgspec

from prellbock.addresses import AddressError, canonical
from prellbock.events import MOST_ATTEMPTS, DeliveryEvent, Outcome

FUTURE_SECONDS = 86400.0
"""How far ahead of the clock an event may lie: clocks are wrong by hours, not by more."""

_STATUS = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SECONDS = {f"{second:02d}Z": second for second in range(60)}
_MOST_MINUTES = 100_000
_minutes: dict[str, float] = {}
_seen_statuses: set[str] = set()
_REPLY = re.compile(r"\s*(?:smtp;\s*)?([2-5])[0-9]{2}(?=[ -]|$)", re.IGNORECASE)
_OUTCOME_OF_CLASS = {"2": "delivered", "4": "deferred", "5": "bounced"}

BRACKETS = "<> "
"""Around a message id they are not part of it."""
FEEDBACK = frozenset({"complaint", "feedback"})
"""Outcomes that the type of the feedback may change."""
_OUTCOME_OF_FEEDBACK: dict[str, Outcome] = {
    "abuse": "complaint",
    "fraud": "complaint",
    "other": "complaint",
    "not-spam": "feedback",
    "auth-failure": "feedback",
    "virus": "feedback",
    "opt-out": "unsubscribe",
    "opt-out-list": "unsubscribe",
}
"""Feedback-Type of RFC 5965 section 7.3, RFC 6430 and RFC 6591. ``not-spam`` revokes; the other feedback is about the
sender. A type that is not listed leaves the outcome as it is."""


class RecordError(ValueError):
    """A record cannot be used; the message names the field, what is wrong and what would be right."""


def instant(value: float | str | None) -> float:
    """A time as Unix seconds UTC, rounded to milliseconds, from Unix seconds or RFC 3339 text."""
    if value is None:
        raise RecordError("time: missing; give RFC 3339 (2026-01-05T08:00:00Z) or Unix seconds")
    if isinstance(value, str):
        value = _from_text(value)
    if not 0.0 < value < 1e11:
        raise RecordError(f"time: {value!r} is not a time in Unix seconds (milliseconds by mistake?)")
    return int(value * 1000 + 0.5) / 1000


def asked(text: str) -> float:
    """A time as people ask for it: as `instant`, or a date alone, which is its midnight UTC. Raises `RecordError`."""
    try:
        return instant(f"{text}T00:00:00Z" if _DATE.fullmatch(text) else text)
    except RecordError:
        raise RecordError(
            f"{text[:40]!r} is not a time; write 2026-01-05T08:00:00Z, 2026-01-05 or Unix seconds"
        ) from None


def _from_text(text: str) -> float:
    # Most texts are 2026-01-05T08:00:07Z, and many share their minute.
    minute = _minutes.get(text[:17])
    if minute is not None and len(text) == 20 and text[17:] in _SECONDS:
        return minute + _SECONDS[text[17:]]
    seconds = _parsed(text)
    if len(text) == 20 and text[17:] in _SECONDS:
        if len(_minutes) >= _MOST_MINUTES:
            _minutes.clear()
        _minutes[text[:17]] = seconds - _SECONDS[text[17:]]
    return seconds


def _parsed(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise RecordError(f"time: {text[:40]!r} is neither RFC 3339 nor Unix seconds") from None
    if moment.tzinfo is None:
        raise RecordError(f"time: {text[:40]!r} has no zone; add Z or an offset such as +01:00")
    return moment.astimezone(UTC).timestamp()


def finish(event: DeliveryEvent, now: float, *, unnamed: bool = False) -> None:
    """Checks an event whose ``time`` is set and puts it into its stored form, in place. Raises `RecordError`.

    ``now`` is the clock in Unix seconds: an event from the future is refused, it would outlast every later one.
    ``unnamed``: the report may name no recipient (a feedback report with the address removed); it is then counted,
    and touches nobody.
    """
    if event.time is None or event.time > now + FUTURE_SECONDS:
        raise RecordError("time: lies more than a day in the future; check the clock of the source")
    name = event.recipient
    if name is not None:
        try:
            event.recipient = canonical(name)
        except AddressError as error:
            raise RecordError(f"recipient: {name[:80]!r}: {error}") from None
    elif not unnamed:
        raise RecordError("recipient: missing; every event is about one recipient")
    check_codes(event.status, event.smtp_code, event.attempt)
    if event.meta is not None:
        check_meta(event.meta)
    if event.outcome is None:
        event.outcome = _outcome(event)  # type: ignore[assignment]
    elif event.outcome in FEEDBACK:
        _tell_feedback(event)
    if event.message_id is not None and event.message_id.startswith("<"):
        event.message_id = event.message_id.strip(BRACKETS)


def _tell_feedback(event: DeliveryEvent) -> None:
    """What a feedback report means, whatever its source calls it; the type may also stand in ``meta``."""
    kind: object = event.feedback_type or (event.meta or {}).get("feedback_type")
    if isinstance(kind, str) and (kind := kind.strip().lower()):
        event.feedback_type = kind
        event.outcome = _OUTCOME_OF_FEEDBACK.get(kind, event.outcome)


def check_meta(meta: object) -> None:
    """JSON knows numbers of any size; what is stored and handed on does not. Raises `RecordError`."""
    try:
        msgspec.msgpack.encode(meta)
    except OverflowError:
        raise RecordError("meta: holds a whole number of more than 64 bits; give it as text") from None
    except RecursionError:
        raise RecordError("nested too deeply to be an event") from None


def check_codes(status: str | None, smtp_code: int | None, attempt: int | None) -> None:
    """Whether they are in their ranges. Raises `RecordError`."""
    if status is not None and status not in _seen_statuses:
        _check_status(status)
    if smtp_code is not None and not 200 <= smtp_code <= 599:
        raise RecordError(f"smtp_code: {smtp_code} is not a reply code from 200 to 599")
    if attempt is not None and not 0 <= attempt <= MOST_ATTEMPTS:
        raise RecordError(f"attempt: must be a number from 0 to {MOST_ATTEMPTS}")


def _check_status(status: str) -> None:
    if not _STATUS.fullmatch(status):
        raise RecordError(f"status: {status[:20]!r} is not an enhanced status code such as 5.1.1")
    if len(_seen_statuses) < 1000:
        _seen_statuses.add(status)


def _outcome(event: DeliveryEvent) -> str:
    """What became of the message, from the class of the reply where the source does not say."""
    first = ""
    if event.smtp_code is not None:
        first = str(event.smtp_code)[0]
    elif event.response and (reply := _REPLY.match(event.response)):
        first = reply[1]
    elif event.status:
        first = event.status[0]
    try:
        return _OUTCOME_OF_CLASS[first]
    except KeyError:
        raise RecordError(
            "outcome: missing, and no reply tells it; give outcome (delivered, deferred, bounced, complaint, ...) "
            "or a response that begins with its code"
        ) from None
