"""Why is this recipient treated like that? The standing of a recipient in sentences, with the rules and the evidence.

The wording is a `Language`: another one is another set of the same sentences.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import msgspec

from prellbock.history.judge import Standing
from prellbock.taxonomy import CATEGORIES

DAY = 86400
_CONTINUED = re.compile(r"(?<=\S )[245]\d\d[- ](?:[245]\.\d{1,3}\.\d{1,3} )?", re.ASCII)
"""Reply codes that begin the further lines of an answer (RFC 5321 section 4.2.1)."""
MOST_QUOTED = 120
"""Characters of a server's answer that are quoted."""


class Evidence(msgspec.Struct, frozen=True):
    """One event that was counted. ``time`` is Unix seconds UTC."""

    time: float
    message: int
    """Key of the message: two events with the same one are about the same mail."""
    text: str | None
    """What the server said."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is told. ``standing`` and ``domain`` are as they are at the time of the telling."""

    address: str
    standing: Standing
    marks: Sequence[Standing]
    domain: Standing
    evidence: Sequence[Evidence]
    """The events that the standing counts, newest first; some may no longer be stored."""
    last_delivery: float | None
    known: bool
    """Whether any event of this recipient was ever seen."""


class Language(msgspec.Struct, frozen=True):
    """Sentences by name, and how dates and numbers of things are said."""

    sentences: dict[str, str]
    date: Callable[[float], str]
    count: Callable[[int, str], str]
    meaning: Callable[[str | None], str]


def tell(facts: Facts, language: Language | None = None) -> list[str]:
    """The story, most important sentence first."""
    words = language or ENGLISH
    withheld = facts.domain.status in ("paused", "suppressed")
    if not facts.known and not withheld:
        told = [words.sentences["unknown"]]
    else:
        told = [_of_standing(facts, words)]
    for mark in facts.marks:
        told.append(words.sentences[mark.status].format(since=words.date(mark.since or 0), scope=mark.scope))
    if withheld:
        until = words.date(facts.domain.until) if facts.domain.until else "-"
        told.append(
            words.sentences["domain"].format(
                domain=_domain(facts.address), until=until, category=facts.domain.category, rule=facts.domain.rule
            )
        )
    if facts.last_delivery:
        told.append(words.sentences["last_delivery"].format(date=words.date(facts.last_delivery)))
    elif facts.known:
        told.append(words.sentences["no_delivery"])
    undo = {facts.standing.status, *(mark.status for mark in facts.marks)} & words.sentences.keys()
    if undo & {"suppressed", "paused", "complained", "unsubscribed"}:
        told.append(words.sentences["undo"])
    return told


def _of_standing(facts: Facts, words: Language) -> str:
    standing = facts.standing
    name: str = standing.status
    if name == "deliverable" and (facts.marks or facts.domain.status in ("paused", "suppressed")):
        name = "no_failures"
    if standing.rule in ("imported", "mirrored"):
        name = standing.rule
    elif standing.rule is not None and standing.rule.endswith("/probe"):
        name = "probe"
    messages = {evidence.message for evidence in facts.evidence}
    days = {int(evidence.time // DAY) for evidence in facts.evidence}
    said = next((evidence.text for evidence in facts.evidence if evidence.text), None)
    reason = words.sentences["answered" if said else "failed"].format(
        who=_domain(facts.address),
        text=_quoted(said or ""),
        messages=words.count(len(messages) or len(standing.evidence), "message"),
        days=words.count(len(days), "day") if days else words.count(len(standing.evidence), "day"),
        meaning=words.meaning(standing.category),
    )
    return words.sentences[name].format(
        since=words.date(standing.since) if standing.since else "-",
        until=words.date(standing.until) if standing.until else "-",
        reason=reason,
        rule=standing.rule,
        category=standing.category,
        source=standing.source or "-",
    )


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _quoted(text: str) -> str:
    line = _CONTINUED.sub("", " ".join(text.split()))
    return line if len(line) <= MOST_QUOTED else f"{line[: MOST_QUOTED - 1]}…"


# --- English -----------------------------------------------------------------------------------------------------

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def _english_date(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def _english_count(number: int, thing: str) -> str:
    said = _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"
    return f"{said} {thing}" if number == 1 else f"{said} {thing}s"


def _english_meaning(category: str | None) -> str:
    known = CATEGORIES.get(category or "")
    return known.meaning if known else "the reason is not known"


ENGLISH = Language(
    sentences={
        "unknown": "Nothing is known of this address, so it may be mailed.",
        "deliverable": "Nothing is held against this address; it may be mailed.",
        "no_failures": "No failures are held against this address.",
        "watched": "Watched since {since}: {reason}. It is still mailed (category {category}, rule {rule}).",
        "probe": "The pause has ended: one mail is let through as a probe, and its outcome decides. "
        "Before that, {reason} (category {category}, rule {rule}).",
        "paused": "Paused from {since} until {until}: {reason}, no delivery between "
        "(category {category}, rule {rule}).",
        "suppressed": "Suppressed since {since}: {reason}, no delivery between (category {category}, rule {rule}).",
        "imported": "Suppressed since {since}: it stands on the list {source} that was imported (rule imported).",
        "mirrored": "Suppressed since {since}: the suppression list of {source} stopped a message (rule mirrored).",
        "complained": "Complained on {since} about {scope} mail: no {scope} mail any more; critical mail still goes.",
        "unsubscribed": "Unsubscribed on {since} from {scope} mail: no {scope} mail any more; "
        "critical mail still goes.",
        "domain": "The whole domain {domain} is paused until {until} (category {category}, rule {rule}).",
        "answered": "{who} answered '{text}' to {messages} on {days}",
        "failed": "{messages} failed on {days} because {meaning}",
        "last_delivery": "The last delivery was on {date}.",
        "no_delivery": "No delivery to this address is remembered.",
        "undo": "To undo: bring in an event with outcome consent for this address.",
    },
    date=_english_date,
    count=_english_count,
    meaning=_english_meaning,
)
