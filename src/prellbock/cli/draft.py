"""`prellbock draft`: write, try, review and publish drafts of rules and policies, beside a running server or alone."""

import getpass
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO, TypeVar

import click
import msgspec

from prellbock.cli.shell import data_option, opened, write_line
from prellbock.drafting import drafts, policies, rules
from prellbock.drafting.errors import DraftError
from prellbock.drafting.replay import replay
from prellbock.history.policy import preset_text, presets
from prellbock.rules.model import RuleError
from prellbock.rules.toml import read_texts
from prellbock.store.contract import Store
from prellbock.store.revisions import Draft
from prellbock.times import rfc3339

T = TypeVar("T")


@click.group()
def draft() -> None:
    """Writes, tries, reviews and publishes drafts of rules and policies.

    A draft begins as what is in force. Publishing it takes effect at once, in a running server too, and judges what is
    stored; `prellbock versions restore` takes it back.
    """


def with_store(data: Path, work: Callable[[Store], T]) -> T:
    """Does something with the store; why it cannot be done ends the command with 1."""
    with opened(data, create=True) as store:
        try:
            return work(store)
        except DraftError as error:
            examples = error.more.get("examples")
            for example in examples if isinstance(examples, list) else []:
                write_line(example)
            raise click.ClickException(error.detail) from error


def _line(each: Draft) -> dict[str, object]:
    return {
        "id": each.id, "subject": each.subject, "title": each.title, "revision": each.revision, "state": each.state,
        "authors": list(each.authors), "reviewer": each.reviewer, "parent": each.parent,
        "changed": rfc3339(each.changed),
    }  # fmt: skip


@draft.command("list")
@data_option
def list_drafts(data: Path) -> int:
    """Lists the drafts, one JSON object a line."""
    for each in with_store(data, lambda store: store.drafts()):
        write_line(_line(each))
    return 0


@draft.command("begin")
@click.argument("subject", type=click.Choice(["rules", "policy"]))
@click.option("--title", required=True, help="What it is for.")
@click.option("--preset", type=click.Choice(presets()), help="Of a policy: begin as this preset.")
@data_option
def begin(subject: str, title: str, preset: str | None, data: Path) -> int:
    """Begins a draft and prints its id."""
    who, now = getpass.getuser(), time.time()

    def made(store: Store) -> Draft:
        if subject == "rules":
            return rules.begin(store, title, who, now)
        return policies.begin(store, title, who, now, preset_text(preset) if preset else None)

    click.echo(with_store(data, made).id)
    return 0


@draft.command("import")
@click.argument("identity", metavar="DRAFT")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--all", "everything", is_flag=True, help="Leave all rules out that are not in FILE.")
@data_option
def import_into(identity: str, file: TextIO, everything: bool, data: Path) -> int:
    """Takes the rules of a TOML file into a draft (or a policy as a whole): added, or in place of those so named.

    Rules of other systems are made ours by `prellbock rules import`.
    """
    text, who, now = file.read(), getpass.getuser(), time.time()

    def made(store: Store) -> Draft:
        if drafts.draft_of(store, identity).subject == "policy":
            policies.read(text)
            return policies.write(store, identity, text, who, now)
        try:
            found = read_texts([(file.name, text)]).rules
        except RuleError as error:
            raise click.ClickException(str(error)) from error
        if everything:
            return rules.replace_all(store, identity, found, who, now)
        return rules.edit(store, identity, {rule.name: rule for rule in found}, who, now)

    write_line(_line(with_store(data, made)))
    return 0


@draft.command("show")
@click.argument("identity", metavar="DRAFT")
@data_option
def show(identity: str, data: Path) -> int:
    """Prints what a draft of rules changes, one JSON object a rule; of a policy its TOML."""

    def shown(store: Store) -> int:
        found = drafts.draft_of(store, identity)
        if found.subject == "policy":
            sys.stdout.write(found.content)
        else:
            for each in rules.changed_by(store, found):
                write_line(msgspec.to_builtins(each))
        return 0

    return with_store(data, shown)


@draft.command("test")
@click.argument("identity", metavar="DRAFT")
@data_option
def test(identity: str, data: Path) -> int:
    """Judges the examples of the rules that a draft makes; prints those that fail, and ends with 1 if any does."""

    def failed(store: Store) -> int:
        found = rules.failing(rules.classifier_of(rules.of_draft(store, drafts.draft_of(store, identity, "rules"))))
        for trial in found:
            write_line(msgspec.to_builtins(trial))
        return 1 if found else 0

    return with_store(data, failed)


@draft.command("replay")
@click.argument("identity", metavar="DRAFT")
@click.option("--exactly", is_flag=True, help="Judge everybody concerned, however many they are.")
@data_option
def replay_draft(identity: str, exactly: bool, data: Path) -> int:
    """Prints what publishing would change of what is stored, as one JSON object; nothing is changed.

    With --exactly it says on stderr how many recipients are judged, and of how many.
    """

    def tell(judged: int, touched: int) -> None:
        if exactly:
            click.echo(f"judged {judged} of {touched}", err=True)

    found = with_store(
        data,
        lambda store: replay(
            store, drafts.draft_of(store, identity), time.time(), exactly_in=data if exactly else None, tell=tell
        ),
    )
    write_line(msgspec.to_builtins(found))
    return 0


@draft.command("approve")
@click.argument("identity", metavar="DRAFT")
@click.option("--remark", help="What there is to say about it.")
@data_option
def approve(identity: str, remark: str | None, data: Path) -> int:
    """Approves a draft. Who has written in it cannot."""
    who, now = getpass.getuser(), time.time()
    done = with_store(
        data, lambda store: drafts.review(store, identity, "approve", who, now, remark=remark, revision=None)
    )
    write_line(_line(done))
    return 0


@draft.command("publish")
@click.argument("identity", metavar="DRAFT")
@data_option
def publish(identity: str, data: Path) -> int:
    """Puts a draft into force, judges what is stored by it, and prints the number of the version."""
    who, now = getpass.getuser(), time.time()

    def done(store: Store) -> tuple[str, int]:
        subject = drafts.draft_of(store, identity).subject
        return subject, (rules.publish if subject == "rules" else policies.publish)(store, identity, who, now)

    subject, number = with_store(data, done)
    write_line({"subject": subject, "number": number})
    return 0


@draft.command("discard")
@click.argument("identity", metavar="DRAFT")
@data_option
def discard(identity: str, data: Path) -> int:
    """Forgets a draft."""

    def done(store: Store) -> None:
        store.remove_draft(drafts.draft_of(store, identity).id)

    with_store(data, done)
    return 0
