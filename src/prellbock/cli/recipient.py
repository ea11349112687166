"""``prellbock recipient``: what is known of one address, and why it is treated as it is."""

import os
import sys
import textwrap
import time
from pathlib import Path

import click

from prellbock.addresses import AddressError, canonical
from prellbock.cli.shell import data_option, opened, write_line
from prellbock.cli.times import Time
from prellbock.history.check import deciding
from prellbock.history.languages import LANGUAGES, Language, chosen
from prellbock.history.story import Chance
from prellbock.store.contract import Story
from prellbock.telling import chance_of, sentences, story_record
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
    with opened(data, as_of=as_of) as store:
        story = store.story(name, store.policy, as_of=as_of)
        chance = chance_of(store, story, now)
    words = LANGUAGES[language]
    if as_json or not sys.stdout.isatty():
        write_line(story_record(story, now, words, chance))
        sys.stdout.flush()
    else:
        click.echo(text(story, now, words, chance))
    return 0


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
