"""``prellbock recipient``: what is known of one address, and why it is treated as it is."""

import os
import sys
import textwrap
import time
from pathlib import Path

import click

from prellbock.addresses import AddressError, canonical
from prellbock.cli.shell import data_option, opened, warn_of_thinning, write_line
from prellbock.cli.times import Time
from prellbock.history.check import deciding
from prellbock.history.languages import LANGUAGES, Language, chosen
from prellbock.history.story import Act, Chance, Evidence, Facts, tell
from prellbock.store.contract import Store, Story
from prellbock.times import rfc3339

_WIDTH = 79
_SHOWN = 12
"""Events and changes shown on a terminal; JSON has more."""


@click.command()
@click.argument("address")
@click.option("--as-of", type=Time(), help="Tell it as it was then.")
@click.option(
    "--language",
    type=click.Choice(sorted(LANGUAGES)),
    default=lambda: chosen(os.environ),
    show_default="that of LANG",
    help="The language of the explanation.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, also on a terminal.")
@data_option
def recipient(address: str, as_of: float | None, language: str, as_json: bool, data: Path) -> int:
    """Tell the story of one address: status and explanation, rules, evidence and history.

    Prints one JSON object, or on a terminal a text.
    """
    try:
        name = canonical(address)
    except AddressError as error:
        raise click.ClickException(f"{address[:80]!r} is not an address: {error}") from error
    now = as_of if as_of is not None else time.time()
    with opened(data) as store:
        warn_of_thinning(store, as_of)
        story = store.story(name, store.policy, as_of=as_of)
        chance = _chance(store, story, now)
    words = LANGUAGES[language]
    if as_json or not sys.stdout.isatty():
        write_line(record(story, now, words, chance))
        sys.stdout.flush()
    else:
        click.echo(text(story, now, words, chance))
    return 0


def _chance(store: Store, story: Story, now: float) -> Chance | None:
    """How such a pause usually ends, where the recipient is paused or gets a probe."""
    standing = story.standing.at(now)
    if standing.category is None or not (standing.status == "paused" or (standing.rule or "").endswith("/probe")):
        return None
    count = store.revival(standing.category, now)
    return None if count.share is None else Chance(count.share, *count.interval, count.cases)


def sentences(story: Story, now: float, language: Language, chance: Chance | None = None) -> list[str]:
    """The explanation at ``now`` (Unix seconds)."""
    counted = {*story.standing.evidence}
    return tell(
        Facts(
            address=story.address,
            standing=story.standing.at(now),
            marks=story.marks,
            domain=story.domain.at(now),
            evidence=[
                Evidence(event.time, event.message, event.response or event.template)
                for event in story.events
                if event.key in counted
            ],
            last_delivery=story.last_delivery,
            known=bool(story.events or story.last_delivery or story.state.newest or story.actions),
            last_engagement=story.last_engagement,
            acts=[Act(act.time, act.kind, act.actor, act.reason, act.scope) for act in story.actions],
            probes=story.probes,
            chance=chance,
        ),
        language,
    )


