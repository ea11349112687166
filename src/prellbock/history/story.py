"""Why is this recipient treated like that? The standing of a recipient in sentences, with the rules and the evidence.

The wording is a `Language` (`prellbock.history.languages`).
"""

import re
from collections.abc import Sequence

import msgspec

from prellbock.history.judge import BY_HAND, Standing
from prellbock.history.languages import ENGLISH, Language

DAY = 86400
_CONTINUED = re.compile(r"(?<=\S )[245]\d\d[- ](?:[245]\.\d{1,3}\.\d{1,3} )?", re.ASCII)
"""Reply codes that begin the further lines of an answer (RFC 5321 section 4.2.1)."""
MOST_QUOTED = 120
"""Characters of a server's answer that are quoted."""
MOST_ACTS = 5
"""Things that people did which are told; JSON has all."""


class Evidence(msgspec.Struct, frozen=True):
    """One event that was counted. ``time`` is Unix seconds UTC."""

    time: float
    message: int
    """Key of the message: two events with the same one are about the same mail."""
    text: str | None
    """What the server said."""


class Act(msgspec.Struct, frozen=True):
    """Something that a person did. ``time`` is Unix seconds UTC."""

    time: float
    kind: str
    who: str
    why: str
    scope: str = ""


class Chance(msgspec.Struct, frozen=True):
    """How often a pause for the same reason ended well: a share with its interval, from so many cases."""

    share: float
    low: float
    high: float
    cases: int


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
    last_engagement: float | None = None
    acts: Sequence[Act] = ()
    """Oldest first."""
    probes: Sequence[tuple[float, str]] = ()
    """When one was granted and to which campaign, oldest first."""
    chance: Chance | None = None
    excused: Sequence[tuple[float, str]] = ()
    """Failures that lie in an outage and do not count, newest first: when, and the name of the incident."""
    waiting: bool = False
    """The latest failure is not judged yet: it may lie in an outage that is about to be noticed."""


def tell(facts: Facts, language: Language = ENGLISH, *, commands: bool = True) -> list[str]:
    """The story, most important sentence first; with ``commands``, what to type to change it comes last."""
    words = language.sentences
    domain_withheld = facts.domain.status in ("paused", "suppressed")
    if not facts.known and not domain_withheld:
        told = [words["unknown"]]
    else:
        told = [_of_standing(facts, language)]
    for mark in facts.marks:
        told.append(words[mark.status].format(since=language.date(mark.since or 0), scope=language.scope(mark.scope)))
    if domain_withheld:
        until = language.date(facts.domain.until) if facts.domain.until else "-"
        told.append(
            words["domain"].format(
                domain=_domain(facts.address), until=until, category=facts.domain.category, rule=facts.domain.rule
            )
        )
    if facts.waiting:
        told.append(words["waiting"])
    told += _excused(facts, language)
    told += _acts(facts, language)
    if facts.last_delivery:
        told.append(words["last_delivery"].format(date=language.date(facts.last_delivery)))
    elif facts.known:
        told.append(words["no_delivery"])
    if facts.last_engagement:
        told.append(words["last_engagement"].format(date=language.date(facts.last_engagement)))
    told += _chances(facts, language)
    return told + _ways_out(facts, language) if commands else told


def _excused(facts: Facts, language: Language) -> list[str]:
    """The failures that do not count, incident by incident, the latest first."""
    times: dict[str, list[float]] = {}
    for time, incident in facts.excused:
        times.setdefault(incident, []).append(time)
    return [
        language.sentences["excused" if len(failed) == 1 else "excused_more"].format(
            date=language.date(failed[0]), count=len(failed), incident=incident
        )
        for incident, failed in times.items()
    ]


