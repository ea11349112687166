"""`prellbock learn propose|accept|reject`: rules that are missing, and what people say of them."""

import getpass
import time
from pathlib import Path
from typing import BinaryIO

import click
import msgspec

from prellbock.classify.classifier import Classifier
from prellbock.classify.input_lines import BadLineError, decode, split_input
from prellbock.classify.model import shipped_model
from prellbock.cli.rules_option import load_classifier, load_ruleset
from prellbock.cli.shell import data_option, opened, write_line
from prellbock.drafting import rules as drafts
from prellbock.drafting.errors import DraftError
from prellbock.learn import corpus
from prellbock.learn.propose import Candidate, Seen
from prellbock.learn.propose import propose as run
from prellbock.store.contract import Store
from prellbock.store.proposals import Opinion
from prellbock.store.templates import Wanted
from prellbock.taxonomy import CATEGORIES

_TEMPLATES = 20_000
"""Templates of the store that are looked at, the most frequent first."""


@click.command()
@click.option("--responses", type=click.File("rb"), help="Look at these (as for `classify`) instead of at the store.")
@click.option("--recommended", is_flag=True, help="Only those good enough to be accepted unseen.")
@data_option
def propose(responses: BinaryIO | None, recommended: bool, data: Path) -> int:
    """Proposes rules for what no rule decides: support, precision on labelled texts, collisions, examples.

    What was rejected is not proposed again. Nothing changes until somebody accepts a proposal and publishes the draft.
    """
    if responses is not None:
        found, opinions = _of_file(responses), {}
    else:
        with opened(data) as store:
            found, opinions = _of_store(store), store.proposal_opinions()
    for candidate in found:
        if candidate.key not in opinions and (candidate.recommended or not recommended):
            write_line(msgspec.to_builtins(candidate))
    return 0


@click.command()
@click.argument("key")
@click.option("--category", type=click.Choice(sorted(CATEGORIES)), help="Another category than the proposed one.")
@click.option("--pattern", help="Another pattern.")
@click.option("--name", help="Another name.")
@click.option("--draft", help="Add it to this draft instead of beginning one.")
@data_option
def accept(key: str, category: str | None, pattern: str | None, name: str | None, draft: str | None, data: Path) -> int:
    """Puts a proposed rule, edited or not, into a draft of the rules, which somebody reviews and publishes."""
    with opened(data) as store:
        candidate = next((each for each in _of_store(store) if each.key == key), None)
        if candidate is None:
            raise click.ClickException(f"there is no proposal {key!r}; `prellbock learn propose` lists them")
        rule = msgspec.structs.replace(
            candidate.rule,
            category=category or candidate.rule.category,
            match=(pattern,) if pattern else candidate.rule.match,
            name=name or candidate.rule.name,
        )
        actor, now = getpass.getuser(), time.time()
        try:
            identity = draft or drafts.begin(store, f"Proposal {key}", actor, now).id
            drafts.edit(store, identity, {rule.name: rule}, actor, now)
        except DraftError as error:
            raise click.ClickException(str(error)) from error
        store.judge_proposal(key, Opinion("accepted", actor, "", now, identity))
    write_line({"draft": identity, "rule": msgspec.to_builtins(rule)})
    return 0


@click.command()
@click.argument("keys", nargs=-1, required=True)
@click.option("--reason", default="", help="Why; remembered with it.")
@data_option
def reject(keys: tuple[str, ...], reason: str, data: Path) -> int:
    """Remembers that proposals are not wanted; they are not shown again."""
    with opened(data) as store:
        for key in keys:
            store.judge_proposal(key, Opinion("rejected", getpass.getuser(), reason, time.time()))
    write_line({"rejected": len(keys)})
    return 0


def _of_store(store: Store) -> list[Candidate]:
    queued = store.template_queue(Wanted(), after=None, most=_TEMPLATES)
    seen = [Seen(each.text, each.count, provider=each.provider) for _, each in queued]
    return run(drafts.classifier_of(drafts.in_force(store)), shipped_model(), seen, corpus.shipped())


def _of_file(stream: BinaryIO) -> list[Candidate]:
    counts: dict[tuple[str, str | None], int] = {}
    for first, lines in split_input(stream):
        for number, line in enumerate(lines, first):
            try:
                event = decode(line)
            except BadLineError as error:
                raise click.ClickException(f"{stream.name}:{number}: {error}") from error
            if event is not None and event.response:
                counts[event.response, event.mx] = counts.get((event.response, event.mx), 0) + 1
    classifier: Classifier = load_classifier(load_ruleset(None))
    seen = [Seen(text, count, mx) for (text, mx), count in counts.items()]
    return run(classifier, shipped_model(), seen, corpus.shipped())