def record(story: Story, now: float, language: Language, chance: Chance | None = None) -> dict[str, object]:
    """The story as one JSON object; the status is what `check` says of marketing mail.

    Keys of events are hexadecimal, for readers without 64-bit integers."""
    standing = deciding(story.standing, story.marks, story.domain, now=now)
    domain = story.domain.at(now)
    counted = {*story.standing.evidence}
    return {
        "address": story.address,
        "status": standing.status,
        "until": rfc3339(standing.until),
        "since": rfc3339(standing.since),
        "category": standing.category,
        "rule": standing.rule,
        "source": standing.source,
        "explanation": " ".join(sentences(story, now, language, chance)),
        "marks": [
            {"status": mark.status, "scope": mark.scope, "since": rfc3339(mark.since), "category": mark.category}
            for mark in story.marks
        ],
        "domain": {
            "status": domain.status,
            "since": rfc3339(domain.since),
            "until": rfc3339(domain.until),
            "category": domain.category,
            "rule": domain.rule,
        },
        "last_delivery": rfc3339(story.last_delivery),
        "last_engagement": rfc3339(story.last_engagement),
        "chance": None
        if chance is None
        else {
            "share": round(chance.share, 6),
            "low": round(chance.low, 6),
            "high": round(chance.high, 6),
            "cases": chance.cases,
        },
        "probes": [{"granted": rfc3339(granted), "campaign": holder or None} for granted, holder in story.probes],
        "evidence": [
            {
                "event": _hex(event.key),
                "counted": event.key in counted,
                "time": rfc3339(event.time),
                "outcome": event.outcome,
                "category": event.category,
                "fault": event.fault,
                "permanent": event.permanent,
                "decided_by": event.decided_by,
                "rule": event.rule,
                "provider": event.provider,
                "response": event.response,
                "template": event.template,
                "status": event.status,
                "smtp_code": event.smtp_code,
                "message": _hex(event.message),
                "stream": event.stream,
                "campaign": event.campaign,
                "source": event.source,
            }
            for event in story.events
        ],
        "history": [
            {
                "seq": entry.seq,
                "time": rfc3339(entry.time),
                "recorded": rfc3339(entry.recorded),
                "scope": entry.scope,
                "before": entry.before,
                "status": entry.status,
                "since": rfc3339(entry.since),
                "until": rfc3339(entry.until),
                "category": entry.category,
                "rule": entry.rule,
                "source": entry.source,
                "evidence": [_hex(key) for key in entry.evidence],
                "policy": entry.policy,
                "ruleset": entry.ruleset,
                "actor": entry.actor,
                "action": entry.action,
                "reason": entry.reason,
                "undone": entry.undone is not None,
            }
            for entry in story.ledger
        ],
        "actions": [
            {
                "time": rfc3339(action.time),
                "action": action.kind,
                "by": action.actor,
                "reason": action.reason,
                "scope": action.scope or "all",
            }
            for action in story.actions
        ],
    }


def text(story: Story, now: float, language: Language, chance: Chance | None = None) -> str:
    """The story for people, within 80 columns."""
    standing = deciding(story.standing, story.marks, story.domain, now=now)
    words = language.headings
    lines = [f"{click.style(_short(story.address, 60), bold=True)}  {_status(standing.status, language)}", ""]
    for sentence in sentences(story, now, language, chance):
        lines += textwrap.wrap(sentence, _WIDTH, break_on_hyphens=False)
    if story.events:
        lines += ["", words["reported"]]
    for event in story.events[:_SHOWN]:
        head = f"  {_minute(event.time)}  {event.outcome:<12} {event.category:<20} {event.rule or event.decided_by}"
        lines.append(_short(head, _WIDTH))
        if said := event.response or event.template:
            lines.append(f"      {_short(' '.join(said.split()), _WIDTH - 6)}")
    if len(story.events) > _SHOWN:
        lines.append("  " + words["more"].format(count=len(story.events) - _SHOWN))
    if story.ledger:
        lines += ["", words["decided"]]
    for entry in story.ledger[: -_SHOWN - 1 : -1]:
        scope = "" if entry.scope == "all" else f" ({entry.scope})"
        what = f"{_status(entry.before, language)} -> {_status(entry.status, language)}{scope}"
        done = words[entry.action] if entry.action else ""
        undone = words["undone"] if entry.undone is not None else ""
        how = ", ".join(filter(None, (entry.rule, done, undone, words["by"].format(who=entry.actor))))
        lines.append(_short(f"  {_minute(entry.time)}  {what:<30}  {how}", _WIDTH))
        if entry.reason:
            lines.append(f"      {_short(entry.reason, _WIDTH - 6)}")
    if len(story.ledger) > _SHOWN:
        lines.append("  " + words["more"].format(count=len(story.ledger) - _SHOWN))
    return "\n".join(lines)


def _status(name: str, language: Language) -> str:
    return language.statuses.get(name, name)


def _minute(seconds: float) -> str:
    return (rfc3339(seconds) or "")[:16].replace("T", " ")


def _short(said: str, width: int) -> str:
    return said if len(said) <= width else f"{said[: width - 1]}…"


def _hex(key: int) -> str:
    return f"{key & 0xFFFF_FFFF_FFFF_FFFF:016x}"
