"""The story in English."""

from datetime import UTC, datetime

from prellbock.history.languages.model import Language
from prellbock.taxonomy import CATEGORIES

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def _date(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def _count(number: int, thing: str) -> str:
    said = _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"
    return f"{said} {thing}" if number == 1 else f"{said} {thing}s"


def _meaning(category: str | None) -> str:
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
        "ended": "The pause has ended, and the address is mailed again. "
        "Before that, {reason} (category {category}, rule {rule}).",
        "paused": "Paused from {since} until {until}{after}: {reason}{between} (category {category}, rule {rule}).",
        "suppressed": "Suppressed since {since}{after}: {reason}{between} (category {category}, rule {rule}).",
        "after": ", after {pauses} (since {since}, until {until})",
        "between": ", no delivery between",
        "by-hand": "Suppressed since {since} by {source} ('{why}'). It holds until somebody releases the address "
        "(rule by-hand).",
        "imported": "Suppressed since {since}: it stands on the list {source} that was imported{said} (rule imported).",
        "imported_said": ", with the reason '{text}'",
        "mirrored": "Suppressed since {since}: the suppression list of {source} stopped a message (rule mirrored).",
        "complained": "Complained on {since} about {scope} mail: no {scope} mail any more; critical mail still goes.",
        "unsubscribed": "Unsubscribed on {since} from {scope} mail: no {scope} mail any more; "
        "critical mail still goes.",
        "domain": "The whole domain {domain} is paused until {until} (category {category}, rule {rule}).",
        "waiting": "The latest failure counts only when it is clear that it lies in no outage of the provider, "
        "within twenty minutes; until then nothing changes.",
        "excused": "A failure on {date} lies in an outage of the provider and does not count (incident {incident}).",
        "excused_more": "{count} failures, the last on {date}, lie in an outage of the provider and do not count "
        "(incident {incident}).",
        "answered": "{who} answered '{text}' to {messages} on {days}",
        "failed": "{messages} failed on {days} because {meaning}",
        "last_delivery": "The last delivery was on {date}.",
        "no_delivery": "No delivery to this address is remembered.",
        "last_engagement": "The last open or click was on {date}.",
        "act_suppress": "On {date} {who} suppressed the address: {why}.",
        "act_release": "On {date} {who} released the address: {why}.",
        "act_release_scope": "On {date} {who} released the address for {scope} mail: {why}.",
        "act_note": "On {date} {who} noted: {why}.",
        "act_undo": "On {date} {who} undid what had been decided: {why}.",
        "act_redo": "On {date} {who} took that back: {why}.",
        "probe_granted": "On {date} a probe was granted{holder}.",
        "probe_holder": " to the campaign {name}",
        "chance": "After a pause for this reason {share} of addresses received mail again ({low} to {high}, "
        "from {cases}).",
        "to_release": 'To release it: prellbock release {address} --reason "..."',
        "to_release_domain": 'To release the domain: prellbock release @{domain} --reason "..."',
        "to_release_scope": "{wish} is lifted by a new consent of the recipient (an event with outcome consent), or "
        'by: prellbock release {address} --scope {scope} --reason "..."',
        "wish_complained": "A complaint",
        "wish_unsubscribed": "An unsubscribe",
    },
    headings={
        "reported": "What was reported, newest first:",
        "decided": "What was decided, newest first:",
        "more": "and {count} more: see --json",
        "by": "by {who}",
        "undone": "undone",
        "suppress": "",
        "release": "release",
        "undo": "undo",
        "redo": "redo",
    },
    statuses={},
    date=_date,
    count=_count,
    share=lambda share: f"{share:.0%}" if share >= 0.1 else f"{share:.1%}",
    meaning=_meaning,
    scope=lambda scope: scope,
)