def _acts(facts: Facts, language: Language) -> list[str]:
    """What people did, the latest of it; what the first sentence says already is left out."""
    told = []
    for act in facts.acts[-MOST_ACTS:]:
        is_told = act.kind == "suppress" and facts.standing.rule == BY_HAND and act.time == facts.standing.since
        if not is_told:
            name = f"act_{act.kind}{'_scope' if act.scope else ''}"
            told.append(
                language.sentences[name].format(
                    date=language.date(act.time), who=act.who, why=_ended(act.why), scope=language.scope(act.scope)
                )
            )
    return told


def _chances(facts: Facts, language: Language) -> list[str]:
    """The latest probe, and what such pauses usually bring."""
    words, told = language.sentences, []
    if facts.probes:
        granted, name = facts.probes[-1]
        holder = words["probe_holder"].format(name=name) if name else ""
        told.append(words["probe_granted"].format(date=language.date(granted), holder=holder))
    if facts.chance is not None:
        chance = facts.chance
        shares = {name: language.share(getattr(chance, name)) for name in ("share", "low", "high")}
        told.append(words["chance"].format(**shares, cases=f"{chance.cases:,}"))
    return told


def _ways_out(facts: Facts, language: Language) -> list[str]:
    """What a person can do about it."""
    words, told = language.sentences, []
    if facts.standing.status in ("paused", "suppressed"):
        told.append(words["to_release"].format(address=facts.address))
    if facts.domain.status in ("paused", "suppressed"):
        told.append(words["to_release_domain"].format(domain=_domain(facts.address)))
    for mark in facts.marks:
        told.append(
            words["to_release_scope"].format(wish=words[f"wish_{mark.status}"], address=facts.address, scope=mark.scope)
        )
    return told


def _of_standing(facts: Facts, language: Language) -> str:
    standing, words = facts.standing, language.sentences
    messages = {evidence.message for evidence in facts.evidence}
    days = {int(evidence.time // DAY) for evidence in facts.evidence}
    text = next((evidence.text for evidence in facts.evidence if evidence.text), None)
    reason = words["answered" if text else "failed"].format(
        who=_domain(facts.address),
        text=_quoted(text or ""),
        messages=language.count(len(messages) or len(standing.evidence), "message"),
        days=language.count(len(days) or len(standing.evidence), "day"),
        meaning=language.meaning(standing.category),
    )
    by_hand = next((act.why for act in reversed(facts.acts) if act.time == standing.since), "-")
    return words[_name(facts)].format(
        since=language.date(standing.since) if standing.since else "-",
        until=language.date(standing.until) if standing.until else "-",
        reason=reason,
        between=words["between"] if (len(messages) or len(standing.evidence)) > 1 else "",
        after=_pauses(standing, language),
        rule=standing.rule,
        category=standing.category,
        source=standing.source or "-",
        why=_ended(by_hand),
        said=words["imported_said"].format(text=_quoted(text)) if text else "",
    )


def _pauses(standing: Standing, language: Language) -> str:
    """The pauses that came before, to be put after the status."""
    pauses = standing.pauses
    if not pauses:
        return ""
    return language.sentences["after"].format(
        pauses=language.count(len(pauses), "pause"),
        since=language.date(pauses[0][0]),
        until=language.date(pauses[-1][1]),
    )


def _name(facts: Facts) -> str:
    """Which sentence tells the standing."""
    standing = facts.standing
    if standing.status == "deliverable" and (facts.marks or facts.domain.status in ("paused", "suppressed")):
        return "no_failures"
    if standing.rule in ("imported", "mirrored", BY_HAND):
        return standing.rule
    ending = (standing.rule or "").rpartition("/")[2]
    return ending if standing.status == "watched" and ending in ("probe", "ended") else standing.status


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _ended(text: str) -> str:
    """A text of people's, to be followed by a full stop."""
    return text.rstrip(" .")


def _quoted(text: str) -> str:
    line = _CONTINUED.sub("", " ".join(text.split()))
    return line if len(line) <= MOST_QUOTED else f"{line[: MOST_QUOTED - 1]}…"
